import type { ProblemText, Text } from './wording.js';

/** Messages of writing a masked dataset. */
export const DATASET_MESSAGES = {
  'dataset.masking': 'Masking the text',
  'dataset.countingWords': 'Counting words',
  'oneWay.partial': 'Rule "{rule}" masks only some of its matches.',
  'oneWay.keeps': 'Rule "{rule}" keeps originals or replaces them with other words.',
  'oneWay.random': 'The policy masks at random.',
  'oneWay.alwaysKeeps': 'Words that are always masked can be kept or replaced with other words.',
  'oneWay.nothing': 'The policy masks nothing.',
  'cells.boolean': 'true or false',
  'cells.integer': 'integers',
  'cells.number': 'numbers',
  'cells.text': 'text',
} as const satisfies Record<string, Text>;

/** Problems of writing a masked dataset. */
export const DATASET_PROBLEMS = {
  'dataset.unknownFormat': {
    problem: 'The format of {file} cannot be determined from its extension.',
    remedy: 'Use a file name that ends in {extensions}.',
  },
  'dataset.notOneWay': {
    problem: '{file} cannot redact one way. {reasons}',
    remedy:
      'Set "rate" to 0, the rate of every rule to 1, and "replace" to {replace}, or give the rules a "replaceWith".',
  },
  'dataset.mixedTypes': {
    problem: 'Found {found} in a column of {expected}.',
    remedy: 'Write the dataset as .jsonl or .csv, or use one type throughout the column.',
  },
  'dataset.overwritesInput': {
    problem: '{file} is an input and would be overwritten.',
    remedy: 'Write the dataset to another file, or exclude this file from the data.',
  },
} as const satisfies Record<string, ProblemText>;
