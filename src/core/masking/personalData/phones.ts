import { isPartOfWord, joinedBefore } from './borders.js';
import { digitRuns, type DigitRun } from './digitRuns.js';
import type { Found } from './found.js';
import { isAnnounced, isLinked } from './phoneCues.js';

const SEPARATOR = /^(?:[ ./-]|[)][ ./-]?|[ ./-]?[(]|[)] ?[(]| [/-] )$/;
const EXTENSION =
  /[ ,;]{0,2}(?:ext\.?|extension|x|доб\.?|poste|durchwahl|dw|anexo|ramal|内線|转|轉|內線)[ .:]{0,2}\d{1,6}(?![\p{L}\p{N}])/iuy;
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 15;
const MOST_GROUPS = 8;

/**
 * Finds phone numbers in common groupings: international ones, those that begin with 0, and those of
 * countries whose grouping no other number has. Other digits are found only after a word such as "phone".
 */
export function findPhones(text: string, found: Found): void {
  let previous = -1;
  for (const run of digitRuns(text, SEPARATOR, FEWEST_DIGITS)) {
    for (let from = 0; from < run.length;) {
      const to = phoneEnd({ text, run, from, previous });
      if (to > from) {
        EXTENSION.lastIndex = run[to - 1]!.end;
        previous = EXTENSION.test(text) ? EXTENSION.lastIndex : run[to - 1]!.end;
        found(unbracketed(text, startOf(text, run[from]!.start), previous), previous);
      }
      from = Math.max(to, from + 1);
    }
  }
}

