import type { TrainingBatch } from '../batches/batch.js';
import type { LabelOutputs } from '../predict/labelProbabilities.js';

/** Labels of a row of a batch; a distribution counts as its most probable one. */
export function expectedLabels(
  { labels, values }: Pick<TrainingBatch, 'labels' | 'values'>,
  row: number,
  { labels: names, multiLabel }: LabelOutputs,
): string[] {
  if (values === null) return names.slice(Number(labels[row]), Number(labels[row]) + 1);
  const own = values.subarray(row * names.length, (row + 1) * names.length);
  if (multiLabel) return names.filter((_, i) => own[i]! > 0.5);
  return names.slice(own.indexOf(Math.max(...own)), own.indexOf(Math.max(...own)) + 1);
}
