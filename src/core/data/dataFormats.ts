import { CODE_EXTENSIONS } from '../sourceCode/commentSyntax.js';

/** Formats of running text. */
export const TEXT_FORMATS = ['txt', 'md', 'html', 'code'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/**
 * Formats of records with columns. `folders` are texts in one folder per label: each file is a record,
 * and the name of its folder is the label.
 */
export const TABLE_FORMATS = [
  ...(['csv', 'tsv', 'jsonl', 'json', 'parquet', 'conll'] as const),
  'folders',
] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Parts of source code that can be read. */
export const CODE_PARTS = ['comments', 'all'] as const;
export type CodePart = (typeof CODE_PARTS)[number];

export const DATA_FORMATS = [...TEXT_FORMATS, ...TABLE_FORMATS] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

/** Formats by file extension. */
export const FORMAT_OF_EXTENSION: Readonly<Record<string, DataFormat>> = {
  '.txt': 'txt',
  '.text': 'txt',
  '.md': 'md',
  '.markdown': 'md',
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.parquet': 'parquet',
  '.conll': 'conll',
  '.conllu': 'conll',
  '.iob': 'conll',
  '.iob2': 'conll',
  '.bio': 'conll',
  ...Object.fromEntries(CODE_EXTENSIONS.map((extension) => [extension, 'code'])),
};

/** Extensions of compressed files, behind that of the format. */
const COMPRESSION = /\.(?:gz|zst)$/;

/** Extension that tells the format of a file, in lower case: `.csv` for `a.CSV.gz`. */
export function dataExtensionOf(file: string): string {
  const name = file.toLowerCase().replace(COMPRESSION, '');
  return /[^/\\](\.[^./\\]+)$/.exec(name)?.[1] ?? '';
}

/** Whether a file is compressed, by its extension. */
export function isCompressed(file: string): boolean {
  return COMPRESSION.test(file.toLowerCase());
}

/** Mail has the extension of no format of running text. */
const MAIL = '.eml';
/** Characters of the longest extension that tells a format; longer ones are parts of a name. */
const LONGEST_EXTENSION = 9;

/**
 * Whether a file of a label folder can be a text, by its name: text, a page, mail, or a name without an
 * extension that tells a format, such as `51060` or `0001.7e79d3153e7469e7`.
 */
export function isExampleFile(file: string): boolean {
  const extension = dataExtensionOf(file);
  const format = FORMAT_OF_EXTENSION[extension];
  if (format !== undefined) return format === 'txt' || format === 'md' || format === 'html';
  const tellsFormat = extension.length <= LONGEST_EXTENSION && /[a-z]/.test(extension);
  return !tellsFormat || extension === MAIL;
}

/** Extensions that count as data only if a file is named: most JSON files in folders are settings. */
export const ONLY_WHEN_NAMED: readonly string[] = ['.json'];

/** Running text of this size is enough to train on, whatever tables lie beside it. */
const ENOUGH_TEXT_BYTES = 100_000;

/** Whether tables are the likelier data of a folder: it holds little text, and larger tables. */
export function prefersTables({
  textBytes,
  tableBytes,
}: {
  readonly textBytes: number;
  readonly tableBytes: number;
}): boolean {
  return tableBytes > textBytes && textBytes < ENOUGH_TEXT_BYTES;
}

export function isTableFormat(format: DataFormat): format is TableFormat {
  return (TABLE_FORMATS as readonly DataFormat[]).includes(format);
}
