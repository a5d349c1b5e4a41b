import { AlignedText } from './alignedText.js';
import type { Normalizer } from './normalizers/normalizer.js';
import type { PreTokenizer } from './preTokenizers/preTokenizer.js';
import type { KnownCharacter } from './wordLane.js';

/** What European prose has beyond ASCII: quotation marks, dashes, letters with accents. */
const CANDIDATES = [
  ...'‘’“”–—…«»¡¿§¶·',
  ...Array.from({ length: 0x17f - 0xc0 }, (_, i) => String.fromCharCode(0xc0 + i)),
].filter((character) => /[\p{L}\p{N}\p{P}]/u.test(character));

/** One of each class that a pre-tokenizer may tell apart. */
const CLASSES = ['a', '1', '!'];

/**
 * The characters beyond ASCII that a pre-tokenizer takes for the same as one of ASCII, and that a
 * normalizer makes one character of.
 */
export function knownCharacters(
  normalizer: Normalizer,
  preTokenizer: PreTokenizer,
): KnownCharacter[] {
  const normalized = (text: string): AlignedText =>
    normalizer.normalize(AlignedText.of(text), { start: false, textStart: false, end: false });
  const partsOf = (text: string): number =>
    preTokenizer.split([normalized(text)], { isStart: false, textStart: false }).length;
  return CANDIDATES.flatMap((character) => {
    const { text } = normalized(character);
    if (text.length !== 1) return [];
    const like = CLASSES.find((other) =>
      CLASSES.every(
        (next) =>
          partsOf(next + character) === partsOf(next + other) &&
          partsOf(character + next) === partsOf(other + next) &&
          partsOf(character + character) === partsOf(other + other),
      ),
    );
    return like === undefined ? [] : [{ character, like, normalized: text }];
  });
}
