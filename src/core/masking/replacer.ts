import { randomStream } from '../random.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { Masker } from './masker.js';
import type { MaskingPolicy } from './policy.js';

/** Makes what puts ids in the place of those that are masked. */
export function createReplacer(policy: MaskingPolicy, tokenizer: Tokenizer): Masker['inputIds'] {
  return (ids, plan, { draw }) => {
    const inputIds = ids.slice();
    let random: (() => number) | null = null;
    for (const { tokenStart, tokenEnd, replacement } of plan) {
      if (replacement === 'keep') continue;
      if (replacement === 'mask') {
        inputIds.fill(tokenizer.special.mask, tokenStart, tokenEnd);
        continue;
      }
      random ??= randomStream('replacements', policy.seed, ...draw);
      for (let i = tokenStart; i < tokenEnd; i++) inputIds[i] = randomId(tokenizer, random);
    }
    return inputIds;
  };
}

function randomId(tokenizer: Tokenizer, random: () => number): number {
  for (;;) {
    const id = Math.floor(random() * tokenizer.vocabularySize);
    if (!tokenizer.isSpecial(id)) return id;
  }
}
