import { editDistance } from '../jsonDocument/nearest.js';

/** A rare label that is probably a misspelling of a frequent one. */
export interface LabelTypo {
  readonly label: string;
  readonly count: number;
  readonly meant: string;
}

/** A misspelling is at least this many times rarer than the label that was meant. */
const RARER = 10;
/** Two edits in a shorter label make another word of it, such as "male" of "female". */
const LONG = 8;
const SHORT = 4;
/** More labels are compared in quadratic time for no use. */
const MOST_LABELS = 500;

/**
 * Rare labels within one edit of a frequent label, or two for labels of eight characters or more.
 * Labels that differ in digits, such as "class 1" and "class 2", are different labels, and so are
 * labels of one to three characters.
 */
export function labelTyposIn(counts: ReadonlyMap<string, number>): LabelTypo[] {
  if (counts.size > MOST_LABELS) return [];
  const labels = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return labels.flatMap(([label, count]) => {
    const folded = label.toLowerCase();
    const meant = labels.find(
      ([other, frequency]) =>
        frequency >= RARER * count && isMisspelling(folded, other.toLowerCase()),
    );
    return meant === undefined ? [] : [{ label, count, meant: meant[0] }];
  });
}

function isMisspelling(label: string, meant: string): boolean {
  const length = Math.min(label.length, meant.length);
  if (length < SHORT || label === meant) return false;
  const edits = length < LONG ? 1 : 2;
  if (Math.abs(label.length - meant.length) > edits) return false;
  if (digitsIn(label) !== digitsIn(meant)) return false;
  return editDistance(label, meant) <= edits;
}

function digitsIn(label: string): string {
  return label.replaceAll(/\P{N}/gu, '');
}
