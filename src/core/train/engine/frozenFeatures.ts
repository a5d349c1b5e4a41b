import { sha256 } from '@noble/hashes/sha2.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { Tensor } from '../../ports.js';

/** Limit on the memory of features: 87,000 rows of a model with 768 units. */
export const MAX_FEATURE_BYTES = 1 << 28;

/** Rows whose features are kept, and whether there was room for all of them. */
export interface KeptFeatures {
  readonly rows: number;
  readonly isComplete: boolean;
}

export interface FrozenFeaturesOptions {
  /** Shape of the features of a row, without the row itself. */
  readonly dims: readonly number[];
  /** Features of all rows of a batch, row-major. */
  readonly compute: (batch: TrainingBatch) => Promise<Float32Array>;
  /** Default: `MAX_FEATURE_BYTES`. */
  readonly limitBytes?: number;
}

/**
 * Outputs of the frozen part of a model, which the trained output layer reads (Kirichenko et al. 2023,
 * arXiv:2204.02937, compute them once). They depend on the tokens of a row alone, by which rows are
 * found again whatever batch they are in.
 */
export class FrozenFeatures {
  private places = new Map<string, number>();
  private table = new Float32Array();
  private isFilled = new Uint8Array();

  constructor(private readonly options: FrozenFeaturesOptions) {}

  /** Floats of a row. */
  get width(): number {
    return this.options.dims.reduce((a, b) => a * b, 1);
  }

  /**
   * Computes the features of all rows of these batches and keeps them, or keeps none if they exceed the
   * limit. The same batches in the same order give the same bits. `onProgress` is called after each
   * batch; if it returns true, the rest is left out.
   */
  async keep(
    batches: () => Iterable<TrainingBatch>,
    onProgress: (rows: { readonly done: number; readonly total: number }) => boolean = () => false,
  ): Promise<KeptFeatures> {
    const { limitBytes = MAX_FEATURE_BYTES } = this.options;
    const { width } = this;
    const most = Math.floor(limitBytes / (4 * width));
    this.clear();
    for (const batch of batches()) {
      for (const key of keysOf(batch)) {
        if (key !== null && !this.places.has(key)) this.places.set(key, this.places.size);
      }
      if (this.places.size > most) {
        const rows = this.places.size;
        this.clear();
        return { rows, isComplete: false };
      }
    }
    const total = this.places.size;
    this.table = new Float32Array(total * width);
    this.isFilled = new Uint8Array(total);
    let done = 0;
    for (const batch of batches()) {
      const places = keysOf(batch).map((key) => (key === null ? null : this.places.get(key)!));
      if (places.every((place) => place === null || this.isFilled[place] === 1)) continue;
      const features = await this.options.compute(batch);
      places.forEach((place, row) => {
        if (place === null || this.isFilled[place] === 1) return;
        this.table.set(features.subarray(row * width, (row + 1) * width), place * width);
        this.isFilled[place] = 1;
        done++;
      });
      if (onProgress({ done, total })) break;
    }
    return { rows: done, isComplete: true };
  }

  /**
   * Features of a batch: kept ones if all of its rows have them, else computed. Rows of weight 0 may
   * have any.
   */
  async of(batch: TrainingBatch): Promise<Tensor> {
    const { width } = this;
    const dims = [batch.rowCount, ...this.options.dims];
    const data = this.kept(batch) ?? (await this.options.compute(batch));
    if (data.length !== batch.rowCount * width) throw new RangeError('features of another shape');
    return { type: 'float32', dims, data };
  }

  private kept(batch: TrainingBatch): Float32Array | null {
    if (this.places.size === 0) return null;
    const { width, table } = this;
    const data = new Float32Array(batch.rowCount * width);
    for (const [row, key] of keysOf(batch).entries()) {
      if (key === null) continue;
      const place = this.places.get(key);
      if (place === undefined || this.isFilled[place] !== 1) return null;
      data.set(table.subarray(place * width, (place + 1) * width), row * width);
    }
    return data;
  }

  private clear(): void {
    this.places = new Map();
    this.table = new Float32Array();
    this.isFilled = new Uint8Array();
  }
}

/** Key of each row: its tokens, their types, and its place among them; `null` for padding rows. */
function keysOf(batch: TrainingBatch): (string | null)[] {
  const { rowCount, length, positions, weights } = batch;
  const sequences = new Map<number, string>();
  return Array.from({ length: rowCount }, (_, row) => {
    if (weights[row] === 0) return null;
    const place = positions === null ? row * length : Number(positions[row]);
    const sequence = Math.floor(place / length);
    const known = sequences.get(sequence) ?? digestOf(batch, sequence);
    sequences.set(sequence, known);
    return positions === null ? known : `${known}:${place % length}`;
  });
}

function digestOf(
  { inputIds, attentionMask, tokenTypeIds, length }: TrainingBatch,
  sequence: number,
): string {
  const start = sequence * length;
  // Sequences are padded at their ends, so their lengths do not depend on their batch.
  let end = start + length;
  while (end > start && attentionMask[end - 1] === 0n) end--;
  const hash = sha256.create().update(bytesOf(inputIds.subarray(start, end)));
  const types = tokenTypeIds?.subarray(start, end);
  if (types?.some((type) => type !== 0n) === true) hash.update(bytesOf(types));
  return String.fromCharCode(...new Uint16Array(hash.digest().slice().buffer));
}

function bytesOf({ buffer, byteOffset, byteLength }: BigInt64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
