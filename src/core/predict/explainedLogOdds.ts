/** Log-odds (nats) of a token under the softmax: its logit minus the log-sum-exp of all others. */
export function logOddsOf(logits: Float32Array, id: number): number {
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) if (i !== id && logits[i]! > max) max = logits[i]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) if (i !== id) sum += Math.exp(logits[i]! - max);
  return logits[id]! - max - Math.log(sum);
}

/** Log-probability (nats) for log-odds, exact near 0 and 1. */
export function logProbabilityOfOdds(logOdds: number): number {
  return logOdds > 0 ? -Math.log1p(Math.exp(-logOdds)) : logOdds - Math.log1p(Math.exp(logOdds));
}

/**
 * Log-odds (nats) of a word from those of its pieces, each given the ones before it: the probability
 * of the word is the product of theirs.
 */
export function wordLogOdds(pieces: readonly number[]): number {
  if (pieces.length === 1) return pieces[0]!;
  const logProbability = pieces.reduce((sum, odds) => sum + logProbabilityOfOdds(odds), 0);
  return logProbability - Math.log(-Math.expm1(logProbability));
}

/**
 * d log-odds of a word / d logits of one of its pieces, row-major as the logits. With p the
 * probability of the word and pᵢ that of the piece: (1 − pᵢ) / (1 − p) at the piece, and −pᵥ / (1 − p)
 * at every other token v.
 */
export function logOddsCotangent(
  logits: Float32Array,
  { id, word, piece }: { readonly id: number; readonly word: number; readonly piece: number },
): Float32Array {
  // 1 − p of log-odds x is 1 / (1 + eˣ). The others' softmax times (1 − pᵢ) is their probability.
  const factor = Math.exp(logProbabilityOfOdds(-piece) - logProbabilityOfOdds(-word));
  const cotangent = new Float32Array(logits.length);
  const normalizer = logits[id]! - piece;
  for (let i = 0; i < logits.length; i++) {
    cotangent[i] = i === id ? factor : -factor * Math.exp(logits[i]! - normalizer);
  }
  return cotangent;
}
