import type { Example } from '../data/documents.js';
import { randomStream, shuffled, type RandomKey } from '../random.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { MaskingPolicy } from './policy.js';

export type Replacement = 'mask' | 'random' | 'keep';

/** A token that is predicted: where it stands, what it was, what the model sees there. */
export interface MaskedToken {
  /** Index into the example's ids. */
  readonly index: number;
  readonly original: number;
  readonly replacement: Replacement;
  readonly inputId: number;
}

/**
 * Chooses the tokens of an example to predict (Devlin et al. 2019, arXiv:1810.04805) and what
 * stands in their place. The count is `rate` times the number of tokens, rounded at random so that
 * its mean is exact, and at least 1. With unit `word` whole words are chosen, passing over those
 * that would exceed the count. The same policy, example and `draw` give the same plan, whatever batch it ends up in.
 *
 * @param draw what this masking is for, e.g. a run's seed and the epoch
 */
export function maskExample(
  example: Example,
  policy: MaskingPolicy,
  { tokenizer, draw }: { tokenizer: Tokenizer; draw: readonly RandomKey[] },
): MaskedToken[] {
  const random = randomStream('mask', policy.seed, ...draw, example.key);
  const units = shuffled(maskableUnits(example, policy, tokenizer), random);
  const available = units.reduce((count, unit) => count + unit.length, 0);
  const wanted = Math.max(1, Math.floor(policy.rate * available + random()));
  const chosen: number[] = [];
  for (const unit of units) {
    if (chosen.length >= wanted) break;
    if (chosen.length === 0 || chosen.length + unit.length <= wanted) chosen.push(...unit);
  }
  return chosen
    .sort((a, b) => a - b)
    .map((index) => {
      const original = example.ids[index]!;
      const replacement = drawReplacement(policy, random);
      const inputId = inputIdOf(original, replacement, { tokenizer, random });
      return { index, original, replacement, inputId };
    });
}

function maskableUnits(
  { ids, wordIds }: Example,
  { unit }: MaskingPolicy,
  tokenizer: Tokenizer,
): number[][] {
  const units: number[][] = [];
  ids.forEach((id, index) => {
    if (tokenizer.isSpecial(id)) return;
    const previous = units.at(-1);
    const joins = unit === 'word' && previous && wordIds[previous.at(-1)!] === wordIds[index];
    if (joins) previous.push(index);
    else units.push([index]);
  });
  return units;
}

function drawReplacement({ replace }: MaskingPolicy, random: () => number): Replacement {
  const value = random();
  if (value < replace.mask) return 'mask';
  return value < replace.mask + replace.random ? 'random' : 'keep';
}

function inputIdOf(
  original: number,
  replacement: Replacement,
  { tokenizer, random }: { tokenizer: Tokenizer; random: () => number },
): number {
  switch (replacement) {
    case 'mask':
      return tokenizer.special.mask;
    case 'keep':
      return original;
    case 'random':
      for (;;) {
        const id = Math.floor(random() * tokenizer.vocabularySize);
        if (!tokenizer.isSpecial(id)) return id;
      }
  }
}
