import { topTokens } from './probabilities.js';

export interface Sampling {
  /** Probabilities are raised to 1 / temperature: below 1, likely words are drawn more often. */
  readonly temperature: number;
  /** Words are drawn from the fewest most probable ones with this share of the probability. */
  readonly topP: number;
}

/** Tokens from which one is drawn; the rest of a vocabulary is never likely enough. */
const MOST_DRAWN = 200;

/**
 * Draws a token from the nucleus of a prediction (Holtzman et al. 2020, arXiv:1904.09751), with
 * its probability (0 to 1) under the softmax over the whole vocabulary.
 *
 * @param logits [vocabulary]
 * @param random numbers in [0, 1)
 * @returns `null` if no token is allowed
 */
export function sampleToken(
  logits: Float32Array,
  {
    temperature,
    topP,
    allowed,
    random,
  }: Sampling & { readonly allowed: (id: number) => boolean; readonly random: () => number },
): { readonly id: number; readonly probability: number } | null {
  const best = topTokens(logits, { topK: MOST_DRAWN, allowed });
  const [first] = best;
  if (first === undefined) return null;
  const weights = best.map(({ probability }) =>
    Math.exp((Math.log(probability) - Math.log(first.probability)) / temperature),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let nucleus = 0;
  let size = 0;
  while (size < weights.length && nucleus < topP * all) nucleus += weights[size++]!;
  let left = random() * nucleus;
  for (let i = 0; i < size; i++) {
    left -= weights[i]!;
    if (left < 0) return best[i]!;
  }
  return best[size - 1] ?? first;
}
