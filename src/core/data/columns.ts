import { AppError } from '../errors.js';
import { problem, type Problem } from '../messages/message.js';
import { quotedColumns, type DataColumns, type DataRecord } from './labelledRows.js';
import { listIn } from './listTexts.js';
import { numberIn } from './numberFormat.js';
import { SPLIT_NAMES, type SplitName, type TextColumns } from './records.js';

const TEXT_NAMES = [
  ...['text', 'sentence', 'sentence1', 'text1', 'text_a', 'premise', 'question', 'question1'],
  ...['content', 'review', 'document', 'utterance', 'tweet', 'message', 'comment', 'body'],
  ...['input', 'title', 'headline', 'words', 'tokens'],
];
const PAIR_NAMES = [
  ...['pair', 'text_pair', 'sentence2', 'text2', 'text_b', 'hypothesis', 'question2'],
  ...['answer', 'context', 'passage', 'response'],
];
const LABEL_NAMES = [
  ...['label', 'labels', 'class', 'category', 'categories', 'target', 'score', 'rating'],
  ...['sentiment', 'emotion', 'intent', 'topic', 'tag', 'tags', 'ner_tags', 'pos_tags'],
  ...['similarity', 'stars', 'value', 'gold', 'y'],
];
const WORD_NAMES = ['tokens', 'words'];
const GROUP_NAMES = [
  ...['group', 'group_id', 'patient', 'patient_id', 'subject', 'subject_id', 'user', 'user_id'],
  ...['author', 'author_id', 'speaker', 'speaker_id', 'thread', 'thread_id', 'conversation_id'],
  ...['dialogue_id', 'session_id', 'doc_id', 'document_id'],
];
const SPLIT_COLUMN_NAMES = ['split', 'set', 'subset', 'fold', 'partition'];
const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...[...TEXT_NAMES, ...PAIR_NAMES, ...LABEL_NAMES, ...GROUP_NAMES, ...SPLIT_COLUMN_NAMES],
  ...['id', 'idx', 'index'],
]);
/** Spellings of split names in published datasets. */
const SPELLED: Readonly<Record<SplitName, string>> = {
  train: 'train training trn',
  heldOut:
    'valid validation val dev development devel heldout held_out holdout hold_out eval evaluation',
  test: 'test testing tst',
};
const SPLIT_OF_VALUE = new Map(
  SPLIT_NAMES.flatMap((name) => SPELLED[name].split(' ').map((value) => [value, name] as const)),
);

/** Fewer records do not show whether the values of a column repeat. */
const MIN_RECORDS_TO_COMPARE = 8;

/** Columns that the user named; missing ones are guessed. */
export type NamedColumns = { readonly [K in keyof DataColumns]?: DataColumns[K] };

/**
 * Guesses the columns from their names, or from the first records if the names are unknown: of two
 * columns, the only one whose values repeat is the label, else the one with shorter values. Throws
 * `Data` if they cannot be determined.
 */
export function guessColumns(
  records: readonly DataRecord[],
  named: NamedColumns = {},
): DataColumns {
  const [first] = records;
  if (first === undefined) throw new RangeError('no records');
  const names = columnNamesIn(records);
  for (const wanted of [named.text, named.pair, ...(named.labels ?? [])]) {
    if (wanted != null && !names.includes(wanted)) throw noColumn(first, names, wanted);
  }
  const taken = new Set([named.text, named.pair, ...(named.labels ?? [])]);
  const free = names.filter((name) => !taken.has(name));
  const holdsWords = free.find(
    (name) => WORD_NAMES.includes(normal(name)) && isList(records, name),
  );
  let text = named.text ?? holdsWords ?? byName(free, TEXT_NAMES);
  let label =
    named.labels?.[0] ??
    byName(
      free.filter((name) => name !== text),
      LABEL_NAMES,
    );
  const others = free.filter((name) => name !== text && name !== label);
  if (text === undefined && label !== undefined && others.length === 1) [text] = others;
  if (label === undefined && text !== undefined && others.length === 1) [label] = others;
  if (text === undefined && label === undefined && free.length === 2) {
    const [a, b] = free as [string, string];
    [text, label] = textBefore(records, a, b) ? [a, b] : [b, a];
  }
  if (text === undefined) throw unknownColumn(first, names, 'data.unknownTextColumn');
  if (label === undefined) throw unknownColumn(first, names, 'data.unknownLabelColumn');
  const rest = free.filter((name) => name !== text && name !== label);
  const pair = named.pair === undefined ? (byName(rest, PAIR_NAMES) ?? null) : named.pair;
  const labels = named.labels ?? [label];
  refuseRepeated(first, [text, pair, ...labels]);
  return { text, pair: isList(records, text) ? null : pair, labels };
}

/** Whether the first of two columns with unknown names is the text, and the second its label. */
function textBefore(records: readonly DataRecord[], first: string, second: string): boolean {
  const repeats = [first, second].map((name) => repeatsValues(records, name));
  return repeats[0] === repeats[1]
    ? sizeOf(records, first) >= sizeOf(records, second)
    : repeats[1] === true;
}

/** Whether at most half of the values are different, in enough records to tell. */
function repeatsValues(records: readonly DataRecord[], column: string): boolean {
  const distinct = new Set(records.map(({ values }) => JSON.stringify(values[column])));
  return records.length >= MIN_RECORDS_TO_COMPARE && distinct.size * 2 <= records.length;
}

/** Text columns that the user named; missing ones are guessed. */
export type NamedTextColumns = { readonly [K in keyof TextColumns]?: TextColumns[K] };

