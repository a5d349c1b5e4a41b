import type { Separation } from './preTokenizers/preTokenizer.js';
import { hashUnit } from './stretchCache.js';

const SPACE = 0x20;
const WHITE_SPACE = /\p{White_Space}/u;
const VISIBLE = /[\p{L}\p{N}\p{P}]/u;
/** Characters that attach to the previous one and may be normalized with it. */
const JOINING = /[\p{M}\u0E33\u0EB3\uFF9E\uFF9F]/u;
const IN_WORD = /[\p{L}\p{M}\p{N}]/u;
/** Scripts without spaces between words, in which a token is almost always at least one word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

export function isWhite(unit: number): boolean {
  if (unit < 0x80) return unit === SPACE || (unit >= 9 && unit <= 13);
  return WHITE_SPACE.test(String.fromCharCode(unit));
}

/** Trims white space from `[start, end)`; unchanged if it is only white space. */
export function trimmed(text: string, start: number, end: number): [start: number, end: number] {
  let from = start;
  let to = end;
  while (from < to && isWhite(text.charCodeAt(from))) from++;
  if (from === to) return [start, end];
  while (isWhite(text.charCodeAt(to - 1))) to--;
  return [from, to];
}

const HIDDEN = 1;
const SEEN = 2;
const JOINED = 3;
/** Kind of a UTF-16 unit: one of the three, or 0 if not yet determined. */
const kinds = new Uint8Array(0x10000);

function kindOf(unit: number): number {
  if (unit < 0x80) return unit > SPACE && unit !== 0x7f ? SEEN : HIDDEN;
  let kind = kinds[unit]!;
  if (kind === 0) {
    const character = String.fromCharCode(unit);
    kind = JOINING.test(character) ? JOINED : VISIBLE.test(character) ? SEEN : HIDDEN;
    kinds[unit] = kind;
  }
  return kind;
}

/**
 * Whether a visible character ends before `end`: a letter, digit or punctuation mark, because
 * others may be normalized to white space.
 */
function followsVisible(text: string, end: number): boolean {
  let at = end - 1;
  while (at > 0 && kindOf(text.charCodeAt(at)) === JOINED) at--;
  return kindOf(text.charCodeAt(at)) === SEEN;
}

/** Iterates over the cuts of a text: positions at which white space follows a visible character. */
export class StretchScanner {
  /** Hash of the part that `next` has passed. */
  hash = 0;

  constructor(private readonly cuts: Separation) {}

  /** First cut after `from`, or the end of the text. */
  next(text: string, from: number): number {
    const lastCut = this.cuts === 'none' ? 0 : SPACE;
    const cutsAll = this.cuts === 'whiteSpace';
    let hash = hashUnit(0, text.charCodeAt(from));
    let at = from + 1;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit <= lastCut && (unit === SPACE || (cutsAll && isLineOrTab(unit)))) {
        if (followsVisible(text, at)) break;
      }
      hash = hashUnit(hash, unit);
    }
    this.hash = hash;
    return at;
  }
}

function isLineOrTab(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d || unit === 0x09;
}

/** Whether a token that starts at `at` begins a word, determined by the adjacent characters. */
export function beginsWord(text: string, at: number): boolean {
  const next = characterAt(text, at);
  const previous = characterBefore(text, at);
  if (next === '' || previous === '') return false;
  if (WHITE_SPACE.test(previous)) return true;
  return (
    IN_WORD.test(next) !== IN_WORD.test(previous) || UNSPACED.test(next) || UNSPACED.test(previous)
  );
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const pair = at > 1 ? characterAt(text, at - 2) : '';
  return pair.length === 2 ? pair : text.slice(Math.max(0, at - 1), at);
}
