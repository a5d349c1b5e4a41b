import { randomStream } from '../random.js';
import { bisect, logGamma, normalCdf, studentTQuantile } from './distributions.js';
import { estimateMean } from './intervals.js';
import { signFlipFloor, signFlipP } from './pairedSeeds.js';

export const ALPHA = 0.05;
export const POWER = 0.8;

export interface PowerOptions {
  /** Level of the two-sided test. Default: 0.05. */
  readonly alpha?: number;
  /** Probability of detecting the effect. Default: 0.8. */
  readonly power?: number;
  /**
   * The t-test, or the sign-flip test with a 95% t interval that excludes 0, as verdicts ask. Default:
   * `t`. Of more seeds than `MOST_SIMULATED_SEEDS`, both detect about the same.
   */
  readonly test?: 't' | 'signFlip';
}

/**
 * Smallest mean difference over `n` seeds that is detected with the given power, from the standard
 * deviation of the differences per seed. Infinite for fewer than two seeds, and where no result is
 * significant.
 */
export function detectableDifference(
  n: number,
  deviation: number,
  { alpha = ALPHA, power = POWER, test = 't' }: PowerOptions = {},
): number {
  if (n < 2) return Infinity;
  const isSimulated = test === 'signFlip' && n <= MOST_SIMULATED_SEEDS;
  if (isSimulated && signFlipFloor(n) >= alpha) return Infinity;
  if (deviation === 0) return 0;
  const key = `${n} ${alpha} ${power} ${isSimulated}`;
  const known = standardized.get(key);
  if (known !== undefined) return deviation * known;
  const powerOf = isSimulated ? powerOfSignFlip : powerOfPairedT;
  let high = 2;
  while (powerOf(n, high, alpha) < power) high *= 2;
  const effect = bisect((one) => powerOf(n, one, alpha) - power, 0, high);
  standardized.set(key, effect);
  return deviation * effect;
}

/** Detectable differences in deviations, which take a moment to compute. */
const standardized = new Map<string, number>();

/** Up to this many seeds, all sign flips of many simulated studies are counted in a moment. */
export const MOST_SIMULATED_SEEDS = 10;
const SIMULATED_STUDIES = 400;

/**
 * Share of simulated studies with normal differences around `effect` deviations whose p-value of the
 * sign-flip test is below `alpha` and whose 95% t interval excludes 0. The studies are the same for all
 * effects, so that the share rises with the effect.
 */
function powerOfSignFlip(n: number, effect: number, alpha: number): number {
  const random = randomStream('sign-flip power', n);
  let found = 0;
  for (let study = 0; study < SIMULATED_STUDIES; study++) {
    const differences = Array.from({ length: n }, () => effect + standardNormal(random));
    const estimate = estimateMean(differences);
    const isClear = estimate.interval !== null && estimate.interval.low > 0;
    if (isClear && signFlipP(differences) < alpha) found++;
  }
  return found / SIMULATED_STUDIES;
}

/** Box and Muller 1958. */
function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Points at which the distribution of the sample deviation is integrated; the critical value of very
 * few degrees of freedom is large, which makes the integrand steep.
 */
const INTEGRATION_POINTS = 300;
const STEEP_POINTS = 3000;
const MAX_STEEP_DEGREES = 4;

/**
 * Power of a two-sided paired t-test over `n` pairs for a mean difference of `effect` deviations:
 * P(|T| > t) of the noncentral t distribution, integrated over the chi distribution of the sample
 * deviation (Simpson's rule).
 */
export function powerOfPairedT(n: number, effect: number, alpha = ALPHA): number {
  const degrees = n - 1;
  const critical = studentTQuantile(1 - alpha / 2, degrees);
  const shift = effect * Math.sqrt(n);
  const logScale = Math.LN2 + (degrees / 2) * Math.log(degrees / 2) - logGamma(degrees / 2);
  // Density of s = χ/√degrees.
  const densityAt = (s: number): number =>
    s === 0
      ? degrees === 1
        ? Math.exp(logScale)
        : 0
      : Math.exp(logScale + (degrees - 1) * Math.log(s) - (degrees * s * s) / 2);
  const rejectionAt = (s: number): number =>
    1 - normalCdf(critical * s - shift) + normalCdf(-critical * s - shift);
  const end = 1 + 12 / Math.sqrt(degrees);
  const points = degrees <= MAX_STEEP_DEGREES ? STEEP_POINTS : INTEGRATION_POINTS;
  const step = end / points;
  let sum = 0;
  for (let i = 0; i <= points; i++) {
    const s = i * step;
    const factor = i === 0 || i === points ? 1 : i % 2 === 1 ? 4 : 2;
    sum += factor * densityAt(s) * rejectionAt(s);
  }
  return Math.min(1, (sum * step) / 3);
}