/**
 * Guesses the roles of the columns of a table. Label, group and split are optional. Throws `Data` if
 * the text column cannot be determined or a named column is missing.
 */
export function guessTextColumns(
  records: readonly DataRecord[],
  named: NamedTextColumns = {},
): TextColumns {
  const [first] = records;
  if (first === undefined) throw new RangeError('no records');
  const names = columnNamesIn(records);
  const given = [named.text, named.pair, named.label, named.group, named.split];
  for (const wanted of given) {
    if (wanted != null && !names.includes(wanted)) throw noColumn(first, names, wanted);
  }
  const free = (...taken: (string | null | undefined)[]): string[] =>
    names.filter((name) => !given.includes(name) && !taken.includes(name));
  const split =
    named.split === undefined
      ? (free().find((name) => isKnown(name, SPLIT_COLUMN_NAMES) && holdsSplits(records, name)) ??
        null)
      : named.split;
  const group =
    named.group === undefined ? (byName(free(split), GROUP_NAMES) ?? null) : named.group;
  const isEmpty = (name: string): boolean => records.every(({ values }) => isNothing(values[name]));
  if (named.text !== undefined && records.length > 1 && isEmpty(named.text)) {
    throw emptyColumn(
      first,
      names.filter((name) => !isEmpty(name)),
      named.text,
    );
  }
  const text =
    named.text ??
    textColumn(
      records,
      free(split, group).filter((name) => !isEmpty(name)),
    );
  if (text === undefined) throw unknownColumn(first, names, 'data.unknownTextColumn');
  const others = free(split, group, text);
  const pair = named.pair === undefined ? (byName(others, PAIR_NAMES) ?? null) : named.pair;
  const label =
    named.label === undefined
      ? (byName(free(split, group, text, pair), LABEL_NAMES) ?? null)
      : named.label;
  refuseRepeated(first, [text, pair, label, group, split]);
  return { text, pair: isList(records, text) ? null : pair, label, group, split };
}

/** A column with a known name, else the only column with words, or the one with by far the longest texts. */
function textColumn(records: readonly DataRecord[], names: readonly string[]): string | undefined {
  const known =
    names.find((name) => WORD_NAMES.includes(normal(name)) && isList(records, name)) ??
    byName(names, TEXT_NAMES);
  if (known !== undefined) return known;
  const [longest, next] = names
    .filter((name) => !isKnown(name, LABEL_NAMES))
    .map((name) => ({ name, size: sizeOf(records, name) }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size);
  return longest !== undefined && longest.size > 2 * (next?.size ?? 0) ? longest.name : undefined;
}

/** Names of all columns that records have, in the order of their first use. */
export function columnNamesIn(records: readonly DataRecord[]): string[] {
  return [...new Set(records.flatMap(({ values }) => Object.keys(values)))];
}

/** Whether a name is usual for a column of any role. */
export function isKnownColumn(name: string): boolean {
  return KNOWN_NAMES.has(normal(name));
}

/** Throws `Data` for a column that the table has several times. */
function refuseRepeated(record: DataRecord, used: readonly (string | null | undefined)[]): void {
  const column = used.find((name) => name != null && record.repeatedColumns?.includes(name));
  if (column == null) return;
  throw dataProblem(record, problem('data.repeatedColumn', { column }));
}

/** The split that a value of a split column names, in any known spelling; `null` for other values. */
export function splitNameOf(value: unknown): SplitName | null {
  return typeof value === 'string' ? (SPLIT_OF_VALUE.get(normal(value)) ?? null) : null;
}

function holdsSplits(records: readonly DataRecord[], column: string): boolean {
  return records.every(({ values }) => splitNameOf(values[column]) !== null);
}

const isKnown = (name: string, known: readonly string[]): boolean => known.includes(normal(name));

const normal = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

function byName(names: readonly string[], known: readonly string[]): string | undefined {
  for (const wanted of known) {
    const found = names.find((name) => normal(name) === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the first value of a column is a list. */
function isList(records: readonly DataRecord[], column: string): boolean {
  const holder = records.find(({ values }) => !isNothing(values[column]));
  return holder !== undefined && listIn(holder.values[column]) !== null;
}

/** Mean number of characters; a number counts as none. */
function sizeOf(records: readonly DataRecord[], column: string): number {
  const sizes = records.map(({ values }) =>
    typeof values[column] === 'string' && numberIn(values[column]) === null
      ? values[column].length
      : 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0) / records.length;
}

function isNothing(value: unknown): boolean {
  return value == null || (typeof value === 'string' && value.trim() === '');
}

function dataProblem({ file }: DataRecord, told: Problem, column?: string): AppError {
  return new AppError({
    code: 'Data',
    details: { file, ...(column === undefined ? {} : { column }), problem: told },
  });
}

function noColumn(record: DataRecord, names: readonly string[], wanted: string): AppError {
  return dataProblem(
    record,
    problem('data.noColumn', { column: wanted, columns: quotedColumns(names) }),
  );
}

function emptyColumn(record: DataRecord, others: readonly string[], column: string): AppError {
  return dataProblem(
    record,
    problem('data.emptyColumn', { columns: quotedColumns(others) }),
    column,
  );
}

function unknownColumn(
  record: DataRecord,
  names: readonly string[],
  id: 'data.unknownTextColumn' | 'data.unknownLabelColumn',
): AppError {
  return dataProblem(record, problem(id, { columns: quotedColumns(names) }));
}
