import { AppError } from '../errors.js';
import { listIn, numberIn, type DataColumns, type DataRecord } from './labelledRows.js';

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

/** Columns a person named; what is missing is guessed. */
export type NamedColumns = { readonly [K in keyof DataColumns]?: DataColumns[K] };

/**
 * Guesses the columns from their names, and from the first records where names say nothing: two
 * columns of which one holds longer values. Throws `Data` naming the options that settle it.
 */
export function guessColumns(
  records: readonly DataRecord[],
  named: NamedColumns = {},
): DataColumns {
  const [first] = records;
  if (first === undefined) throw new RangeError('no records');
  const names = Object.keys(first.values);
  for (const wanted of [named.text, named.pair, ...(named.labels ?? [])]) {
    if (wanted != null && !names.includes(wanted)) throw noColumn(first, names, wanted);
  }
  const taken = new Set([named.text, named.pair, ...(named.labels ?? [])]);
  const free = names.filter((name) => !taken.has(name));
  const holdsWords = free.find((name) => WORD_NAMES.includes(normal(name)) && isList(first, name));
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
    [text, label] = sizeOf(records, a) >= sizeOf(records, b) ? [a, b] : [b, a];
  }
  if (text === undefined) throw cannotTell(first, names, 'text', '--text-column');
  if (label === undefined) throw cannotTell(first, names, 'label', '--label-column');
  const rest = free.filter((name) => name !== text && name !== label);
  const pair = named.pair === undefined ? (byName(rest, PAIR_NAMES) ?? null) : named.pair;
  return { text, pair: isList(first, text) ? null : pair, labels: named.labels ?? [label] };
}

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

function isList({ values }: DataRecord, column: string): boolean {
  return listIn(values[column]) !== null;
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

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function noColumn({ file }: DataRecord, names: readonly string[], wanted: string): AppError {
  return new AppError({
    code: 'Data',
    details: {
      file,
      problem: `has no column "${wanted}"`,
      remedy: `Its columns are ${quoted(names)}: name one of them.`,
    },
  });
}

function cannotTell(
  { file }: DataRecord,
  names: readonly string[],
  what: string,
  option: string,
): AppError {
  return new AppError({
    code: 'Data',
    details: {
      file,
      problem: `which column holds the ${what} cannot be told from the names ${quoted(names)}`,
      remedy: `Say which with ${option}. The first line of a table names its columns.`,
    },
  });
}
