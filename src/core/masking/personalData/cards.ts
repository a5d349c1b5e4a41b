import { isPartOfWord, joinedBefore } from './borders.js';
import { digitRuns, type DigitRun } from './digitRuns.js';
import type { Found } from './found.js';

/** Lengths and prefixes of card numbers (ISO/IEC 7812): Visa, Mastercard, American Express, others. */
const NUMBER =
  /^(?:4\d{15}(?:\d{3})?|(?:5[0-8]|2[2-7]|35)\d{14}|3[47]\d{13}|(?:30[0-5]|3[689]\d)\d{11}|(?:6|5[0678])\d{15,18})$/;
/** Lengths of the groups of a card number, as printed on cards. */
const GROUPINGS = /^(?:\d\d|4 4 4 4(?: [1-3])?|4 6 [45])$/;
const SEPARATOR = /^[ .-]$/;
const FEWEST_DIGITS = 13;
const MOST_GROUPS = 5;

/** Finds payment card numbers with a valid check digit (Luhn, ISO/IEC 7812-1). */
export function findCards(text: string, found: Found): void {
  for (const run of digitRuns(text, SEPARATOR, FEWEST_DIGITS)) {
    for (let from = 0; from < run.length;) {
      const to = cardEnd(text, run, from);
      if (to > from) found(run[from]!.start, run[to - 1]!.end);
      from = Math.max(to, from + 1);
    }
  }
}

/** Index after the last group of the longest card number from group `from` on; 0 if none. */
function cardEnd(text: string, run: DigitRun, from: number): number {
  for (let to = Math.min(run.length, from + MOST_GROUPS); to > from; to--) {
    const groups = run.slice(from, to);
    if (!GROUPINGS.test(groups.map(({ digits }) => digits.length).join(' '))) continue;
    if (new Set(groups.slice(1).map(({ separator }) => separator)).size > 1) continue;
    const digits = groups.map((group) => group.digits).join('');
    if (isCardNumber(digits) && isAlone(text, run, from, to)) return to;
  }
  return 0;
}

function isCardNumber(digits: string): boolean {
  return NUMBER.test(digits) && !/^(\d)\1*$/.test(digits) && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}

/** Whether the groups are not a part of a longer row of numbers, a word, a fraction or a path. */
function isAlone(text: string, run: DigitRun, from: number, to: number): boolean {
  const [first, last, before, after] = [run[from]!, run[to - 1]!, run[from - 1], run[to]];
  if (before && (first.separator !== ' ' || before.digits.length === first.digits.length)) {
    return false;
  }
  if (after && after.separator !== ' ') return false;
  if (isPartOfWord(text, first.start, last.end)) return false;
  return (
    !/[\\/#-]$|\d[.,:]$/.test(joinedBefore(text, first.start)) &&
    !/^(?:[.,:]\d|[-\\/][\p{L}\p{N}])/u.test(text.slice(last.end, last.end + 2))
  );
}
