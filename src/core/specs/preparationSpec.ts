import type { RunSpec, TrainingSpec } from '../runs/schema.js';

/** Input of batch preparation. A `RunSpec` is one. */
export interface PreparationSpec extends Pick<
  RunSpec,
  'workspaceFolder' | 'data' | 'task' | 'masking'
> {
  readonly training: Pick<
    TrainingSpec,
    'epochs' | 'batchSize' | 'accumulation' | 'seed' | 'cut' | 'packing' | 'truncation' | 'stride'
  >;
}

/** Data files with how they are read. */
export type DataFilesSpec = Pick<PreparationSpec, 'workspaceFolder' | 'data'>;
