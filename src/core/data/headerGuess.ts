import { isKnownColumn } from './columns.js';
import { numberIn, numbersIn } from './numberFormat.js';

/** Rows that are compared with the first line of a table. */
export const ROWS_BELOW_HEADER = 20;

/** Words of a value that is a sentence rather than a name. */
const SENTENCE_WORDS = 4;

/**
 * Guess whether the first line of a table names its columns or is one of its rows. It looks like a row
 * if a value of it occurs again below, or if it holds numbers above numbers or sentences above
 * sentences.
 */
export function guessFirstLine(
  first: readonly string[],
  below: readonly (readonly string[])[],
): 'row' | 'header' | 'unclear' {
  const evidence = first.map((cell, column) =>
    evidenceOf(
      cell.trim(),
      below.map((row) => row[column]?.trim() ?? '').filter((value) => value !== ''),
    ),
  );
  if (evidence.includes('header')) return 'header';
  return evidence.includes('row') ? 'row' : 'unclear';
}

function evidenceOf(cell: string, values: readonly string[]): 'row' | 'header' | null {
  if (cell === '') return null;
  if (values.includes(cell)) return 'row';
  if (isKnownColumn(cell)) return 'header';
  if (values.length === 0) return null;
  const numbers = numbersIn(values);
  if (numbers !== null) return numberIn(cell, numbers.format) === null ? 'header' : 'row';
  // A name above values that recur, such as labels.
  if (values.length >= 4 && new Set(values).size <= values.length / 2) return 'header';
  const isSentence = wordsIn(cell) >= SENTENCE_WORDS && !/[?:]$/.test(cell);
  const areSentences = values.every((value) => wordsIn(value) >= SENTENCE_WORDS);
  return isSentence && areSentences ? 'row' : null;
}

function wordsIn(text: string): number {
  return text.split(/\s+/).length;
}
