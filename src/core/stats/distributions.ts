/** Distributions that intervals, tests and power need, to about 1e-12 relative precision. */

/** Coefficients of Lanczos' approximation for g = 7, n = 9 (Godfrey 2001). */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];
const LANCZOS_G = 7;

/** Logarithm of the gamma function of `x` > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const sum = LANCZOS.reduce(
    (total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (shifted + i)),
    0,
  );
  const t = shifted + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

const MAX_ITERATIONS = 1000;
const PRECISION = 1e-16;
/** Keeps a denominator of the continued fraction away from zero. */
const TINY = 1e-300;

/**
 * Regularized incomplete beta function I_x(a, b) for `x` in [0, 1], by the continued fraction of
 * DLMF 8.17.22 (Lentz's method).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_ITERATIONS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return (Math.exp(logFront) / a) * fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** P(T ≤ t) of Student's t distribution. */
export function studentTCdf(t: number, degrees: number): number {
  if (t === 0) return 0.5;
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Value that Student's t distribution stays below with probability `p` in (0, 1). */
export function studentTQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentTQuantile(1 - p, degrees);
  if (p === 0.5) return 0;
  let high = 2;
  while (studentTCdf(high, degrees) < p) high *= 2;
  return bisect((t) => studentTCdf(t, degrees) - p, 0, high);
}

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return z > 0 ? 1 - lowerTail(-z) : lowerTail(z);
}

/** Beyond this many deviations the continued fraction converges faster than the series. */
const FAR = 3;

/** P(Z ≤ z) for `z` ≤ 0: the series of Φ (DLMF 7.6.2), in the tail Laplace's continued fraction. */
function lowerTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const x = -z;
  if (x > FAR) {
    let fraction = x;
    for (let k = 120; k >= 1; k--) fraction = x + k / fraction;
    return density / fraction;
  }
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > PRECISION * Math.abs(sum); k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}

/** Value that the standard normal distribution stays below with probability `p` in (0, 1). */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  return bisect((z) => normalCdf(z) - p, -40, 0);
}

const BISECTION_PRECISION = 1e-12;

/** Root of an increasing function between two points. */
export function bisect(of: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (;;) {
    const middle = (low + high) / 2;
    if (high - low <= BISECTION_PRECISION * Math.max(1, Math.abs(middle))) return middle;
    if (of(middle) < 0) low = middle;
    else high = middle;
  }
}
