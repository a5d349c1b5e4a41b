/**
 * Expected best of `n` results for n = 1 … N, drawn without replacement from `values`: the unbiased
 * estimator of Tang et al. 2020 (arXiv:2004.13705) of the curve that Dodge et al. 2019 (Show Your
 * Work, arXiv:1909.03004) proposed. The best of n is value i in order with probability
 * C(i − 1, n − 1) / C(N, n).
 */
export function expectedBest(values: readonly number[], better: 'more' | 'less'): number[] {
  const sign = better === 'more' ? 1 : -1;
  const ordered = [...values].sort((a, b) => sign * (a - b));
  const total = ordered.length;
  return ordered.map((_, drawn) => {
    const n = drawn + 1;
    // Weight of the best value, C(N − 1, n − 1) / C(N, n), and the ratio to the one below it.
    let weight = n / total;
    let sum = 0;
    for (let i = total; i >= n; i--) {
      sum += weight * ordered[i - 1]!;
      weight *= i === 1 ? 0 : (i - n) / (i - 1);
    }
    return sum;
  });
}

/** With fewer results, the end of the curve depends on one or two of them. */
const LEAST_TREND = 10;
/** A smaller share of the whole gain in the second half of the curve is hardly any. */
const LEVEL_SHARE = 0.05;

/**
 * End of the curve of the expected best.
 *
 * `rises`, `level`: by the share of its whole gain that is in its second half, from n/2 to n results.
 * `equal`: all results are the same.
 * `few`: too few results to tell.
 */
export type CurveEnd =
  { readonly kind: 'rises' | 'level'; readonly share: number } | { readonly kind: 'equal' | 'few' };

/** Judges the end of the curve of `expectedBest`. Throws `RangeError` for none. */
export function curveEnd(expected: readonly number[]): CurveEnd {
  const [first, last] = [expected[0], expected.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a curve has points');
  // Sums of the same numbers in another order differ in their last bits.
  if (Math.abs(last - first) <= 1e-12 * Math.max(Math.abs(first), Math.abs(last)))
    return { kind: 'equal' };
  if (expected.length < LEAST_TREND) return { kind: 'few' };
  const share = (last - halfway(expected)) / (last - first);
  return { kind: share < LEVEL_SHARE ? 'level' : 'rises', share };
}

/** The expected best of half as many results. */
export function halfway(expected: readonly number[]): number {
  return expected[Math.ceil(expected.length / 2) - 1]!;
}
