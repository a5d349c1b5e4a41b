import type { AlignedText } from '../text/alignedText.js';
import { rewrite } from '../text/rewriteText.js';
import { Rewriter } from './rewriter.js';

/** Characters that compose with one before them: marks, Hangul vowels and finals, halfwidth marks. */
const JOINS = '\\p{M}\\u1160-\\u11FF\\u3131-\\u318E\\uFF9E-\\uFFDC';
/** Candidates for NFKC: no other character changes, by itself or with its neighbors. */
const CANDIDATE = new RegExp(
  `[^${JOINS}][${JOINS}]+|[${JOINS}]+|(?![\\0-\\x7F])\\p{Changes_When_NFKC_Casefolded}`,
  'gu',
);

const nfkc = (text: string): string => text.normalize('NFKC');

/**
 * NFKC, the compatible composed form (UAX #15). The result of a character or cluster covers all of
 * it. Unchanged ranges keep their positions.
 */
export function composeUnicode(text: AlignedText): AlignedText {
  const whole = nfkc(text.text);
  if (whole === text.text) return text;
  const changes = new Rewriter(text);
  for (const { 0: found, index } of text.text.matchAll(CANDIDATE)) {
    const composed = nfkc(found);
    if (composed !== found) replaceDifference(changes, { found, index, composed });
  }
  const result = changes.build();
  return result.text === whole ? result : rewrite(text, nfkc);
}

/** Excludes characters at both ends that are equal in both texts. */
function replaceDifference(
  changes: Rewriter,
  { found, index, composed }: { found: string; index: number; composed: string },
): void {
  const [before, after] = [Array.from(found), Array.from(composed)];
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter - 1 && before[first] === after[first]) first++;
  let last = 0;
  while (last < shorter - first - 1 && before.at(-1 - last) === after.at(-1 - last)) last++;
  const from = index + before.slice(0, first).join('').length;
  const changed = before.slice(first, before.length - last).join('');
  const content = after.slice(first, after.length - last).join('');
  changes.replace(from, from + changed.length, content);
}
