/** Groups of digits, separated by one sign or space, or by a closing and an opening one. */
export interface DigitRun {
  readonly groups: readonly DigitGroup[];
}

export interface DigitGroup {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

const GROUP = /\d+/g;
const IN_WORD = /[\p{L}\p{M}\p{N}_]/u;

/** Runs of digit groups that are separated by `separator` and not part of a word. */
export function* digitRuns(text: string, separator: RegExp): Generator<DigitRun> {
  let groups: DigitGroup[] = [];
  for (const match of text.matchAll(GROUP)) {
    const group = { digits: match[0], start: match.index, end: match.index + match[0].length };
    const last = groups.at(-1);
    if (last && !isBetween(text, last.end, group.start, separator)) {
      yield { groups };
      groups = [];
    }
    groups.push(group);
  }
  if (groups.length > 0) yield { groups };
}

const LONGEST_SEPARATOR = 3;

function isBetween(text: string, from: number, to: number, separator: RegExp): boolean {
  return to - from <= LONGEST_SEPARATOR && separator.test(text.slice(from, to));
}

/** Whether a letter or digit is directly before or after. */
export function isPartOfWord(text: string, start: number, end: number): boolean {
  return IN_WORD.test(text.charAt(start - 1)) || IN_WORD.test(text.charAt(end));
}
