import { digitRuns, isPartOfWord, type DigitGroup } from './digitRuns.js';
import type { Found } from './found.js';

const SEPARATOR = /^(?:[ \u00a0./-]|[)][ \u00a0./-]?|[ \u00a0./-]?[(]|[)][ \u00a0]?[(])$/;
const CUE =
  /\b(?:tel|telephone|phone|mobile|cell|call|fax|dial|ring|text|sms|whatsapp|handy)\b[^\p{L}\p{N}\n]{0,3}(?:(?:number|no|me|us|is|at|on)\b[^\p{L}\p{N}\n+(]{0,3}){0,3}$/iu;
const EXTENSION = /[ ,]{0,2}(?:ext\.?|extension|x)[ .]?\d{1,6}(?![\p{L}\p{N}])/iuy;
const LONGEST_CUE = 30;
const MOST_DIGITS = 15;
const MOST_GROUPS = 7;

/**
 * Finds phone numbers in common groupings: international and North American ones, and those that
 * begin with 0. Other runs of digits are found only after a word such as "phone".
 */
export function findPhones(text: string, found: Found): void {
  for (const { groups } of digitRuns(text, SEPARATOR)) {
    for (let from = 0; from < groups.length;) {
      const to = phoneEnd(text, groups, from);
      if (to > from) {
        const start = groups[from]!.start - prefixLength(text, groups[from]!.start);
        EXTENSION.lastIndex = groups[to - 1]!.end;
        found(start, EXTENSION.test(text) ? EXTENSION.lastIndex : groups[to - 1]!.end);
      }
      from = Math.max(to, from + 1);
    }
  }
}

/** Index after the last group of the longest phone number from group `from` on; 0 if none. */
function phoneEnd(text: string, groups: readonly DigitGroup[], from: number): number {
  const { start } = groups[from]!;
  const signs = text.slice(start - prefixLength(text, start), start);
  const isCued = CUE.test(
    text.slice(Math.max(0, start - signs.length - LONGEST_CUE), start - signs.length),
  );
  let digits = '';
  let end = 0;
  for (let to = from; to < groups.length && to < from + MOST_GROUPS; to++) {
    digits += groups[to]!.digits;
    if (digits.length > MOST_DIGITS) break;
    const written = text.slice(start, groups[to]!.end);
    const fits = isPhone({ signs, written, digits, groups: to + 1 - from, isCued });
    const isWhole = !isPartOfWord(text, start - signs.length, groups[to]!.end);
    if (fits && isWhole && !isDecimal(text, groups[to]!.end)) end = to + 1;
  }
  return end;
}

interface Candidate {
  /** `+` and `(` before it. */
  readonly signs: string;
  readonly written: string;
  readonly digits: string;
  readonly groups: number;
  readonly isCued: boolean;
}

const NORTH_AMERICAN = /^(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]\d{4}$/;
const DATE = /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/;

function isPhone({ signs, written, digits, groups, isCued }: Candidate): boolean {
  const { length } = digits;
  if (signs.includes('+')) return length >= 7 && !digits.startsWith('0');
  if (isCued) return length >= 6 && !DATE.test(written);
  if (NORTH_AMERICAN.test(written)) return true;
  if (DATE.test(written) || groups < 2) return false;
  if (digits.startsWith('00')) return length >= 10;
  const isNational = digits.startsWith('0') && length >= 9 && length <= 12;
  return isNational && (signs === '(' || /^0\d+[ \u00a0/)-]/.test(written));
}

/** `+`, `(`, `+(` or `(+` before a number. */
function prefixLength(text: string, start: number): number {
  const before = text.slice(Math.max(0, start - 2), start);
  return /(?:\+\(|\(\+|\+|\()$/.exec(before)?.[0].length ?? 0;
}

function isDecimal(text: string, end: number): boolean {
  return /^[.,:]\d/.test(text.slice(end, end + 2));
}
