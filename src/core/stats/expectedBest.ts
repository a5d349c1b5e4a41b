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
