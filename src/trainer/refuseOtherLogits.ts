import path from 'node:path';
import type { TrainingBatch } from '../core/batches/batch.js';
import { modelError } from '../core/errors.js';
import { problem } from '../core/messages/message.js';
import type { InferenceSession, Runtime, Tensor } from '../core/ports.js';
import type { TrainingEngine } from '../core/train/engine/engine.js';
import { exportSource, readExportFacts } from '../node/models/exportFiles.js';
import { ONNX_FILE } from '../node/models/modelFiles.js';

/** Largest difference of logits as a part of the largest one; the second for half precision. */
const TOLERANCES = { float32: 1e-4, float16: 2e-2 } as const;

/**
 * Compares the logits of a run that has not started with those of the export that its model was
 * imported from, on a batch of the run. An export that the runtime cannot load is not compared.
 * Throws `Model` for logits that differ by more than rounding.
 */
export async function refuseOtherLogits(
  { folder, batch, engine }: ComparedRun,
  runtime: Runtime,
): Promise<void> {
  const { output, isHalf } = await readExportFacts(folder);
  const source = await exportSource(folder);
  const options = { threads: 1, memoryPattern: false };
  const session = await runtime.createSession(source, options).catch(() => null);
  if (session === null) return;
  try {
    const expected = await logitsOf(session, batch, output);
    const difference = relativeDifference(await engine.logits(batch), expected);
    if (difference <= TOLERANCES[isHalf ? 'float16' : 'float32']) return;
    const file = path.join(folder, ONNX_FILE);
    throw modelError(file, problem('models.otherLogits', { difference: { share: difference } }));
  } finally {
    await session.release();
  }
}

interface ComparedRun {
  readonly folder: string;
  readonly batch: TrainingBatch;
  readonly engine: Pick<TrainingEngine, 'logits'>;
}

/** Logits of the file at the rows of a batch. */
async function logitsOf(
  session: InferenceSession,
  { batchSize, length, inputIds, attentionMask, tokenTypeIds, positions }: TrainingBatch,
  output: string,
): Promise<Float32Array> {
  const ids = (data: BigInt64Array): Tensor => ({ type: 'int64', dims: [batchSize, length], data });
  const inputs = {
    input_ids: ids(inputIds),
    attention_mask: ids(attentionMask),
    token_type_ids: ids(tokenTypeIds ?? new BigInt64Array(inputIds.length)),
  };
  const results = await session.run(inputs, { [output]: null });
  const all = Float32Array.from(results[output]!.data as Float32Array);
  if (positions === null) return all;
  const columns = all.length / inputIds.length;
  const rows = new Float32Array(positions.length * columns);
  positions.forEach((position, row) => {
    const start = Number(position) * columns;
    rows.set(all.subarray(start, start + columns), row * columns);
  });
  return rows;
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  const most = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - actual[i]!)), 0);
  return most / scale;
}
