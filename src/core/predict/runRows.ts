import { padSequences } from '../tokenizer/padSequences.js';
import { cancelled } from '../errors.js';
import type { MaskedLanguageModel, PredictionBatch } from './maskedLanguageModel.js';

/** A sequence without special tokens, and the positions whose logits are needed. */
export interface Row {
  readonly ids: ArrayLike<number>;
  readonly positions: readonly number[];
}

/** The part of `AbortSignal` that prediction uses. */
export interface AbortState {
  readonly aborted: boolean;
}

/** Tokens (including padding) in one forward pass: enough to keep two cores busy. */
const BATCH_TOKENS = 2048;

/** A position of a row. */
export interface Place {
  readonly row: number;
  /** Counts the positions of the row. */
  readonly at: number;
}

/**
 * Runs rows through the model in few forward passes and gives `read` the logits [places, vocabulary] of
 * each pass, because all logits of a page would not fit in memory.
 *
 * Rows of similar length share a pass. `signal` is checked between passes.
 */
export async function runPasses(
  model: MaskedLanguageModel,
  rows: readonly Row[],
  options: {
    readonly read: (logits: Float32Array, places: readonly Place[]) => void | Promise<void>;
    readonly signal?: AbortState | undefined;
  },
): Promise<void> {
  const lengths = rows.map(({ ids }) => ids.length + model.tokenizer.frameSize);
  for (const group of groupByLength(lengths, model.batchTokens)) {
    if (options.signal?.aborted === true) throw cancelled();
    const batch = padRows(
      model,
      group.map((index) => rows[index]!),
    );
    if (batch.positions.length === 0) continue;
    const logits = await model.logitsAt(batch);
    await options.read(
      logits,
      group.flatMap((row) => rows[row]!.positions.map((_, at) => ({ row, at }))),
    );
  }
}

/**
 * Runs rows as `runPasses` does, and keeps the result of `read` for the logits [vocabulary] at each
 * requested position. Returns one value per position of each row.
 */
export async function mapRows<T>(
  model: MaskedLanguageModel,
  rows: readonly Row[],
  options: {
    /** `at` counts the positions of the row. */
    readonly read: (logits: Float32Array, row: number, at: number) => T;
    readonly signal?: AbortState | undefined;
  },
): Promise<T[][]> {
  const results: T[][] = rows.map(() => []);
  await runPasses(model, rows, {
    read: (logits, places) => {
      const vocabulary = logits.length / places.length;
      places.forEach(({ row, at }, i) => {
        const slice = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
        results[row]![at] = options.read(slice, row, at);
      });
    },
    signal: options.signal,
  });
  return results;
}

/** Runs `mapRows` and keeps the logits; suitable for a few rows. */
export function runRows(
  model: MaskedLanguageModel,
  rows: readonly Row[],
  signal?: AbortState,
): Promise<Float32Array[][]> {
  return mapRows(model, rows, { read: (logits) => logits, signal });
}

/**
 * Groups indices of sequences of similar length so that each padded group fits one forward pass.
 */
export function groupByLength(lengths: readonly number[], batchTokens = BATCH_TOKENS): number[][] {
  const order = [...lengths.keys()];
  order.sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const groups: number[][] = [];
  let group: number[] = [];
  for (const index of order) {
    if (group.length > 0 && (group.length + 1) * lengths[index]! > batchTokens) {
      groups.push(group);
      group = [];
    }
    group.push(index);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

function padRows(model: MaskedLanguageModel, rows: readonly Row[]): PredictionBatch {
  const { tokenizer } = model;
  const framed = rows.map((row) => tokenizer.frame(row.ids));
  const { batchSize, length, inputIds, attentionMask, tokenTypeIds } = padSequences(framed, {
    pad: tokenizer.special.pad,
  });
  const positions: bigint[] = [];
  framed.forEach(({ offsets }, row) => {
    const start = row * length + offsets[0]!;
    for (const position of rows[row]!.positions) positions.push(BigInt(start + position));
  });
  return {
    batchSize,
    length,
    inputIds,
    attentionMask,
    tokenTypeIds,
    positions: BigInt64Array.from(positions),
  };
}
