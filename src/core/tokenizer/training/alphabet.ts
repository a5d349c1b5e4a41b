import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';

/**
 * Chooses the characters that become tokens, in code point order: those of `always`, then the most
 * frequent ones up to `limit`.
 */
export function chooseCharacters(
  words: ReadonlyMap<string, number>,
  { always, limit }: { always: ReadonlySet<string>; limit: number },
): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) {
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  }
  const byFrequency = [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || byCodePoint(a, b),
  );
  const chosen = new Set(always);
  for (const [character] of byFrequency) {
    if (chosen.size >= limit) break;
    chosen.add(character);
  }
  return [...chosen].sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  return a.codePointAt(0)! - b.codePointAt(0)!;
}

/** Throws `UserInput` if single characters and special tokens leave no room for words. */
export function refuseSmallSize(needed: number, vocabularySize: number): void {
  if (vocabularySize > needed) return;
  const sizes = { size: vocabularySize, needed, least: needed + 1 };
  throw inputError(problem('tokenizer.vocabularyTooSmall', sizes));
}
