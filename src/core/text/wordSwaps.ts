import { inputError } from '../errors.js';
import { problem } from '../messages/message.js';
import { wordsIn } from './words.js';

/** Pairs of words to exchange for each other, in lower case, such as `['he', 'she']`. */
export type WordSwaps = readonly (readonly [string, string])[];

const COMMENT = /^\s*#/;
/** Pairs that a file may have. */
const MOST_SWAPS = 5000;

/**
 * Reads a list of swaps: two words a line, with a tab or a comma between them; lines with # at the start are
 * comments. Throws `UserInput` with the line of what is not a pair of words.
 */
export function parseWordSwaps(text: string, file: string): WordSwaps {
  const swaps: (readonly [string, string])[] = [];
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || COMMENT.test(line)) continue;
    const words = line.split(/[\t,]/).map((word) => word.trim().toLowerCase());
    const [first = '', second = ''] = words;
    const isPair = words.length === 2 && isWord(first) && isWord(second) && first !== second;
    if (!isPair) throw inputError(problem('data.notASwap', { file, line: i + 1 }));
    swaps.push([first, second]);
    if (swaps.length > MOST_SWAPS) {
      throw inputError(problem('data.tooManySwaps', { file, count: MOST_SWAPS }));
    }
  }
  if (swaps.length === 0) throw inputError(problem('data.noSwaps', { file }));
  return swaps;
}

function isWord(text: string): boolean {
  const [word, another] = wordsIn(text);
  return word !== undefined && another === undefined && word.end - word.start === text.length;
}

/**
 * A text with each word of a pair in place of the other one, in the case of the word that was there;
 * `null` for a text with none of them. The first pair with a word applies.
 */
export function swapWords(text: string, swaps: WordSwaps): string | null {
  const others = new Map<string, string>();
  for (const [first, second] of swaps) {
    if (!others.has(first)) others.set(first, second);
    if (!others.has(second)) others.set(second, first);
  }
  let swapped = '';
  let end = 0;
  for (const word of wordsIn(text)) {
    const written = text.slice(word.start, word.end);
    const other = others.get(written.toLowerCase());
    if (other === undefined) continue;
    swapped += text.slice(end, word.start) + inCaseOf(written, other);
    end = word.end;
  }
  return end === 0 ? null : swapped + text.slice(end);
}

function inCaseOf(written: string, word: string): string {
  const [first = ''] = written;
  if (first === first.toLowerCase()) return word;
  const isShouted = written.length > 1 && written === written.toUpperCase();
  if (isShouted) return word.toUpperCase();
  const [initial = ''] = word;
  return initial.toUpperCase() + word.slice(initial.length);
}
