import type { RandomKey } from '../random.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Masker, PlannedMask } from './masker.js';

export interface ReplacementOptions {
  readonly masker: Masker;
  readonly tokenizer: Pick<Tokenizer, 'encode' | 'maskToken' | 'isContinuation' | 'readable'>;
  /** What named the draw of the plan. */
  readonly draw: readonly RandomKey[];
  /** The text's tokens, where they are at hand. */
  readonly ids?: Int32Array;
}

/**
 * What stands in the place of each mask in a masked text: the rule's `replaceWith`, else a mask
 * token for each token, so that the masked text has the masked sequence's ids where whole words are
 * masked; the words of a random replacement; or what was there.
 */
export function replacementsOf(
  text: string,
  plan: readonly PlannedMask[],
  { masker, tokenizer, draw, ids }: ReplacementOptions,
): string[] {
  const isRandom = plan.some(({ replacement }) => replacement === 'random');
  const inputIds = isRandom
    ? masker.inputIds(ids ?? tokenizer.encode(text).ids, plan, { draw })
    : null;
  return plan.map(({ start, end, tokenStart, tokenEnd, rule, replacement }) => {
    switch (replacement) {
      case 'keep':
        return text.slice(start, end);
      case 'mask':
        return (
          masker.policy.rules[rule]?.replaceWith ??
          tokenizer.maskToken.repeat(tokenEnd - tokenStart)
        );
      case 'random':
        return spelled(inputIds!.subarray(tokenStart, tokenEnd), tokenizer);
    }
  });
}

/** Tokens as a person reads them, with spaces between words. */
function spelled(
  ids: Int32Array,
  tokenizer: Pick<Tokenizer, 'isContinuation' | 'readable'>,
): string {
  let text = '';
  for (const id of ids) {
    const isNew = text !== '' && !tokenizer.isContinuation(id);
    text += (isNew ? ' ' : '') + tokenizer.readable(id);
  }
  return text;
}
