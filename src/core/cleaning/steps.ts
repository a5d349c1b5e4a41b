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
