import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import type { LossTerm } from '../../../src/core/batches/losses.js';
import { createImportedModel, type ImportedModel } from '../../../src/core/models/imported.js';
import { methodSpecSchema, optimizerSpecSchema } from '../../../src/core/runs/schema.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { testKernels } from '../../support/kernels.js';
import { findTorchPython } from '../../support/torch.js';

const SCRIPT = path.join(import.meta.dirname, 'odd_encoders.py');
/** Names in the table of encoders of the script. */
const ENCODERS = [...fs.readFileSync(SCRIPT, 'utf8').matchAll(/^ {4}"([\w-]+)": \{"/gm)].map(
  ([, name = '']) => name,
);
/**
 * Relative difference of a loss or a gradient norm in float32 from that in float64: below 2e-6 for
 * most, and 1.04e-5 at most for 1 + γ, which torch folds and rounds.
 */
const TOLERANCE = 2e-5;
const RATE = 1e-2;
const CONFIG = { model_type: 'odd', vocab_size: 23, hidden_size: 12, num_hidden_layers: 2 };

const replaySchema = z.object({
  batches: z.array(
    z.object({
      ids: z.array(z.array(z.int())),
      mask: z.array(z.array(z.int())),
      rows: z.array(z.int()).nullable(),
      labels: z.array(z.int()),
    }),
  ),
  steps: z.array(z.object({ loss: z.number(), gradientNorm: z.number() })),
  /** Numbers in all trained parameters. */
  parameters: z.int(),
  /** Tensors of the file that are buffers, or that torch folded from a parameter beyond recognition. */
  frozen: z.int(),
});
type Replay = z.infer<typeof replaySchema>;

function batchOf({ ids, mask, rows, labels }: Replay['batches'][number]): TrainingBatch {
  const integers = (values: readonly number[]): BigInt64Array => BigInt64Array.from(values, BigInt);
  const attentionMask = integers(mask.flat());
  return {
    ...{ batchSize: ids.length, length: ids[0]!.length, rowCount: labels.length, attentionMask },
    ...{ inputIds: integers(ids.flat()), tokenTypeIds: null, values: null },
    positions: rows && integers(rows),
    labels: integers(labels),
    weights: new Float32Array(labels.length).fill(1),
    tokenCount: mask.flat().filter((one) => one === 1).length,
  };
}

async function train({ model, parameters }: ImportedModel, batches: Replay['batches']) {
  const kind = model.heads[0].kind === 'masked-lm' ? 'vocabularyCrossEntropy' : 'crossEntropy';
  const loss: LossTerm = { name: kind, kind, weight: 1, labelSmoothing: 0, classWeights: null };
  const engine = await createTrainingEngine({
    ...{ model, parameters, losses: [loss], method: methodSpecSchema.parse({}), threads: 1 },
    optimizer: optimizerSpecSchema.parse({
      ...{ name: 'adamw', learningRate: RATE, weightDecay: 0, maxGradientNorm: 1e9, layerDecay: 1 },
      ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-2 },
    }),
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
  });
  try {
    const results = [];
    for (const batch of batches) results.push(await engine.step([batchOf(batch)], RATE));
    return results;
  } finally {
    await engine.dispose();
  }
}

const python = findTorchPython();

describe.skipIf(python === null)('an encoder that no library has, replayed in PyTorch', () => {
  let folder: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-odd-'));
    const { status, stderr } = spawnSync(python!, ['-B', SCRIPT, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }, 300_000);
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each(ENCODERS)('trains all its parameters alike: %s', async (name) => {
    const file = path.join(folder, `${name}.json`);
    const replay = replaySchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    const imported = await createImportedModel({
      bytes: new Uint8Array(fs.readFileSync(path.join(folder, `${name}.onnx`))),
      path: `${name}.onnx`,
      readExternal: () => Promise.reject(new Error('nothing beside')),
      config: CONFIG,
      runtime: createOnnxRuntime(),
    });
    const trained = [...imported.parameters.values()].reduce(
      (sum, { data }) => sum + data.length,
      0,
    );
    expect(trained, imported.notes.frozen.join()).toBe(replay.parameters);
    expect(imported.notes.frozen.length).toBe(replay.frozen);
    const steps = await train(imported, replay.batches);
    let worst = 0;
    replay.steps.forEach((expected, i) => {
      const { loss, gradientNorm } = steps[i]!;
      for (const [x, y] of [
        [loss, expected.loss],
        [gradientNorm, expected.gradientNorm],
      ] as const) {
        worst = Math.max(worst, Math.abs(x / y - 1));
      }
    });
    console.log(`${name}: largest relative difference ${worst.toExponential(1)}`);
    expect(worst).toBeLessThan(TOLERANCE);
  });
});
