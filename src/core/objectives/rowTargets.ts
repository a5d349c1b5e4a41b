import { NO_LABEL, type LabelledSequence } from '../data/examples/labelledExamples.js';
import { COUNT_BUCKET, roundUp } from '../batches/batches.js';
import type { RowTargets } from './objective.js';

/** One row per text: a class index with its weight, or values. */
export function textTargets(
  examples: readonly LabelledSequence[],
  classWeights: readonly number[] | null,
): RowTargets {
  const weightOf = (label: number): number => classWeights?.[label] ?? 1;
  const isOneOf = examples.every(({ values }) => values === null);
  return {
    rowCount: examples.length,
    positions: null,
    labels: BigInt64Array.from(examples, ({ labels }) => BigInt(isOneOf ? labels[0]! : 0)),
    values: isOneOf ? null : Float32Array.from(examples.flatMap(({ values }) => values!)),
    weights: Float32Array.from(examples, ({ labels }) => (isOneOf ? weightOf(labels[0]!) : 1)),
  };
}

/** One row per labelled token, padded to a multiple of a bucket with rows of weight 0. */
export function tokenTargets(
  examples: readonly LabelledSequence[],
  { length, classWeights }: { length: number; classWeights: readonly number[] | null },
): RowTargets {
  const used = examples.flatMap(({ labels }, row) =>
    labels.flatMap((label, i) => (label === NO_LABEL ? [] : [{ place: row * length + i, label }])),
  );
  const places = examples.length * length;
  const rowCount = Math.min(places, roundUp(Math.max(1, used.length), COUNT_BUCKET));
  const positions = new BigInt64Array(rowCount);
  const labels = new BigInt64Array(rowCount);
  const weights = new Float32Array(rowCount);
  const taken = new Set(used.map(({ place }) => place));
  let free = 0;
  for (let i = 0; i < rowCount; i++) {
    const entry = used[i];
    if (entry === undefined) {
      while (taken.has(free)) free++;
      positions[i] = BigInt(free++);
    } else {
      positions[i] = BigInt(entry.place);
      labels[i] = BigInt(entry.label);
      weights[i] = classWeights?.[entry.label] ?? 1;
    }
  }
  return { rowCount, positions, labels, values: null, weights };
}
