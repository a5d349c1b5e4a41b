import { AppError } from '../errors.js';
import { listIn, splitLabels } from './listTexts.js';
import type { LabelsByLook } from './lookAlikeLabels.js';
import { numberIn, type NumberFormat } from './numberFormat.js';
import {
  message,
  problem,
  type Argument,
  type Message,
  type Problem,
} from '../messages/message.js';

/** One record of a data file of any format, with one value per column. */
export interface DataRecord {
  readonly file: string;
  /** Line of the file, or entry of a JSON list, from 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** Column names that the table has several times; `values` has the first column of each. */
  readonly repeatedColumns?: readonly string[];
}

/** Roles of columns. For token classification, `text` holds words and `labels` their tags. */
export interface DataColumns {
  readonly text: string;
  readonly pair: string | null;
  readonly labels: readonly string[];
}

/** The correct answer of a record. */
export type Answer =
  | { readonly kind: 'labels'; readonly labels: readonly string[] }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'tags'; readonly tags: readonly string[] };

export interface AnswerOptions {
  readonly columns: DataColumns;
  /** Separates several labels in one value; `null` if a value is one label or a JSON list. */
  readonly labelDelimiter: string | null;
  /** Notation of numbers. Default: that of programs. */
  readonly numberFormat?: NumberFormat;
  /** Labels by the spellings that they replace. */
  readonly merged?: Readonly<Record<string, string>>;
  /** Labels that replace all their look-alikes. Default: none. */
  readonly knownLabels?: LabelsByLook;
}

/** Distinct labels in an answer; none for numbers. */
export function labelsInAnswer(answer: Answer): Iterable<string> {
  switch (answer.kind) {
    case 'labels':
      return answer.labels;
    case 'tags':
      return new Set(answer.tags);
    case 'numbers':
      return [];
  }
}

function mergedInto(label: string, { merged = {}, knownLabels }: AnswerOptions): string {
  if (Object.hasOwn(merged, label)) return merged[label]!;
  return knownLabels?.like(label) ?? label;
}

/** An error in one record, with its place. */
export function recordError(
  { file, line }: Pick<DataRecord, 'file' | 'line'>,
  column: string | null,
  told: Problem,
): AppError {
  return new AppError({
    code: 'Data',
    details: { file, row: line, ...(column === null ? {} : { column }), problem: told },
  });
}

/** Names of columns in quotes, as an argument of a message. */
export function quotedColumns(names: readonly string[]): Argument {
  return { list: names.map((name) => `"${name}"`), join: 'and' };
}

/** The text of a record. Throws `Data` if there is none. */
export function textOf(record: DataRecord, column: string): string {
  const value = valueOf(record, column);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') {
    throw recordError(record, column, problem('data.notText', { found: kindOf(value) }));
  }
  if (text.trim() !== '') return text;
  throw recordError(record, column, problem('data.emptyText'));
}

/** Words of a record for token classification. Throws `Data` for anything but a list of words. */
export function wordsOf(record: DataRecord, column: string): readonly string[] {
  const words = wordListOf(record, column).filter((word) => word !== null);
  if (words.length === 0) throw recordError(record, column, problem('data.noWords'));
  return words;
}

/** Words of a record by position; `null` for an empty or missing one, which has no token. */
function wordListOf(record: DataRecord, column: string): readonly (string | null)[] {
  const list = listIn(valueOf(record, column));
  if (list === null) throw recordError(record, column, problem('data.notWords'));
  return list.map((entry, i) => {
    const word = typeof entry === 'number' ? String(entry) : (entry ?? '');
    if (typeof word === 'string') return word.trim() === '' ? null : word;
    throw recordError(
      record,
      column,
      problem('data.notWord', { position: i + 1, found: kindOf(entry) }),
    );
  });
}

/** Labels of a record; empty if none of several labels applies. Throws `Data`. */
export function labelsOf(record: DataRecord, options: AnswerOptions): readonly string[] {
  const { columns, labelDelimiter } = options;
  if (columns.labels.length > 1) {
    return columns.labels.filter((column) => isYes(record, column));
  }
  const column = columns.labels[0]!;
  const labelOf = (value: unknown): string => mergedInto(labelIn(record, column, value), options);
  const value = valueOf(record, column);
  const list =
    listIn(value) ?? (labelDelimiter === null ? null : splitLabels(textIn(value), labelDelimiter));
  if (list === null) return [labelOf(value)];
  return [...new Set(list.map(labelOf))];
}

