import type { Model } from '../core/models/model.js';
import type { RunSpec } from '../core/runs/schema.js';
import { MAX_FEATURE_BYTES } from '../core/train/engine/frozenFeatures.js';

/** Whether a run keeps the values that its output layer reads, since they do not change. */
export function hasFeatures({ method, training }: Pick<RunSpec, 'method' | 'training'>): boolean {
  return method.kind === 'last-layer' && !training.dropout;
}

/** Bytes of the features of this many rows that a run keeps; 0 if it keeps none. */
export function featureBytesOf(spec: RunSpec, rows: number, { hiddenSize }: Model): number {
  return hasFeatures(spec) ? Math.min(MAX_FEATURE_BYTES, 4 * rows * hiddenSize) : 0;
}
