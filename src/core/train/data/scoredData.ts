import type { ExampleScore, ScoredSplit } from '../../runs/exampleScores.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { TrainingData } from './trainingData.js';

/** Examples of a block, about: enough for batches of similar lengths, few enough for memory. */
const BLOCK_EXAMPLES = 256;

/** Score of an example beside its text; `null` for running text. */
export interface UnplacedScore extends Omit<ExampleScore, 'split' | 'evaluated' | 'text'> {
  readonly text: string | null;
}

/** A batch whose logits say how the model does on single examples. */
export interface ScoredBatch {
  readonly batch: TrainingBatch;
  /** Reads the scores off the engine's logits of the batch. */
  readonly read: (logits: Float32Array) => UnplacedScore[];
}

/** Consecutive examples in the order of `byKey`. */
export interface ScoredBlock {
  /** Whether the reported metrics are computed from these examples. */
  readonly isEvaluated: boolean;
  /** In any order. */
  readonly batches: Iterable<ScoredBatch>;
}

/** Examples to score: first those that metrics are computed from, each part by content key. */
export interface ScoredExamples {
  /** Examples that the reported metrics are computed from. */
  readonly evaluated: number;
  /** Examples in the split. */
  readonly total: number;
  /** Content keys of the examples that metrics are computed from, in order. */
  readonly keys: () => readonly string[];
  readonly blocks: Iterable<ScoredBlock>;
}

/** Data whose single examples can be scored; null for a split that is empty. */
export interface ScorableData extends TrainingData {
  /** `further` limits the examples beyond those that the reported metrics are computed from. */
  scored(split: ScoredSplit, limits: { readonly further: number }): ScoredExamples | null;
}

/** Orders examples by content key, so that a limit leaves the same ones in each run on the data. */
export function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : Number(a.key > b.key);
}

/** Plans the scoring of a split; null for one that is empty. */
export function planScoring<Item>(
  { evaluated, others }: { evaluated: readonly Item[]; others: readonly Item[] },
  {
    further,
    batchSize,
    keyOf,
    batchesOf,
  }: {
    readonly further: number;
    readonly batchSize: number;
    readonly keyOf: (item: Item) => string;
    readonly batchesOf: (block: readonly Item[]) => Iterable<ScoredBatch>;
  },
): ScoredExamples | null {
  if (evaluated.length === 0) return null;
  const keyed = (items: readonly Item[]): { readonly item: Item; readonly key: string }[] =>
    items.map((item) => ({ item, key: keyOf(item) })).sort(byKey);
  const sorted = (items: readonly Item[]): Item[] => keyed(items).map(({ item }) => item);
  // Whole batches: each incomplete one would be one more shape to compile.
  const blockSize = Math.ceil(BLOCK_EXAMPLES / batchSize) * batchSize;
  const blocks = function* (): Generator<ScoredBlock> {
    for (const isEvaluated of [true, false]) {
      const items = isEvaluated ? sorted(evaluated) : sorted(others).slice(0, further);
      for (let from = 0; from < items.length; from += blockSize) {
        yield { isEvaluated, batches: batchesOf(items.slice(from, from + blockSize)) };
      }
    }
  };
  return {
    evaluated: evaluated.length,
    total: evaluated.length + others.length,
    keys: () => keyed(evaluated).map(({ key }) => key),
    blocks: { [Symbol.iterator]: blocks },
  };
}