/** Throws `Data` if the only label of a record is missing. */
export function requireLabel(record: DataRecord, { columns, labelDelimiter }: AnswerOptions): void {
  const [column, ...others] = columns.labels;
  if (column === undefined || others.length > 0) return;
  const value = valueOf(record, column);
  const isMissing = value === null || value === undefined;
  const isBlank = labelDelimiter === null && typeof value === 'string' && value.trim() === '';
  if (isMissing || isBlank) throw recordError(record, column, problem('data.noLabel'));
}

/** Numbers of a record, one per column. Throws `Data` for values that are not finite numbers. */
export function numbersOf(
  record: DataRecord,
  { columns, numberFormat }: Pick<AnswerOptions, 'columns' | 'numberFormat'>,
): readonly number[] {
  return columns.labels.map((column) => {
    const number = numberIn(valueOf(record, column), numberFormat);
    if (number !== null) return number;
    throw recordError(
      record,
      column,
      problem('data.notNumber', { found: shownValue(record.values[column]) }),
    );
  });
}

/** Tags of a record, one per word. Throws `Data`. */
export function tagsOf(record: DataRecord, options: AnswerOptions): readonly string[] {
  const { columns } = options;
  const column = columns.labels[0]!;
  const words = wordListOf(record, columns.text);
  const list = listIn(valueOf(record, column))?.map(tagIn) ?? null;
  const tags = list?.every((tag) => typeof tag === 'string') ? list : null;
  if (tags === null) throw recordError(record, column, problem('data.notTags'));
  if (tags.length !== words.length) {
    const counts = {
      tags: message('data.tagCount', { count: tags.length }),
      words: message('data.wordCount', { count: words.length }),
    };
    throw recordError(record, column, problem('data.wrongTagCount', counts));
  }
  // An empty word has no token, so its tag is dropped with it.
  const kept = tags.filter((_, i) => words[i] !== null);
  if (kept.length === 0) throw recordError(record, columns.text, problem('data.noWords'));
  if (kept.every((tag) => tag.trim() !== '')) {
    return kept.map((tag) => mergedInto(tag, options));
  }
  throw recordError(record, column, problem('data.emptyTag'));
}

function valueOf(record: DataRecord, column: string): unknown {
  if (Object.hasOwn(record.values, column)) return record.values[column];
  const columns = quotedColumns(Object.keys(record.values));
  throw recordError(record, null, problem('data.rowWithoutColumn', { column, columns }));
}

function textIn(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function labelIn(record: DataRecord, column: string, value: unknown): string {
  if (Number.isFinite(value) || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  const isMissing = value === null || value === undefined || typeof value === 'string';
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  throw recordError(
    record,
    column,
    isMissing ? problem('data.noLabel') : problem('data.notLabel', { found }),
  );
}

const YES = new Set(['1', '1.0', 'true', 'yes']);
const NO = new Set(['0', '0.0', 'false', 'no', '']);

function isYes(record: DataRecord, column: string): boolean {
  const value = valueOf(record, column);
  const word = typeof value === 'string' ? value.trim().toLowerCase() : JSON.stringify(value);
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  throw recordError(
    record,
    column,
    problem('data.notZeroOrOne', { found: shownValue(record.values[column]) }),
  );
}

function tagIn(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : (value ?? '');
}

/** A value as errors quote it, shortened. */
export function shownValue(value: unknown): Message | string {
  if (value === undefined) return message('value.nothing');
  const isPlain = typeof value === 'string' || typeof value === 'number';
  const text = isPlain ? String(value) : JSON.stringify(value);
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

function kindOf(value: unknown): Message {
  if (value === null || value === undefined) return message('value.nothing');
  if (Array.isArray(value)) return message('value.list');
  if (typeof value === 'number' || typeof value === 'bigint') return message('value.number');
  if (typeof value === 'boolean') return message('value.boolean');
  return message(typeof value === 'string' ? 'value.string' : 'value.object');
}
