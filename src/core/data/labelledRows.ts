import { AppError } from '../errors.js';

/** One record of a data file, whatever its format: a value a column. */
export interface DataRecord {
  readonly file: string;
  /** Line of the file, or entry of a JSON list, from 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Which columns hold what. For token classification `text` holds words and `labels` their tags. */
export interface DataColumns {
  readonly text: string;
  readonly pair: string | null;
  readonly labels: readonly string[];
}

/** What a record says the answer is. */
export type Answer =
  | { readonly kind: 'labels'; readonly labels: readonly string[] }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'tags'; readonly tags: readonly string[] };

export interface AnswerOptions {
  readonly columns: DataColumns;
  /** Between several labels in one value; null where a value is one label, or a JSON list. */
  readonly labelDelimiter: string | null;
}

/** A problem with one record, with its place. */
export function recordError(
  { file, line }: Pick<DataRecord, 'file' | 'line'>,
  column: string | null,
  { problem, remedy }: { problem: string; remedy: string },
): AppError {
  return new AppError({
    code: 'Data',
    details: { file, row: line, ...(column === null ? {} : { column }), problem, remedy },
  });
}

/** The text of a record. Throws `Data` where there is none. */
export function textOf(record: DataRecord, column: string): string {
  const value = valueOf(record, column);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') {
    throw recordError(record, column, {
      problem: `holds ${kindOf(value)} where the text should be`,
      remedy: 'Name the column that holds the text with --text-column.',
    });
  }
  if (text.trim() !== '') return text;
  throw recordError(record, column, {
    problem: 'the text is empty',
    remedy: 'Fill it in or remove the row.',
  });
}

/** Words of a record for token classification. Throws `Data` for anything but a list of texts. */
export function wordsOf(record: DataRecord, column: string): readonly string[] {
  const words = listOfTexts(valueOf(record, column));
  if (words === null || words.length === 0 || words.some((word) => word.trim() === '')) {
    throw recordError(record, column, {
      problem: words?.length === 0 ? 'has no words' : 'is not a list of words',
      remedy: 'Token classification takes a JSON list of words and one of as many tags.',
    });
  }
  return words;
}

/** Labels of a record, none for a text that has none of several. Throws `Data`. */
export function labelsOf(
  record: DataRecord,
  { columns, labelDelimiter }: AnswerOptions,
): readonly string[] {
  if (columns.labels.length > 1) {
    return columns.labels.filter((column) => isYes(record, column));
  }
  const column = columns.labels[0]!;
  const value = valueOf(record, column);
  const list = listIn(value) ?? (labelDelimiter === null ? null : splitBy(value, labelDelimiter));
  if (list === null) return [labelIn(record, column, value)];
  return [...new Set(list.map((entry) => labelIn(record, column, entry)))];
}

/** Numbers of a record, one a column. Throws `Data` for what is not a finite number. */
export function numbersOf(record: DataRecord, columns: readonly string[]): readonly number[] {
  return columns.map((column) => {
    const number = numberIn(valueOf(record, column));
    if (number !== null) return number;
    throw recordError(record, column, {
      problem: `${show(record.values[column])} is not a number`,
      remedy: 'Regression needs a number in every row: correct or remove this one.',
    });
  });
}

/** Tags of a record, one a word. Throws `Data`. */
export function tagsOf(record: DataRecord, columns: DataColumns): readonly string[] {
  const column = columns.labels[0]!;
  const words = wordsOf(record, columns.text);
  const value = valueOf(record, column);
  const tags = listOfTexts(Array.isArray(value) ? value.map(tagIn) : value);
  if (tags?.length === words.length && tags.every((tag) => tag.trim() !== '')) return tags;
  throw recordError(record, column, {
    problem:
      tags === null
        ? 'is not a list of tags'
        : `has ${tags.length} tags for ${words.length} words, or an empty one`,
    remedy: 'Give every word exactly one tag.',
  });
}

/** A list in a value: one of JSON, or the text of one. */
export function listIn(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value !== 'string' || !/^\s*\[.*\]\s*$/s.test(value)) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** A finite number in a value; null for anything else, the empty text included. */
export function numberIn(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

function valueOf(record: DataRecord, column: string): unknown {
  if (Object.hasOwn(record.values, column)) return record.values[column];
  const known = Object.keys(record.values);
  throw recordError(record, null, {
    problem: `there is no column "${column}"; there is ${known.map((name) => `"${name}"`).join(', ')}`,
    remedy: 'Give every row the same columns, or name others.',
  });
}

function splitBy(value: unknown, delimiter: string): readonly string[] {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  return text
    .split(delimiter)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelIn(record: DataRecord, column: string, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  const isMissing = value === null || value === undefined || value === '';
  throw recordError(record, column, {
    problem: isMissing || typeof value === 'string' ? 'has no label' : `holds ${kindOf(value)}`,
    remedy: 'A label is a word, a number or a list of them: correct the row or remove it.',
  });
}

const YES = new Set(['1', '1.0', 'true', 'yes']);
const NO = new Set(['0', '0.0', 'false', 'no', '']);

function isYes(record: DataRecord, column: string): boolean {
  const value = valueOf(record, column);
  const word = typeof value === 'string' ? value.trim().toLowerCase() : JSON.stringify(value);
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  throw recordError(record, column, {
    problem: `${show(record.values[column])} is neither 0 nor 1`,
    remedy: 'With several label columns each holds 0 or 1; with one, name it alone.',
  });
}

function tagIn(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

function listOfTexts(value: unknown): readonly string[] | null {
  const list = listIn(value);
  return list?.every((entry) => typeof entry === 'string') ? list : null;
}

function show(value: unknown): string {
  const text =
    typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
