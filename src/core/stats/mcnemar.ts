import { incompleteBeta } from './distributions.js';

/**
 * Exact two-sided p-value of McNemar's test (McNemar 1947) from the items that only the first and
 * only the second model got right. 1 if the models never differ.
 */
export function mcnemarP(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  if (n === 0) return 1;
  const fewer = Math.min(onlyFirst, onlySecond);
  // P(X ≤ fewer) of a binomial distribution with p = 1/2.
  return Math.min(1, 2 * incompleteBeta(0.5, n - fewer, fewer + 1));
}
