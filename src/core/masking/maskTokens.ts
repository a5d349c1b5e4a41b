import { unitsOf, type TokenMarks } from './planning/tokenUnits.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { DrawOptions, Masker } from './masker.js';

/** A token that is predicted: where it stands, what it was, what the model sees there. */
export interface MaskedToken {
  /** Index into the sequence's ids. */
  readonly index: number;
  readonly original: number;
  readonly inputId: number;
  /** Index of the rule that chose it, `NO_RULE` or `ALWAYS`. */
  readonly rule: number;
}

/** A sequence without its text: tokens, what a policy may mask of them, and what names its draws. */
export interface MarkedTokens {
  readonly ids: Int32Array;
  readonly marks: TokenMarks;
  readonly key: string;
}

export interface MaskTokensOptions extends DrawOptions {
  readonly tokenizer: Tokenizer;
}

/**
 * Chooses the tokens of a sequence to predict, as a policy says, and what stands in their place
 * (Devlin et al. 2019, arXiv:1810.04805). At least one unit is chosen where the policy could choose
 * any, so that every sequence teaches. The same policy, tokens and `draw` give the same, whatever
 * batch they end up in.
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
