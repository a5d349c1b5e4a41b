import type { Example } from '../data/documents.js';
import type { MaskedToken } from '../masking/maskExample.js';
import { randomStream, shuffled } from '../random.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { MaskedBatch } from './batch.js';

/** Lengths and masked counts are rounded up to these, so that shapes repeat between batches. */
const LENGTH_BUCKET = 32;
export const COUNT_BUCKET = 32;

export interface PlannedBatch<T = Example> {
  /** Tokens a row, special tokens included. */
  readonly length: number;
  readonly examples: readonly T[];
}

export interface PlanOptions<T> {
  readonly batchSize: number;
  readonly shuffle: readonly (string | number)[] | null;
  /** Tokens of an example, special tokens included. */
  readonly lengthOf: (example: T) => number;
}

/**
 * Groups examples of similar length into batches. With a `shuffle` name both the members and the
 * order of the batches are random; how many batches there are does not depend on it.
 */
export function planBatches<T>(
  examples: readonly T[],
  { batchSize, shuffle, lengthOf }: PlanOptions<T>,
): PlannedBatch<T>[] {
  const random = shuffle === null ? null : randomStream('batches', ...shuffle);
  const mixed = random === null ? examples : shuffled(examples, random);
  const byLength = new Map<number, T[]>();
  // No row is padded beyond the longest: a model may have no positions there.
  const longest = mixed.reduce((length, example) => Math.max(length, lengthOf(example)), 0);
  for (const example of mixed) {
    const length = Math.min(longest, roundUp(lengthOf(example), LENGTH_BUCKET));
    const group = byLength.get(length);
    if (group) group.push(example);
    else byLength.set(length, [example]);
  }
  const batches = fillBatches(byLength, batchSize);
  return random === null ? batches : shuffled(batches, random);
}

/** From the longest bucket down; what does not fill a batch is padded into the next longer one. */
function fillBatches<T>(byLength: ReadonlyMap<number, T[]>, batchSize: number): PlannedBatch<T>[] {
  const lengths = [...byLength.keys()].sort((a, b) => b - a);
  const batches: PlannedBatch<T>[] = [];
  let waiting: { length: number; examples: T[] } | null = null;
  for (const length of lengths) {
    for (const example of byLength.get(length)!) {
      waiting ??= { length, examples: [] };
      waiting.examples.push(example);
      if (waiting.examples.length === batchSize) {
        batches.push(waiting);
        waiting = null;
      }
    }
  }
  if (waiting !== null) batches.push(waiting);
  return batches;
}

/**
 * Lays a planned batch and its masked tokens out as tensors: a framed sequence a row, padded. The
 * masked count is padded with entries of weight 0 at positions that are not masked.
 */
export function collate(
  { length, examples }: PlannedBatch,
  masks: readonly (readonly MaskedToken[])[],
  tokenizer: Tokenizer,
): MaskedBatch {
  const batchSize = examples.length;
  const inputIds = new BigInt64Array(batchSize * length).fill(BigInt(tokenizer.special.pad));
  const attentionMask = new BigInt64Array(batchSize * length);
  const isMasked = new Uint8Array(batchSize * length);
  const used: { position: number; label: number }[] = [];
  let tokenCount = 0;
  examples.forEach(({ ids }, row) => {
    const start = row * length;
    const framed = tokenizer.frame(ids);
    framed.ids.forEach((id, i) => (inputIds[start + i] = BigInt(id)));
    attentionMask.fill(1n, start, start + framed.ids.length);
    tokenCount += framed.ids.length;
    for (const { index, original, inputId } of masks[row]!) {
      const position = start + framed.offsets[0]! + index;
      inputIds[position] = BigInt(inputId);
      isMasked[position] = 1;
      used.push({ position, label: original });
    }
  });

  const rowCount = Math.min(batchSize * length, roundUp(used.length, COUNT_BUCKET));
  const positions = new BigInt64Array(rowCount);
  const labels = new BigInt64Array(rowCount);
  const weights = new Float32Array(rowCount);
  let free = 0;
  for (let i = 0; i < rowCount; i++) {
    const entry = used[i];
    if (entry) {
      positions[i] = BigInt(entry.position);
      labels[i] = BigInt(entry.label);
      weights[i] = 1;
    } else {
      while (isMasked[free] === 1) free++;
      positions[i] = BigInt(free++);
    }
  }
  return {
    batchSize,
    length,
    rowCount,
    inputIds,
    attentionMask,
    tokenTypeIds: null,
    positions,
    labels,
    values: null,
    weights,
    tokenCount,
  };
}

/** Rounds up to a multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
