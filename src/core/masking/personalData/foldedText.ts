import { decodeReference } from '../../cleaning/entities.js';

/** Zeros of the scripts with separate decimal digits in the Basic Multilingual Plane. */
const ZEROS = '٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰';
const SPACES = '\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
const DASHES = '\\u2010-\\u2015\\u2212\\ufe58\\ufe63';
const DOTS = '\\u00b7\\u2024\\u2027';
const SLASHES = '\\u2044\\u2215';
const FULL_WIDTH = '\\uff01-\\uff5e';
/** The long vowel sign of Japanese, which is typed for a dash between digits. */
const VOWEL_SIGN = '(?<=[0-9\\uff10-\\uff19])[\\u30fc\\uff70](?=[0-9\\uff10-\\uff19])';
/** Characters that one ASCII character stands for. */
const RESPELLED = new RegExp(
  `[${SPACES}${DASHES}${DOTS}${SLASHES}${FULL_WIDTH}${digitRanges()}]|${VOWEL_SIGN}`,
  'g',
);
/** Invisible characters. */
const INVISIBLE = '\\u00ad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff';
/** They, references such as `&nbsp;`, and the sign `@` as addresses of pages spell it. */
const REWRITTEN = new RegExp(
  `[${INVISIBLE}]+|&(?:#\\d{2,6}|#[xX][\\da-fA-F]{2,5}|[a-zA-Z]{2,8});|(?<=\\w)%40(?=\\w)`,
  'g',
);
const MAY_BE_REWRITTEN = new RegExp(`[${INVISIBLE}]|&[#a-zA-Z]|%40`);
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * A text in which spaces, dashes, digits and full-width characters of all scripts are spelled as in
 * ASCII, HTML references are decoded and invisible characters are dropped, so that a finder knows one
 * form of each separator.
 */
export class FoldedText {
  readonly text: string;
  /** Places of edits in the folded text, with the ranges of the source that they replace. */
  private readonly places: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  constructor(source: string) {
    const visible = MAY_BE_REWRITTEN.test(source) ? this.rewrite(source) : source;
    this.text = BEYOND_ASCII.test(visible) ? visible.replaceAll(RESPELLED, respelled) : visible;
  }

  /** Offset in the source of the start of a UTF-16 unit. */
  startOf(unit: number): number {
    const edit = this.lastEdit(unit);
    if (edit < 0) return unit;
    return this.isReplaced(edit, unit)
      ? this.starts[edit]!
      : this.ends[edit]! + unit - this.places[edit]!;
  }

  /** Offset in the source of the end of a UTF-16 unit. */
  endOf(unit: number): number {
    const edit = this.lastEdit(unit);
    return edit >= 0 && this.isReplaced(edit, unit) ? this.ends[edit]! : this.startOf(unit) + 1;
  }

  private rewrite(source: string): string {
    let text = '';
    let at = 0;
    for (const { 0: found, index } of source.matchAll(REWRITTEN)) {
      const content = rewritten(found);
      if (content === null) continue;
      text += source.slice(at, index) + content;
      at = index + found.length;
      // The place after the edit, whose content is one unit or none.
      this.places.push(text.length);
      this.starts.push(content === '' ? -1 : index);
      this.ends.push(at);
    }
    return text + source.slice(at);
  }

  /** Last edit that replaced `unit` or text before it; -1 if none. */
  private lastEdit(unit: number): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const isBefore = this.places[middle]! <= unit || this.isReplaced(middle, unit);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Whether an edit put `unit` in the place of other text. */
  private isReplaced(edit: number, unit: number): boolean {
    return this.starts[edit]! >= 0 && this.places[edit]! === unit + 1;
  }
}

const references = new Map<string, string>();

/** Replacement of an invisible character or a reference; `null` to keep it. */
function rewritten(found: string): string | null {
  if (found === '%40') return '@';
  if (!found.startsWith('&')) return '';
  let character = references.get(found);
  if (character === undefined) {
    character = decodeReference(found);
    references.set(found, character);
  }
  return character.length === 1 ? character : null;
}

function respelled(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  const digit = DIGITS.get(character);
  if (digit !== undefined) return digit;
  if (/[\u00b7\u2024\u2027]/.test(character)) return '.';
  if (/[\u2044\u2215]/.test(character)) return '/';
  return /\s/.test(character) ? ' ' : '-';
}

const DIGITS: ReadonlyMap<string, string> = new Map(
  Array.from(ZEROS).flatMap((zero) =>
    Array.from(
      { length: 10 },
      (_, digit) => [String.fromCharCode(zero.charCodeAt(0) + digit), String(digit)] as const,
    ),
  ),
);

function digitRanges(): string {
  return Array.from(ZEROS)
    .map((zero) => `${zero}-${String.fromCharCode(zero.charCodeAt(0) + 9)}`)
    .join('');
}
