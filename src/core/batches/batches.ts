import type { StoredExample } from '../data/examples/exampleStore.js';
import { padSequences } from '../tokenizer/padSequences.js';
import { randomStream, shuffle } from '../random.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { MaskedBatch } from './batch.js';
import type { MaskedToken } from '../masking/maskTokens.js';

/** Lengths and masked counts are rounded up to these, so that shapes repeat between batches. */
export const LENGTH_BUCKET = 32;
export const COUNT_BUCKET = 32;

export interface PlannedBatch<T> {
  /** Tokens per row, including special tokens. */
  readonly length: number;
  readonly examples: readonly T[];
}

export interface PlanOptions {
  readonly batchSize: number;
  readonly shuffle: readonly (string | number)[] | null;
  /** Tokens of an example by its index, special tokens included. */
  readonly lengthOf: (index: number) => number;
  /**
   * Longest example of the data that this is a part of, so that its parts have the same shapes.
   * Default: the longest of these.
   */
  readonly longest?: number;
}

/** The batches of an epoch, by the indices of their examples: a few bytes per example. */
export class BatchPlan {
  constructor(
    /** Examples in the order of batches before those are shuffled. */
    private readonly examples: Uint32Array,
    private readonly batches: Uint32Array,
    private readonly options: Pick<PlanOptions, 'batchSize'> & {
      readonly bucketOf: (index: number) => number;
    },
  ) {}

  get length(): number {
    return this.batches.length;
  }

  /** Indices of a batch and its tokens per row; the first example is of the longest bucket. */
  at(position: number): { readonly length: number; readonly indices: Uint32Array } {
    const { batchSize, bucketOf } = this.options;
    const from = this.batches[position]! * batchSize;
    const indices = this.examples.subarray(from, from + batchSize);
    return { length: bucketOf(indices[0]!), indices };
  }
}

/**
 * Groups `count` examples of similar length into batches. With a `shuffle` name both the members and
 * the order of the batches are random; how many batches there are does not depend on it. Buckets
 * are taken from the longest down; what does not fill a batch is padded into the next longer one.
 */
export function planBatches(
  count: number,
  { batchSize, shuffle: name, lengthOf, ...options }: PlanOptions,
): BatchPlan {
  const random = name === null ? null : randomStream('batches', ...name);
  const mixed = Uint32Array.from({ length: count }, (_, i) => i);
  if (random !== null) shuffle(mixed, random);
  // No row is padded beyond the longest: a model may have no positions there.
  const longest = mixed.reduce(
    (length, index) => Math.max(length, lengthOf(index)),
    options.longest ?? 0,
  );
  const bucketOf = (index: number): number =>
    Math.min(longest, roundUp(lengthOf(index), LENGTH_BUCKET));
  const batches = Uint32Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => i);
  if (random !== null) shuffle(batches, random);
  return new BatchPlan(byBucket(mixed, bucketOf), batches, { batchSize, bucketOf });
}

/** The same indices with those of the longest bucket first, each bucket in the order they come. */
function byBucket(indices: Uint32Array, bucketOf: (index: number) => number): Uint32Array {
  const places = new Map<number, number>();
  for (const index of indices) {
    const bucket = bucketOf(index);
    places.set(bucket, (places.get(bucket) ?? 0) + 1);
  }
  let at = 0;
  for (const [bucket, size] of [...places].sort(([a], [b]) => b - a)) {
    places.set(bucket, at);
    at += size;
  }
  const sorted = new Uint32Array(indices.length);
  for (const index of indices) {
    const bucket = bucketOf(index);
    const place = places.get(bucket)!;
    sorted[place] = index;
    places.set(bucket, place + 1);
  }
  return sorted;
}

/**
 * Lays a planned batch and its masked tokens out as tensors: a framed sequence a row, padded. The
 * masked count is padded with entries of weight 0 at positions that are not masked.
 */
export function collate(
  { length, examples }: PlannedBatch<Pick<StoredExample, 'ids'>>,
  masks: readonly (readonly Omit<MaskedToken, 'rule'>[])[],
  tokenizer: Tokenizer,
): MaskedBatch {
  const framed = examples.map(({ ids }) => tokenizer.frame(ids));
  const padded = padSequences(framed, { pad: tokenizer.special.pad, length });
  const isMasked = new Uint8Array(padded.inputIds.length);
  const used: { position: number; label: number }[] = [];
  framed.forEach(({ offsets }, row) => {
    const start = row * length + offsets[0]!;
    for (const { index, original, inputId } of masks[row]!) {
      const position = start + index;
      padded.inputIds[position] = BigInt(inputId);
      isMasked[position] = 1;
      used.push({ position, label: original });
    }
  });

  const rowCount = Math.min(isMasked.length, roundUp(used.length, COUNT_BUCKET));
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
    ...padded,
    tokenTypeIds: null,
    rowCount,
    positions,
    labels,
    values: null,
    weights,
  };
}

/** Rounds up to a multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
