import { utf8Of } from '../text/utf8.js';
import type { MlflowEntry, MlflowMetric, MlflowRun } from './mlflowRun.js';

/** Content of one request to `runs/log-batch`. */
export interface MlflowBatch {
  readonly metrics: readonly MlflowMetric[];
  readonly params: readonly MlflowEntry[];
  readonly tags: readonly MlflowEntry[];
}

/** Limits of one request, as the REST API documents them. */
export const MLFLOW_LIMITS = {
  metrics: 1000,
  params: 100,
  tags: 100,
  /** Metrics, parameters and tags together. */
  entries: 1000,
  bytes: 1_000_000,
} as const;

/** Room for the run id and the brackets of a request. */
const RESERVED_BYTES = 1000;

/** Parameters and metrics of a run in requests that the server accepts, parameters first. */
export function mlflowBatches({ params, metrics }: MlflowRun): MlflowBatch[] {
  return [
    ...parts(params, MLFLOW_LIMITS.params).map((part) => ({ metrics: [], params: part, tags: [] })),
    ...parts(metrics, MLFLOW_LIMITS.metrics).map((part) => ({
      ...{ metrics: part, params: [], tags: [] },
    })),
  ];
}

function parts<T>(items: readonly T[], most: number): T[][] {
  const found: T[][] = [];
  let part: T[] = [];
  let bytes = RESERVED_BYTES;
  for (const item of items) {
    const size = utf8Of(JSON.stringify(item)).length + 1;
    if (part.length === most || bytes + size > MLFLOW_LIMITS.bytes) {
      found.push(part);
      part = [];
      bytes = RESERVED_BYTES;
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) found.push(part);
  return found;
}
