import type { TrainingBatch } from '../../core/batches/batch.js';
import type { ScorableData } from '../../core/train/data/scoredData.js';
import type { SampleRow } from '../../core/runs/schema.js';

/** The data of a run as batches, whatever its task. */
export interface PreparedData {
  readonly data: ScorableData;
  /** Held-out texts that are predicted again at each evaluation; null where there is none to show. */
  readonly samples: {
    readonly batch: TrainingBatch;
    /** Reads predictions off the engine's logits of `batch`. */
    readonly read: (logits: Float32Array, step: number) => SampleRow;
  } | null;
  /** The data in words. */
  readonly summary: string;
  /** What is masked of it, in words; null where nothing is. */
  readonly masking: string | null;
  /** What a person should know of the data before hours are spent. */
  readonly warnings: readonly string[];
  /** Lets go of what the batches are read from. */
  readonly dispose: () => void;
}
