import { incompleteBeta } from './distributions.js';

/** P(X ≥ `hits`) of a binomial distribution with `n` trials of probability `p`. */
export function binomialTail(hits: number, n: number, p: number): number {
  return hits <= 0 ? 1 : hits > n ? 0 : incompleteBeta(p, hits, n - hits + 1);
}
