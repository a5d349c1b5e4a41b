import { logGamma } from './distributions.js';

/** Two groups, each with a number of trials and how many of them were hits. */
export interface TwoGroups {
  readonly first: { readonly hits: number; readonly n: number };
  readonly second: { readonly hits: number; readonly n: number };
}

/**
 * One-sided exact p-value that the second group has lower odds of a hit than the first: the
 * probability of as few hits in it or fewer, given all margins (Fisher 1935). `odds` is the ratio of
 * the odds of the second group to those of the first under the null hypothesis; other values than 1
 * give Fisher's noncentral hypergeometric distribution (Fog 2008). Time is linear in the size of the
 * smaller group or the number of hits, whichever is less.
 */
export function fisherLess({ first, second }: TwoGroups, odds = 1): number {
  const hits = first.hits + second.hits;
  const least = Math.max(0, hits - first.n);
  const most = Math.min(second.n, hits);
  const weights: number[] = [];
  for (let x = least; x <= most; x++) {
    weights.push(logChoose(second.n, x) + logChoose(first.n, hits - x) + x * Math.log(odds));
  }
  const highest = weights.reduce((a, b) => Math.max(a, b), -Infinity);
  let lower = 0;
  let upper = 0;
  for (const [i, weight] of weights.entries()) {
    if (least + i <= second.hits) lower += Math.exp(weight - highest);
    else upper += Math.exp(weight - highest);
  }
  return lower / (lower + upper);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
