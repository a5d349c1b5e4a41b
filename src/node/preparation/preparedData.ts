import type { Message } from '../../core/messages/message.js';
import type { TrainingBatch } from '../../core/batches/batch.js';
import type { ScorableData } from '../../core/train/data/scoredData.js';
import type { RunBaselines } from '../../core/runs/baselineMetrics.js';
import type { SampleRow } from '../../core/runs/schema.js';

/** The data of a run as batches, for any task. */
export interface PreparedData {
  readonly data: ScorableData;
  /** Held-out texts that are predicted at each evaluation; `null` if there are none to show. */
  readonly samples: {
    readonly batch: TrainingBatch;
    /** Predictions from the logits that the engine computes for `batch`. */
    readonly read: (logits: Float32Array, step: number) => SampleRow;
  } | null;
  /** Fits the baselines of a task with labels and evaluates them; `null` for running text. */
  readonly baselines: (() => RunBaselines) | null;
  /** Sizes of the splits. */
  readonly summary: readonly Message[];
  /** Share of the tokens that is masked, or null if the task masks nothing. */
  readonly masking: Message | null;
  /** Rows, words and cells that weights and debiasing were found to concern. */
  readonly debiasing: readonly Message[];
  /** Warnings to show before the training starts. */
  readonly warnings: readonly Message[];
  /** Releases the storage of the batches. */
  readonly dispose: () => void;
}
