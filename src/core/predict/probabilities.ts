// Loops over logits count their index: iterators of typed arrays take twice the time.

/** The largest logit. */
function largest(logits: Float32Array): number {
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i]!;
    if (logit > max) max = logit;
  }
  return max;
}

/** Steps into which a factor of two is divided in the table of exponentials. */
const STEPS = 1024;
const STEPS_PER_NAT = STEPS / Math.LN2;
const NATS_PER_STEP = Math.LN2 / STEPS;
/** Below this, an exponential is not in the table; it is less than the smallest normal number. */
const LOWEST = -700;
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, i) => 2 ** (-i / STEPS));
const POWERS = Float64Array.from({ length: 1024 }, (_, i) => 2 ** -i);

/**
 * exp(x) for x ≤ 0, from a table and a polynomial for the rest, in half the time of `Math.exp` and
 * within 1e-10 of it. Numbers below `LOWEST` give 0.
 */
function exponential(x: number): number {
  if (x < LOWEST) return 0;
  const steps = -x * STEPS_PER_NAT;
  const whole = steps | 0;
  const rest = (whole - steps) * NATS_PER_STEP;
  return FRACTIONS[whole & (STEPS - 1)]! * POWERS[whole >> 10]! * (1 + rest * (1 + rest * 0.5));
}

/**
 * Computes the natural logarithm of the sum of exponentials of `logits`, accumulated in float64
 * after subtracting the maximum to avoid overflow.
 */
export function logSumExp(logits: Float32Array): number {
  const max = largest(logits);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += exponential(logits[i]! - max);
  return max + Math.log(sum);
}

/**
 * Natural logarithm of the sum of exponentials, and the entropy (nats) of the softmax, from one pass
 * over the exponentials.
 */
export function normalizerAndEntropy(logits: Float32Array): {
  readonly normalizer: number;
  readonly entropy: number;
} {
  const max = largest(logits);
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < logits.length; i++) {
    const below = logits[i]! - max;
    const value = exponential(below);
    sum += value;
    // The product is 0 · −∞ for a logit of −∞, whose part of the entropy is 0.
    if (value > 0) weighted += value * below;
  }
  const log = Math.log(sum);
  return { normalizer: max + log, entropy: log - weighted / sum };
}

/** Log-probability (nats) of `id` under the softmax over the whole vocabulary. */
export function logProbability(logits: Float32Array, id: number): number {
  return logits[id]! - logSumExp(logits);
}

/** Converts nats to bits. */
export function bitsOf(nats: number): number {
  return nats / Math.LN2;
}

/** Converts a log-probability in nats to surprisal in bits. */
export function surprisalBits(logProbabilityNats: number): number {
  // Adding 0 turns the -0 of a certain event into 0.
  return bitsOf(-logProbabilityNats) + 0;
}

export interface RankedToken {
  readonly id: number;
  readonly probability: number;
}

/**
 * The `topK` most probable tokens for which `allowed` returns true, best first, ties by id.
 * Probabilities are those of the softmax over the whole vocabulary, so excluded tokens do not
 * inflate the others.
 */
export function topTokens(
  logits: Float32Array,
  options: { topK: number; allowed: (id: number) => boolean },
): RankedToken[] {
  const best: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (best.length === options.topK && logits[id]! <= logits[best.at(-1)!]!) continue;
    if (!options.allowed(id)) continue;
    let at = best.length;
    while (at > 0 && logits[best[at - 1]!]! < logits[id]!) at--;
    best.splice(at, 0, id);
    if (best.length > options.topK) best.pop();
  }
  const normalizer = logSumExp(logits);
  return best.map((id) => ({ id, probability: Math.exp(logits[id]! - normalizer) }));
}

/** 1 + the number of allowed tokens that are more probable than `id`. */
export function rankOf(
  logits: Float32Array,
  options: { id: number; allowed: (id: number) => boolean },
): number {
  const own = logits[options.id]!;
  let rank = 1;
  for (let id = 0; id < logits.length; id++) {
    if (logits[id]! > own && options.allowed(id)) rank++;
  }
  return rank;
}

/**
 * Jensen–Shannon divergence (bits, 0 to 1; Lin 1991, doi:10.1109/18.61115) of the softmaxes of two
 * vectors of logits [vocabulary] over the same tokens: the mean divergence of each from their mixture.
 */
export function jensenShannonBits(first: Float32Array, second: Float32Array): number {
  const [firstNormalizer, secondNormalizer] = [logSumExp(first), logSumExp(second)];
  let sum = 0;
  for (let i = 0; i < first.length; i++) {
    const [logP, logQ] = [first[i]! - firstNormalizer, second[i]! - secondNormalizer];
    const [p, q] = [Math.exp(logP), Math.exp(logQ)];
    const logMixture = Math.log((p + q) / 2);
    // The parts of a probability of 0 are 0.
    if (p > 0) sum += p * (logP - logMixture);
    if (q > 0) sum += q * (logQ - logMixture);
  }
  return Math.min(1, Math.max(0, bitsOf(sum / 2)));
}
