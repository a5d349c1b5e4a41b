import type { AlignedText } from '../text/alignedText.js';
import { replaceMatches } from './rewriter.js';

/** Scripts whose letters change shape next to a zero-width joiner or non-joiner. */
const JOINING_SCRIPTS = [
  'Arabic',
  'Syriac',
  'Mandaic',
  'Nko',
  'Mongolian',
  'Phags_Pa',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
  'Myanmar',
  'Tibetan',
  'Balinese',
  'Javanese',
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');
/** The vowel separator belongs to Mongolian, but is removed if no letter precedes it. */
const JOINING = `(?!\\u180E)[${JOINING_SCRIPTS}]`;

const TAG = '[\\u{E0020}-\\u{E007F}]';
const REMOVED = [
  // C0 and C1 controls except tabs and line ends; soft hyphen; unpaired surrogates.
  '[\\0-\\x08\\x0E-\\x1F\\x7F-\\x84\\x86-\\x9F\\xAD\\u{D800}-\\u{DFFF}]',
  // Zero-width space, direction marks and overrides, invisible operators, byte order mark, the
  // place of an object, annotation marks, code points that are not characters.
  '[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF\\uFFFC\\uFFF9-\\uFFFB\\uFDD0-\\uFDEF\\uFFFE\\uFFFF]',
  '(?<!(?!\\u180E)\\p{Script=Mongolian})\\u180E',
  // A joiner is kept between emoji and after letters that it shapes.
  `(?<!${JOINING})(?<![\\p{Extended_Pictographic}\\uFE0F\\p{Emoji_Modifier}](?=\\u200D\\p{Extended_Pictographic}))\\u200D`,
  `(?<!${JOINING})\\u200C|\\u200C(?!${JOINING})`,
  // Tag characters are kept in flags, between a black flag and a cancel tag.
  `(?<!\\u{1F3F4}${TAG}{0,16})[\\u{E0000}-\\u{E007F}]`,
];
const PATTERN = new RegExp(`(?:${REMOVED.join('|')})+|[\\v\\f\\x85\\u2028\\u2029]`, 'gu');
const LINE_BREAK = /[\v\f\x85\u2028\u2029]/;

/**
 * Removes control and zero-width characters, except joiners inside emoji and in scripts that need
 * them. Line breaks become a line feed, paragraph breaks two.
 */
export function removeControls(text: AlignedText): AlignedText {
  return replaceMatches(text, PATTERN, ([found]) => {
    if (!LINE_BREAK.test(found)) return '';
    return found === '\u2029' ? '\n\n' : '\n';
  });
}
