import type { AlignedText } from '../text/alignedText.js';
import { Rewriter } from './rewriter.js';

/**
 * Characters of an address: digits, the marks of RFC 3986, and letters, except those of scripts that
 * put no space after it.
 */
const SPACELESS =
  '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Bopo}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}';
const LETTER = `(?![${SPACELESS}])[\\p{L}\\p{M}\\p{N}]`;
const PART = `(?:${LETTER}|[\\-._~:/?#\\[\\]@!$&'()*+,;=%|])`;
const DOMAIN =
  'com|org|net|edu|gov|mil|int|info|io|dev|app|ai|co|me|uk|de|fr|es|it|nl|ch|at|ru|jp|cn|br|eu|us|ca|au';

const STARTS = [
  `(?:https?|s?ftp|file|wss?|git|ssh|gopher|chrome)://(?:${LETTER}|[/\\[])${PART}*`,
  `www\\.${LETTER}${PART}*`,
  // Without a scheme, only with a path after a well-known domain.
  `(?:[a-z0-9-]{1,63}\\.){1,8}(?:${DOMAIN})/${PART}*`,
];
const BEFORE = '(?<![\\p{sc=Latn}\\p{sc=Cyrl}\\p{sc=Grek}\\p{Nd}@.\\-_/])';
const ADDRESS = new RegExp(`${BEFORE}(?:${STARTS.join('|')})`, 'giu');
const MAY_HOLD_ADDRESS = /:\/\/|www\.|\.[a-z]{2,4}\//i;
/** Removes web addresses, with angle brackets around them and one adjacent space. */
export function removeUrls(text: AlignedText): AlignedText {
  if (!MAY_HOLD_ADDRESS.test(text.text)) return text;
  const result = new Rewriter(text);
  let done = 0;
  for (const { 0: found, index } of text.text.matchAll(ADDRESS)) {
    const stretch = widened(text.text, index, index + lengthOf(found));
    const from = Math.max(done, stretch.from);
    result.drop(from, stretch.to);
    done = stretch.to;
  }
  return result.build();
}

/** Length of an address without marks that end a sentence and brackets opened before it. */
function lengthOf(address: string): number {
  let length = address.length;
  const unmatched = { ')': excess(address, '(', ')'), ']': excess(address, '[', ']') };
  for (; length > 0; length--) {
    const last = address[length - 1]!;
    if (last === ')' || last === ']') {
      if (unmatched[last]-- <= 0) break;
    } else if (!TRAILING.includes(last)) break;
  }
  return length;
}

const TRAILING = ".,;:!?'*_~|";

/** Number of closing marks of a text in excess of its opening ones. */
function excess(text: string, opening: string, closing: string): number {
  let difference = 0;
  for (const character of text) {
    if (character === closing) difference++;
    else if (character === opening) difference--;
  }
  return difference;
}

function widened(text: string, from: number, to: number): { from: number; to: number } {
  if (text[from - 1] === '<' && text[to] === '>') return widened(text, from - 1, to + 1);
  const follows = text[to] === ' ';
  if (follows && (from === 0 || isBlank(text[from - 1]!))) return { from, to: to + 1 };
  const isLast = to === text.length || isBlank(text[to]!) || '.,;:!?'.includes(text[to]!);
  return isLast && text[from - 1] === ' ' ? { from: from - 1, to } : { from, to };
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}
