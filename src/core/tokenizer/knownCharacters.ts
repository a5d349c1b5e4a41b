import { AlignedText } from '../text/alignedText.js';
import type { Normalizer } from './normalizers/normalizer.js';
import type { PreTokenizer } from './preTokenizers/preTokenizer.js';
import type { KnownCharacter } from './wordLane.js';

/** Letters that join no neighbour, and marks of punctuation. */
const CANDIDATE = /(?=[\p{L}\p{P}])[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{P}]/u;

/** One of each class that a pre-tokenizer may tell apart. */
const CLASSES = ['a', '1', '!'];

/**
 * What says of a character beyond ASCII whether a pre-tokenizer takes it for the same as one of
 * ASCII, and a normalizer makes one character of it; null where not.
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
