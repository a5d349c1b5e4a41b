import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../../src/core/graph/onnx.js';
import { createBertModel } from '../../../src/core/models/families/bert.js';
import {
  buildExportModel,
  buildPredictionModel,
} from '../../../src/core/models/inferenceGraphs.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { methodSpecSchema } from '../../../src/core/runs/schema.js';
import { selectTrained } from '../../../src/core/train/engine/trainedParameters.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { buildTrainingGraph } from '../../../src/core/train/engine/trainingGraphs.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../../support/bert.js';
import { testKernels } from '../../support/kernels.js';

const parameters = initializeParameters({ ...tinyBert, initializer_range: 0.1 }, 4);

async function engineLogits(batch: ReturnType<typeof randomBatch>): Promise<Float32Array> {
  const engine = await createTrainingEngine({
    model: createBertModel(tinyBert),
    parameters,
    losses: [lossOf({ kind: 'masked-lm' })],
    method: methodSpecSchema.parse({}),
    optimizer: testOptimizer,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 1,
  });
  const logits = await engine.logits(batch);
  await engine.dispose();
  return logits;
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);

describe('exported BERT graphs', () => {
  // Sizes other than those of the first run show that none of them is baked in.
  const batches = [
    randomBatch(tinyBert, 1),
    randomBatch(tinyBert, 2, { batchSize: 2, length: 9, rowCount: 4 }),
  ];

  it('predict the same logits at the wanted positions', async () => {
    const model = await buildPredictionModel(createBertModel(tinyBert), parameters);
    const session = await createOnnxRuntime().createSession(model, { threads: 1 });
    expect(session.inputNames).toEqual([
      ...['input_ids', 'attention_mask', 'positions'],
      'token_type_ids',
    ]);
    for (const batch of batches) {
      const dims = [batch.batchSize, batch.length];
      const zeros = new BigInt64Array(batch.inputIds.length);
      const logitsOf = async (types: BigInt64Array) => {
        const { logits: computed } = await session.run(
          {
            input_ids: { type: 'int64', dims, data: batch.inputIds },
            attention_mask: { type: 'int64', dims, data: batch.attentionMask },
            token_type_ids: { type: 'int64', dims, data: types },
            positions: { type: 'int64', dims: [batch.rowCount], data: batch.positions },
          },
          { logits: null },
        );
        return computed;
      };
      const logits = await logitsOf(zeros);
      expect(logits!.dims).toEqual([batch.rowCount, tinyBert.vocab_size]);
      const difference = largestDifference(logits!.data as Float32Array, await engineLogits(batch));
      expect(difference).toBeLessThan(1e-5);
      const second = (await logitsOf(zeros.map(() => 1n)))!.data as Float32Array;
      expect(largestDifference(logits!.data as Float32Array, second)).toBeGreaterThan(1e-4);
    }
    await session.release();
  });

  it('have the layout of the hub in the export, with standard operators only', async () => {
    const model = await buildExportModel(createBertModel(tinyBert), parameters);
    expect(decodeModel(model, 'export').nodes.every((node) => node.domain === '')).toBe(true);
    const session = await createOnnxRuntime().createSession(model, { threads: 1 });
    expect(session.inputNames).toEqual(['input_ids', 'attention_mask', 'token_type_ids']);
    expect(session.outputNames).toEqual(['logits']);
    for (const batch of batches) {
      const dims = [batch.batchSize, batch.length];
      const zeros = new BigInt64Array(batch.inputIds.length);
      const { logits } = await session.run(
        {
          input_ids: { type: 'int64', dims, data: batch.inputIds },
          attention_mask: { type: 'int64', dims, data: batch.attentionMask },
          token_type_ids: { type: 'int64', dims, data: zeros },
        },
        { logits: null },
      );
      expect(logits!.dims).toEqual([...dims, tinyBert.vocab_size]);
      const all = logits!.data as Float32Array;
      const wanted = Float32Array.from({ length: batch.rowCount * tinyBert.vocab_size }, (_, i) => {
        const row = Number(batch.positions[Math.floor(i / tinyBert.vocab_size)]);
        return all[row * tinyBert.vocab_size + (i % tinyBert.vocab_size)]!;
      });
      expect(largestDifference(wanted, await engineLogits(batch))).toBeLessThan(1e-5);
    }
    await session.release();
  });

  it('run the last feed-forward and the head on masked rows only', async () => {
    const shape = {
      batchSize: 4,
      length: 16,
      rowCount: 8,
      padded: true,
      typed: false,
      offset: false,
    };
    const model = createBertModel(tinyBert);
    const { graph } = await buildTrainingGraph(
      {
        model,
        losses: [lossOf({ kind: 'masked-lm' })],
        trained: selectTrained(model, methodSpecSchema.parse({})),
        dropout: false,
        recompute: false,
      },
      shape,
    );
    const rowsOf = (parameter: string): unknown =>
      graph.nodes
        .filter((node) => node.op === 'Gemm' && node.inputs[1] === parameter)
        .map((node) => graph.info(node.outputs[0]!).dims[0])[0];
    expect(rowsOf('bert.encoder.layer.0.output.dense.weight')).toBe(64);
    expect(rowsOf('bert.encoder.layer.1.attention.output.dense.weight')).toBe(8);
    expect(rowsOf('bert.encoder.layer.1.output.dense.weight')).toBe(8);
    expect(rowsOf('bert.embeddings.word_embeddings.weight[0:101]')).toBe(8);
  });
});
