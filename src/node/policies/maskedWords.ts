import { createMasker } from '../../core/masking/createMasker.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import { wordsIn, type TextRange } from '../../core/text/words.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { resolvePolicyText, type PolicyText } from './readPolicy.js';

const LETTER = /\p{L}/u;

/**
 * Whole words of a text that a policy masks with a seed, at least one if there is one to mask. Words
 * without a letter, such as numbers, are left out. Throws `Data` for a policy that cannot be used.
 */
export async function maskedWords(
  text: string,
  {
    policy: source,
    tokenizer,
    seed,
  }: { readonly policy: PolicyText; readonly tokenizer: Tokenizer; readonly seed: number },
): Promise<TextRange[]> {
  const policy = await resolvePolicyText(source);
  const counter = needsStatistics(policy) ? new CorpusCounter(policy) : null;
  counter?.add(text);
  const masker = createMasker(policy, { tokenizer, statistics: counter?.finish() ?? null });
  const annotation = masker.annotate(text, tokenizer.encode(text));
  const plan = masker.plan(annotation, { draw: ['words', seed], atLeastOne: true });
  return wordsIn(text).filter(
    ({ start, end }) =>
      LETTER.test(text.slice(start, end)) &&
      plan.some((mask) => mask.start < end && mask.end > start),
  );
}
