import { AlignedText } from '../text/alignedText.js';
import type { Normalizer } from './normalizers/normalizer.js';
import type { PreTokenizer } from './preTokenizers/preTokenizer.js';
import type { KnownCharacter } from './wordLane.js';

/** Letters that do not combine with neighbors, and punctuation marks. */
const CANDIDATE = /(?=[\p{L}\p{P}])[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{P}]/u;

/** One character of each class that a pre-tokenizer may distinguish. */
const CLASSES = ['a', '1', '!'];

/**
 * Tests whether a pre-tokenizer treats a non-ASCII character like an ASCII one and a normalizer
 * maps it to one character. `null` if this cannot be determined.
 */
export function characterClassifier(
  normalizer: Normalizer,
  preTokenizer: PreTokenizer,
): (character: string) => KnownCharacter | null {
  const normalized = (text: string): AlignedText =>
    normalizer.normalize(AlignedText.of(text), { start: false, textStart: false, end: false });
  const partsOf = (text: string): number =>
    preTokenizer.split([normalized(text)], { isStart: false, textStart: false }).length;
  const behaviorOf = (character: string): string =>
    [
      ...CLASSES.map((next) => partsOf(next + character)),
      ...CLASSES.map((next) => partsOf(character + next)),
      partsOf(character + character),
    ].join();
  let behaviors: readonly string[] | null = null;
  return (character) => {
    if (!CANDIDATE.test(character)) return null;
    const { text } = normalized(character);
    if (text.length !== 1) return null;
    behaviors ??= CLASSES.map(behaviorOf);
    const like = CLASSES[behaviors.indexOf(behaviorOf(character))];
    return like === undefined ? null : { like, normalized: text };
  };
}
