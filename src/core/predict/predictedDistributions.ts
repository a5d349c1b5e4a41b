import type { Distributions, MaskedLanguageModel } from './maskedLanguageModel.js';
import { normalizerAndEntropy } from './probabilities.js';

/** Distributions of logits [count, vocabulary], by the model if it can, which is ten times as fast. */
export async function distributionsOf(
  model: MaskedLanguageModel,
  logits: Float32Array,
  count: number,
): Promise<Distributions> {
  if (model.readDistributions !== undefined) return model.readDistributions(logits, count);
  const normalizers = new Float64Array(count);
  const entropies = new Float64Array(count);
  const vocabulary = logits.length / count;
  for (let row = 0; row < count; row++) {
    const found = normalizerAndEntropy(logits.subarray(row * vocabulary, (row + 1) * vocabulary));
    normalizers[row] = found.normalizer;
    entropies[row] = found.entropy;
  }
  return { normalizers, entropies };
}
