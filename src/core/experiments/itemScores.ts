import type { ExampleScore } from '../runs/exampleScores.js';
import { mcnemarP } from '../stats/mcnemar.js';
import {
  comparePairedItems,
  type ItemComparison,
  type ItemDifference,
} from '../stats/pairedItems.js';

/** Predictions of two models on the same held-out items. */
export interface ItemsCompared {
  /** Mean negative log-likelihood per target that the second model is better by, in nats. */
  readonly loss: ItemComparison;
  /** Unit that is resampled as a whole. */
  readonly cluster: 'group' | 'file' | 'example';
  /** Items that both, only the first, only the second, or neither got right; null for numbers. */
  readonly right: {
    readonly both: number;
    readonly onlyFirst: number;
    readonly onlySecond: number;
    readonly neither: number;
    /** Exact McNemar test; null for items that are not independent. */
    readonly p: number | null;
  } | null;
}

/** With fewer files, examples are resampled instead. */
const MIN_FILES = 20;

/**
 * Whether both files score the same targets of the same examples. Scores of other targets, such as
 * other masked words, cannot be compared.
 */
export function haveSameItems(
  first: readonly ExampleScore[],
  second: readonly ExampleScore[],
): boolean {
  if (first.length !== second.length) return false;
  const targets = new Map(first.map((score) => [score.key, itemTargets(score)]));
  return second.every((score) => targets.get(score.key) === itemTargets(score));
}

/** Compares two models on their common items. Null without any. `seed` names the resamples. */
export function compareItems(
  first: readonly ExampleScore[],
  second: readonly ExampleScore[],
  seed = 0,
): ItemsCompared | null {
  const before = new Map(first.map((score) => [score.key, score]));
  const pairs = second.flatMap((after) => {
    const found = before.get(after.key);
    return found !== undefined && itemTargets(found) === itemTargets(after)
      ? [{ before: found, after }]
      : [];
  });
  if (pairs.length === 0) return null;
  const cluster = clusterUnit(second);
  const items = pairs.map(({ before: was, after }): ItemDifference => ({
    cluster: clusterOf(after, cluster),
    difference: sumOf(was.nll) - sumOf(after.nll),
    weight: after.nll.length,
  }));
  return { loss: comparePairedItems(items, { seed }), cluster, right: rightOf(pairs, cluster) };
}

function rightOf(
  pairs: readonly { readonly before: ExampleScore; readonly after: ExampleScore }[],
  cluster: ItemsCompared['cluster'],
): ItemsCompared['right'] {
  let both = 0;
  let onlyFirst = 0;
  let onlySecond = 0;
  let neither = 0;
  let independent = cluster === 'example';
  for (const { before, after } of pairs) {
    const were = answersOf(before);
    const are = answersOf(after);
    if (were === null || are === null) return null;
    if (are.length > 1) independent = false;
    for (const [i, isRight] of are.entries()) {
      const wasRight = were[i]!;
      if (wasRight && isRight) both++;
      else if (wasRight) onlyFirst++;
      else if (isRight) onlySecond++;
      else neither++;
    }
  }
  const p = independent ? mcnemarP(onlyFirst, onlySecond) : null;
  return { both, onlyFirst, onlySecond, neither, p };
}

/** Whether each target was predicted; null for numbers. */
function answersOf({ scored }: ExampleScore): boolean[] | null {
  if (scored.kind === 'maskedTokens') {
    return scored.tokens.map(({ original, predicted }) => original.id === predicted.id);
  }
  const { answer } = scored;
  switch (answer.kind) {
    case 'labels': {
      const expected = new Set(answer.expected);
      const predicted = new Set(answer.predicted);
      return [expected.size === predicted.size && [...expected].every((l) => predicted.has(l))];
    }
    case 'tags':
      return answer.words.map((word) => word.expected === word.predicted);
    case 'numbers':
      return null;
  }
}

/** Targets of an example as text; equal for the same targets. */
export function itemTargets({ nll, scored }: ExampleScore): string {
  if (scored.kind === 'maskedTokens') {
    return scored.tokens.map(({ index, original }) => `${index}:${original.id}`).join(' ');
  }
  const { answer } = scored;
  const targets = answer.kind === 'tags' ? answer.words.map((w) => w.expected) : answer.expected;
  return JSON.stringify([nll.length, targets]);
}

function clusterUnit(scores: readonly ExampleScore[]): ItemsCompared['cluster'] {
  if (scores.some(({ group }) => group !== null)) return 'group';
  const files = new Set(scores.map(({ file }) => file));
  return files.size >= MIN_FILES ? 'file' : 'example';
}

function clusterOf({ group, file, key }: ExampleScore, unit: ItemsCompared['cluster']): string {
  if (unit === 'group') return group ?? key;
  return unit === 'file' ? file : key;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