/** Start of `+`, `(`, `+(` or `(+` before a number, or else of the number. */
function startOf(text: string, start: number): number {
  const before = text.slice(Math.max(0, start - 2), start);
  return start - (/(?:\+\(|\(\+|\+|\()$/.exec(before)?.[0].length ?? 0);
}

/** Leaves out a bracket that is not closed in the number. */
function unbracketed(text: string, start: number, end: number): number {
  return text.charAt(start) === '(' && !text.slice(start, end).includes(')') ? start + 1 : start;
}

interface Place {
  readonly text: string;
  readonly run: DigitRun;
  /** Group that the number begins with. */
  readonly from: number;
  /** End of the phone number before it; -1 if there is none. */
  readonly previous: number;
}

/** Index after the last group of the longest phone number from group `from` on; 0 if none. */
function phoneEnd({ text, run, from, previous }: Place): number {
  const { start } = run[from]!;
  const first = startOf(text, start);
  const signs = text.slice(first, start);
  const most = Math.min(run.length, from + MOST_GROUPS);
  let digits = 0;
  let end = 0;
  let isCued: boolean | null = null;
  for (let to = from; to < most; to++) {
    digits += run[to]!.digits.length;
    if (digits > MOST_DIGITS) break;
    if (digits < FEWEST_DIGITS) continue;
    if (isCued === null) {
      if (isInPath(text, first, signs)) return 0;
      isCued = isAnnounced(text, first) || (previous >= 0 && isLinked(text, previous, first));
      if (!isCued && !signs.includes('+') && isContinuation(text, run, from, first)) return 0;
    }
    const candidate = { text, run, from, to, signs, isCued };
    if (isPhone(candidate) && isAlone(candidate, first)) end = to + 1;
  }
  return end;
}

/** Whether a number is a part of a path, an address of a page, an assignment or a fraction. */
function isInPath(text: string, first: number, signs: string): boolean {
  const joined = joinedBefore(text, first);
  if (/[\\/@#]|\d[.,:]$/.test(joined)) return true;
  if (signs.includes('+')) return false;
  return /\w=.*=|^\w*[-&_~^*]$|[-_]$|=$/.test(joined) && !/phone=$|tel=$|mobile=$/i.test(joined);
}

/** The groups of an IBAN before other groups of it. */
const IN_IBAN = /(?<![A-Za-z])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{1,4}){0,8}[ .-]$/;
const LONGEST_IBAN = 40;

/** Whether a number continues a row of numbers or an IBAN. */
function isContinuation(text: string, run: DigitRun, from: number, first: number): boolean {
  const before = run[from - 1];
  if (before && (run[from]!.separator !== ' ' || before.digits.length > 2)) return true;
  return IN_IBAN.test(text.slice(Math.max(0, first - LONGEST_IBAN), first));
}

interface Candidate {
  readonly text: string;
  readonly run: DigitRun;
  /** The first and last group. */
  readonly from: number;
  readonly to: number;
  /** `+` and `(` before it. */
  readonly signs: string;
  readonly isCued: boolean;
}

/** Groupings that are phone numbers without further signs. */
const GROUPINGS = [
  /^(?:1[ .-]?\(?)?[2-9]\d{2}(?:\) ?|[ .-])[2-9]\d{2}[ .-]\d{4}$/, // North America
  /^8[ -]?\(?\d{3}\)?[ -]?\d{3}[ -]\d{2}[ -]\d{2}$/, // Russia
  /^1[3-9]\d([ -])\d{4}\1\d{4}$/, // China
  /^\d{2}\) ?9?\d{4}-\d{4}$/, // Brazil
  /^[6-9]\d{4}[ -]\d{5}$/, // India
  /^01\d([ .-])\d{3,4}\1\d{4}$/, // South Korea
  /^0[1-9]([ .-])\d\d(?:\1\d\d){3}$/, // France
];
const DATE =
  /^(?:\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{1,2} \d{1,2} (?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})(?!\d)/;
const YEARS = /^(?:1[5-9]|20)\d\d[ /-]{1,3}(?:1[5-9]|20)\d\d$/;
/** A code that begins with 0 and a space, slash, dash or bracket after it. */
const NATIONAL = /^0[1-9]\d{0,4}[ /)-]/;

function isPhone({ text, run, from, to, signs, isCued }: Candidate): boolean {
  const groups = run.slice(from, to + 1);
  const written = text.slice(groups[0]!.start, groups.at(-1)!.end);
  const digits = groups.map((group) => group.digits).join('');
  if (signs.includes('+')) return digits.length >= 7 && !digits.startsWith('0');
  if (GROUPINGS.some((grouping) => grouping.test(written))) return true;
  if (DATE.test(written) || YEARS.test(written)) return false;
  if (isCued) return groups.every((group) => !/^ [/-] $/.test(group.separator));
  if (groups.length < 2 || groups.slice(1).some((group) => group.digits.length < 2)) return false;
  if (/^00[1-9]/.test(digits)) return digits.length >= 10 && written.includes(' ');
  const isNational = digits.length >= 9 && digits.length <= 12 && !isRow(groups);
  return isNational && NATIONAL.test(written) && !written.includes('. ');
}

/** Pairs of digits, as in a row of numbers. */
function isRow(groups: DigitRun): boolean {
  return groups.length > 4 && groups.every(({ digits }) => digits.length <= 2);
}

/** Whether the groups are not a part of a longer row of numbers, a word, a fraction or a path. */
function isAlone({ text, run, from, to, signs, isCued }: Candidate, first: number): boolean {
  const last = run[to]!;
  const [before, after] = [run[from - 1], run[to + 1]];
  if (isPartOfWord(text, first, last.end)) return false;
  const next = text.slice(last.end, last.end + 2);
  if (/^(?:[.,:]\d|[-_/=@][\p{L}_]|[%°€$£])/u.test(next)) return false;
  if (after && !/[ (]/.test(after.separator) && text.charAt(after.start - 1) !== '+') return false;
  if (signs.includes('+') || isCued) return true;
  const isContinued = (neighbor: DigitRun[number] | undefined): boolean =>
    neighbor?.digits.length === last.digits.length && neighbor.digits.length < 4;
  return !isContinued(after) && !isContinued(before);
}
