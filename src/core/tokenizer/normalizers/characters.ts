import { AlignedTextBuilder, type AlignedText } from '../../text/alignedText.js';
import { localNormalizer, type Normalizer } from './normalizer.js';

/** Replacement of a character: text, nothing (''), or `null` to keep it. */
export type CharacterRule = (character: string) => string | null;

/** A normalizer that processes each character independently. */
function byCharacter(rule: CharacterRule): Normalizer {
  return localNormalizer((text) => mapCharacters(text, rule));
}

/** Applies `rule` to every character. Removed characters are not in the alignment. */
export function mapCharacters(source: AlignedText, rule: CharacterRule): AlignedText {
  let result: AlignedTextBuilder | null = null;
  let at = 0;
  for (const character of source.text) {
    const end = at + character.length;
    const mapped = rule(character);
    if (mapped !== null && result === null) {
      result = new AlignedTextBuilder();
      result.copy(source, 0, at);
    }
    if (mapped === null) result?.copy(source, at, end);
    else result?.replace(mapped, source, at, end);
    at = end;
  }
  return result?.build() ?? source;
}

/**
 * Removes characters for which `isDropped` returns true; each is assigned to the previous
 * character.
 */
function dropMarks(source: AlignedText, isDropped: RegExp): AlignedText {
  if (!isDropped.test(source.text)) return source;
  const result = new AlignedTextBuilder();
  let at = 0;
  for (const character of source.text) {
    const end = at + character.length;
    if (isDropped.test(character)) result.extend(source.endOf(end - 1));
    else result.copy(source, at, end);
    at = end;
  }
  return result.build();
}

const UPPER_CASE_ASCII = /[A-Z]/;
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Lowercases character by character, as the reference does: a Greek sigma does not depend on its
 * position in the word.
 */
export function lowercase(source: AlignedText): AlignedText {
  if (!BEYOND_ASCII.test(source.text)) {
    return UPPER_CASE_ASCII.test(source.text)
      ? source.respelled(source.text.toLowerCase())
      : source;
  }
  return mapCharacters(source, lowered);
}

function lowered(character: string): string | null {
  const lower = character.toLowerCase();
  return lower === character ? null : lower;
}

export const lowercaseNormalizer = localNormalizer(lowercase, 'lowercase');

const COMBINING_MARK = /\p{M}/u;

export const stripAccentsNormalizer = localNormalizer(
  (text) => dropMarks(text, COMBINING_MARK),
  'same',
);

/**
 * Character rules of Google's neural machine translation: removes controls, replaces blanks by
 * spaces.
 */
export const nmtNormalizer: Normalizer = byCharacter((character) => {
  if (NMT_DROPPED.test(character)) return '';
  return NMT_SPACE.test(character) ? ' ' : null;
});

// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const NMT_DROPPED = /[\x01-\x08\x0B\x0E-\x1F\x7F\x8F\x9F]/;
/** Unpaired surrogates become U+FFFD, as in UTF-8. */
const NMT_SPACE = /[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD\p{Cs}]/u;
