import type { RandomKey } from '../random.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Masker, PlannedMask } from './masker.js';

export interface ReplacementOptions {
  readonly masker: Masker;
  readonly tokenizer: Pick<Tokenizer, 'encode' | 'maskToken' | 'isContinuation' | 'readable'>;
  /** Keys of the draw of the plan. */
  readonly draw: readonly RandomKey[];
  /** Tokens of the text. Default: the text is tokenized. */
  readonly ids?: Int32Array;
}

/**
 * Replacement of each mask in a masked text: `replaceWith` of the rule, or else one mask token per
 * token, so that with whole words the masked text has the ids of the masked sequence; the words of a
 * random replacement; or the original text.
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

/** Readable text of tokens, with spaces between words. */
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
