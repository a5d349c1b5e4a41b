import { unitsOf, type TokenMarks } from './planning/tokenUnits.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { DrawOptions, Masker } from './masker.js';

/** A token to predict: its position, original id and input id. */
export interface MaskedToken {
  /** Index in the ids of the sequence. */
  readonly index: number;
  readonly original: number;
  readonly inputId: number;
  /** Index of the rule that masks it, `NO_RULE` or `ALWAYS`. */
  readonly rule: number;
}

/** A sequence without its text: tokens, maskable units and the key of its draws. */
export interface MarkedTokens {
  readonly ids: Int32Array;
  readonly marks: TokenMarks;
  readonly key: string;
}

export interface MaskTokensOptions extends DrawOptions {
  /** Special tokens are not masked, since a model does not predict them. */
  readonly tokenizer: Pick<Tokenizer, 'isSpecial'>;
}

/**
 * Draws the tokens of a sequence to predict and their replacements by a policy (Devlin et al. 2019,
 * arXiv:1810.04805). By default, draws at least one unit if the policy can mask any, so that each
 * sequence has a target. The same policy, tokens and `draw` give the same result in any batch.
 */
export function maskTokens(
  { ids, marks, key }: MarkedTokens,
  masker: Masker,
  { tokenizer, draw, ...options }: MaskTokensOptions,
): MaskedToken[] {
  const named = { atLeastOne: true, ...options, draw: [...draw, key] };
  const plan = masker.plan(unitsOf(marks), named);
  const inputIds = masker.inputIds(ids, plan, named);
  const masked: MaskedToken[] = [];
  for (const { tokenStart, tokenEnd, rule } of plan) {
    for (let index = tokenStart; index < tokenEnd; index++) {
      const original = ids[index]!;
      if (tokenizer.isSpecial(original)) continue;
      masked.push({ index, original, inputId: inputIds[index]!, rule });
    }
  }
  return masked;
}
