/** Steps of cleaning in the order in which they are applied, whatever order they are named in. */
export const CLEANING_STEPS = [
  'html',
  'markdown',
  'emails',
  'boilerplate',
  'urls',
  'controls',
  'unicode',
  'punctuation',
] as const;
export type CleaningStep = (typeof CLEANING_STEPS)[number];

/** What each step does, for help texts and pickers. */
export const CLEANING_HELP: Readonly<Record<CleaningStep, string>> = {
  html: 'removes HTML tags, scripts and styles, and decodes entities',
  markdown: 'removes Markdown syntax and code blocks, and keeps the words',
  emails: 'removes quoted replies, reply headers and signatures of e-mails',
  boilerplate: 'removes lines that repeat across the data, such as menus and licence headers',
  urls: 'removes web addresses',
  controls: 'removes control and zero-width characters',
  unicode: 'brings characters to their compatible composed form (NFKC)',
  punctuation: 'shortens repeated punctuation marks, such as !!!!! or -----',
};
