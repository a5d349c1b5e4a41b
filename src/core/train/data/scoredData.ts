import type { ExampleScore, ScoredSplit } from '../../runs/exampleScores.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { TrainingData } from '../loop/loop.js';

/** Values in the file of a split: tokens, or outputs of texts. */
const MAX_VALUES = 500_000;

export type UnplacedScore = Omit<ExampleScore, 'split'>;

/** A batch whose logits say how the model does on single examples. */
export interface ScoredBatch {
  readonly batch: TrainingBatch;
  /** Reads the scores off the engine's logits of the batch. */
  readonly read: (logits: Float32Array) => UnplacedScore[];
}

export interface ScoredExamples {
  readonly examples: number;
  /** Examples that the reported metrics are computed from. */
  readonly evaluated: number;
  /** Examples in the split. */
  readonly total: number;
  readonly batches: () => Iterable<ScoredBatch>;
}

/** Data whose single examples can be scored; null for a split that is empty. */
export interface ScorableData extends TrainingData {
  scored(split: ScoredSplit): ScoredExamples | null;
}

/**
 * Indices of the examples that a file has room for: all, or those with the smallest content keys.
 * The same data thus gives the same sample in each run.
 */
export function withinBound(
  count: number,
  {
    sizeOf,
    keyOf,
    most = MAX_VALUES,
  }: { sizeOf: (index: number) => number; keyOf: (index: number) => string; most?: number },
): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  if (all.reduce((sum, index) => sum + sizeOf(index), 0) <= most) return all;
  const keys = Array.from(all, keyOf);
  const byKey = all.slice().sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1));
  let used = 0;
  const end = byKey.findIndex((index) => (used += sizeOf(index)) > most);
  return byKey.slice(0, end).sort();
}
