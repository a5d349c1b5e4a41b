import { bisect, logGamma, normalCdf, studentTQuantile } from './distributions.js';

export const ALPHA = 0.05;
export const POWER = 0.8;

export interface PowerOptions {
  /** Level of the two-sided test. Default: 0.05. */
  readonly alpha?: number;
  /** Probability of detecting the effect. Default: 0.8. */
  readonly power?: number;
}

/**
 * Smallest mean difference that a paired t-test over `n` seeds detects with the given power, from
 * the standard deviation of the differences per seed. Infinite for fewer than two seeds.
 */
export function detectableDifference(
  n: number,
  deviation: number,
  { alpha = ALPHA, power = POWER }: PowerOptions = {},
): number {
  if (n < 2) return Infinity;
  if (deviation === 0) return 0;
  let high = 2;
  while (powerOfPairedT(n, high, alpha) < power) high *= 2;
  return deviation * bisect((effect) => powerOfPairedT(n, effect, alpha) - power, 0, high);
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
