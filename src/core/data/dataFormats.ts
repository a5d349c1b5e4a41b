/** Formats of files with labelled records. */
export const DATA_FORMATS = ['csv', 'tsv', 'jsonl', 'json', 'conll'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

/** What a file's ending says of its format. */
export const FORMAT_OF_EXTENSION: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.conll': 'conll',
  '.conllu': 'conll',
  '.iob': 'conll',
  '.iob2': 'conll',
  '.bio': 'conll',
};

/** Endings of running text. */
export const TEXT_EXTENSIONS: readonly string[] = ['.txt', '.text', '.md', '.markdown'];

/** In folders most JSON files hold settings, so such a file counts as data only when it is named. */
export const ONLY_WHEN_NAMED: readonly string[] = ['.json'];
