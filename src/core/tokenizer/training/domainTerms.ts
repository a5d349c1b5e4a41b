import type { WordCounts } from './wordCounts.js';

/** A word of a domain that a model spells in multiple pieces. */
export interface DomainTerm {
  /** Spelling in the vocabulary, such as `Ġterm` or `▁term`. */
  readonly token: string;
  readonly count: number;
  /** Ids of the tokens that spell it now. */
  readonly pieces: readonly number[];
}

export interface DomainTermOptions {
  /** Returns the ids that spell a word. */
  readonly spell: (token: string) => readonly number[];
  readonly isUnknown: (id: number) => boolean;
  /** Part of a word that can become a token, or `null`. */
  readonly candidate: (word: string) => { token: string; letters: string } | null;
  readonly limit: number;
  readonly minCount: number;
}

/** Letters, optionally followed by a short number: no hashes, no quantities. */
const IS_TERM = /^\p{L}[\p{L}\p{M}]+(?:\d{1,2})?$/u;
/** Factor by which a word is more frequent than its misspellings. */
const TYPO_RATIO = 50;
const MIN_TYPO_LENGTH = 5;

/**
 * Words whose tokens would save the most: frequency times pieces saved. Numbers, rare words and
 * likely misspellings of a much more frequent word are excluded.
 */
export function domainTerms(
  { words }: Pick<WordCounts, 'words'>,
  { spell, isUnknown, candidate, limit, minCount }: DomainTermOptions,
): DomainTerm[] {
  const counts = new Map<string, { letters: string; count: number }>();
  for (const [word, count] of words) {
    const found = candidate(word);
    if (found === null || !IS_TERM.test(found.letters)) continue;
    const known = counts.get(found.token);
    if (known === undefined) counts.set(found.token, { letters: found.letters, count });
    else known.count += count;
  }
  const typos = new TypoFinder(counts.values(), TYPO_RATIO * minCount);
  const terms: DomainTerm[] = [];
  for (const [token, { letters, count }] of counts) {
    if (count < minCount || typos.hasBetter(letters, TYPO_RATIO * count)) continue;
    const pieces = spell(token);
    if (pieces.length > 1 || pieces.some(isUnknown)) terms.push({ token, count, pieces });
  }
  // An unknown word is one token, but one without information.
  const saved = ({ count, pieces }: DomainTerm): number => count * Math.max(1, pieces.length - 1);
  terms.sort((a, b) => saved(b) - saved(a) || (a.token < b.token ? -1 : 1));
  return terms.slice(0, limit);
}

interface CountedWord {
  readonly letters: string;
  readonly count: number;
}

/** Frequent words by their spellings with one letter deleted (Garbe 2012, SymSpell). */
class TypoFinder {
  private readonly byDeletion = new Map<string, CountedWord[]>();

  constructor(words: Iterable<CountedWord>, minCount: number) {
    for (const word of words) {
      if (word.count < minCount || word.letters.length < MIN_TYPO_LENGTH) continue;
      for (const key of deletions(word.letters)) {
        const known = this.byDeletion.get(key);
        if (known === undefined) this.byDeletion.set(key, [word]);
        else known.push(word);
      }
    }
  }

  /** Whether a word with at least `minCount` occurrences is one edit away. */
  hasBetter(letters: string, minCount: number): boolean {
    if (letters.length < MIN_TYPO_LENGTH) return false;
    return deletions(letters).some((key) =>
      (this.byDeletion.get(key) ?? []).some(
        (word) => word.count >= minCount && isOneSlip(letters, word.letters),
      ),
    );
  }
}

function deletions(word: string): string[] {
  return [word, ...Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1))];
}

/**
 * Whether two words differ by one letter that is missing, added, wrong or swapped with the next.
 * Differences at the ends are usually inflections.
 */
function isOneSlip(a: string, b: string): boolean {
  if (a === b) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  if (start === 0 || end === 0) return false;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
