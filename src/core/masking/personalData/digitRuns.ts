/** Groups of digits, separated by one sign or space, or by a closing and an opening one. */
export type DigitRun = readonly DigitGroup[];

export interface DigitGroup {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
  /** Text between the previous group of the run and this one; empty for the first. */
  readonly separator: string;
}

const LONGEST_SEPARATOR = 3;
const GROUP = /\d+/g;
const [ZERO, NINE] = [0x30, 0x39];

/** Runs of digit groups that `separator` separates and that have at least `fewest` digits together. */
export function* digitRuns(text: string, separator: RegExp, fewest: number): Generator<DigitRun> {
  for (const [from, to] of digitStretches(text, fewest)) {
    let groups: DigitGroup[] = [];
    let digits = 0;
    for (const match of text.slice(from, to).matchAll(GROUP)) {
      const start = from + match.index;
      const between = text.slice(groups.at(-1)?.end ?? start, start);
      if (groups.length > 0 && !separator.test(between)) {
        if (digits >= fewest) yield groups;
        groups = [];
        digits = 0;
      }
      digits += match[0].length;
      groups.push({
        ...{ digits: match[0], start, end: start + match[0].length },
        separator: groups.length === 0 ? '' : between,
      });
    }
    if (digits >= fewest) yield groups;
  }
}

/**
 * Stretches of at least `fewest` digits with short gaps of signs and spaces. Scans character codes,
 * since most digits of a text are in short numbers.
 */
function* digitStretches(text: string, fewest: number): Generator<[from: number, to: number]> {
  const { length } = text;
  for (let at = 0; at < length; at++) {
    if (!isDigit(text.charCodeAt(at))) continue;
    const from = at;
    let to = at;
    let digits = 0;
    while (at < length && at - to <= LONGEST_SEPARATOR) {
      const code = text.charCodeAt(at);
      if (isDigit(code)) {
        digits++;
        to = at + 1;
      } else if (!isSeparator(code)) break;
      at++;
    }
    if (digits >= fewest) yield [from, to];
    at = to;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** A space or one of `( ) - . /`. */
function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x28 || code === 0x29 || (code >= 0x2d && code <= 0x2f);
}
