import { holm } from '../stats/holm.js';
import { estimateMean, type MeanEstimate } from '../stats/intervals.js';
import { comparePairedSeeds, type SeedComparison } from '../stats/pairedSeeds.js';
import { verdictOnSeeds, type Verdict } from '../stats/verdict.js';

/** Results of one setting, per seed. */
export interface SeedResults {
  readonly seed: number;
  readonly value: number;
}

export interface GroupComparison {
  /** Mean of the metric over the seeds; null without a result. */
  readonly estimate: MeanEstimate | null;
  /** Against the baseline; null for the baseline, and where nothing can be compared. */
  readonly against: {
    /** Gains over the baseline, positive is better. */
    readonly gains: SeedComparison;
    readonly adjustedP: number;
    readonly verdict: Verdict;
  } | null;
}

export interface CompareOptions {
  readonly better: 'more' | 'less';
  /** Largest difference that makes no practical difference; null if none was set beforehand. */
  readonly margin: number | null;
  /** Groups whose results were measured on the same items as the baseline's. */
  readonly isComparable: (group: number) => boolean;
}

/**
 * Compares settings with the first one, the baseline, over the seeds that both were trained with.
 * P-values are adjusted for the number of rivals by Holm's method.
 */
export function compareGroups(
  groups: readonly (readonly SeedResults[])[],
  { better, margin, isComparable }: CompareOptions,
): GroupComparison[] {
  const [baseline = []] = groups;
  const gains = groups.map((results, i) => {
    if (i === 0 || !isComparable(i)) return null;
    const values = gainsOver(baseline, results, better);
    return values.length === 0 ? null : comparePairedSeeds(values);
  });
  const tested = gains.flatMap((found, group) => (found === null ? [] : [{ found, group }]));
  const adjusted = new Map(
    holm(tested.map(({ found }) => found.p)).map((p, i) => [tested[i]!.group, p]),
  );
  return groups.map((results, i) => ({
    estimate: results.length === 0 ? null : estimateMean(results.map(({ value }) => value)),
    against: againstOf(gains[i]!, {
      adjustedP: adjusted.get(i) ?? 1,
      comparisons: tested.length,
      margin,
    }),
  }));
}

function againstOf(
  gains: SeedComparison | null,
  options: { adjustedP: number; comparisons: number; margin: number | null },
): GroupComparison['against'] {
  if (gains === null) return null;
  return { gains, adjustedP: options.adjustedP, verdict: verdictOnSeeds(gains, options) };
}

/** Gains per seed that both have, in ascending order of the seeds. */
function gainsOver(
  baseline: readonly SeedResults[],
  results: readonly SeedResults[],
  better: 'more' | 'less',
): number[] {
  const before = new Map(baseline.map(({ seed, value }) => [seed, value]));
  const sign = better === 'more' ? 1 : -1;
  return [...results]
    .sort((a, b) => a.seed - b.seed)
    .flatMap(({ seed, value }) => {
      const was = before.get(seed);
      return was === undefined ? [] : [sign * (value - was)];
    });
}
