import type { MaskingPolicy } from '../masking/policy/policy.js';
import type { RunSpec, TrainingSpec } from '../runs/schema.js';

/** Input of batch preparation. A `RunSpec` is one. */
export interface PreparationSpec extends Pick<
  RunSpec,
  'workspaceFolder' | 'data' | 'task' | 'masking' | 'debias'
> {
  readonly training: Pick<
    TrainingSpec,
    | 'epochs'
    | 'batchSize'
    | 'accumulation'
    | 'seed'
    | 'cut'
    | 'packing'
    | 'truncation'
    | 'stride'
    | 'maskedExamples'
  >;
}

/** Policy of a run on running text, which always has one. */
export function textMasking({ masking }: Pick<PreparationSpec, 'masking'>): MaskingPolicy {
  if (masking === null) throw new RangeError('running text needs a masking policy');
  return masking;
}

/** Data files with how they are read. */
export type DataFilesSpec = Pick<PreparationSpec, 'workspaceFolder' | 'data'>;
