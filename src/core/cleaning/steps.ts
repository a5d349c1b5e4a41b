/** Cleaning steps in the order in which they are always applied. */
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
