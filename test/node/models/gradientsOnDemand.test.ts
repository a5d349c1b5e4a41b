import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InferenceSession, Runtime } from '../../../src/core/ports.js';
import { explainPrediction } from '../../../src/core/predict/explainPrediction.js';
import { GradientsOnDemand } from '../../../src/node/models/gradientsOnDemand.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { writeTinyExport, writeTinyModel } from '../../support/tinyModel.js';

const TEXT = 'the whale and the ship met at sea';
const PLACE = { text: TEXT, start: 4, end: 9 };

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-gradients-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A runtime that counts the sessions that are open. */
function countingRuntime(): Runtime & { open: number } {
  const runtime = createOnnxRuntime();
  const counting = {
    open: 0,
    async createSession(...given: Parameters<Runtime['createSession']>): Promise<InferenceSession> {
      const session = await runtime.createSession(...given);
      counting.open++;
      return {
        ...{ inputNames: session.inputNames, outputNames: session.outputNames },
        run: (inputs, outputs) => session.run(inputs, outputs),
        async release() {
          counting.open--;
          await session.release();
        },
      };
    },
  };
  return counting;
}

const BATCH = {
  ...{ batchSize: 1, length: 4 },
  inputIds: BigInt64Array.of(2n, 5n, 6n, 3n),
  attentionMask: BigInt64Array.of(1n, 1n, 1n, 1n),
  positions: BigInt64Array.of(1n),
};

describe('gradients on demand', () => {
  it('are loaded once for several uses, and freed when idle', async () => {
    await writeTinyModel(folder, TEXT);
    const runtime = countingRuntime();
    const gradients = new GradientsOnDemand({
      ...{ folder, runtime, parameterCount: 1, threads: 1, idleMilliseconds: 20 },
    });
    const ask = (): Promise<unknown> =>
      gradients.use(async (loaded) => {
        const size = loaded.embeddingsOf([0]).length;
        expect(size).toBe(loaded.width);
        const config = JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8')) as {
          vocab_size: number;
        };
        await loaded.gradientsOf(BATCH, new Float32Array(config.vocab_size).fill(1));
        return loaded;
      });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toBe(first);
    while (runtime.open > 0) await sleep(5);
    expect(await ask()).not.toBe(first);
    await gradients.release();
    expect(runtime.open).toBe(0);
  });

  it('are tried again after a failure, and refused to large models', async () => {
    const common = { folder, runtime: createOnnxRuntime(), threads: 1 };
    const gradients = new GradientsOnDemand({ ...common, parameterCount: 1 });
    const use = (): Promise<number> => gradients.use(({ width }) => Promise.resolve(width));
    await expect(use()).rejects.toMatchObject({ code: 'Model' });
    await writeTinyModel(folder, TEXT);
    expect(await use()).toBe(32);
    await gradients.release();
    const large = new GradientsOnDemand({ ...common, parameterCount: 10, mostWeightBytes: 39 });
    await expect(large.use(() => Promise.resolve(1))).rejects.toThrow('too large');
    await large.release();
  });

  it('of an 8-bit form are those of float32, and of an export those of its weights', async () => {
    await writeTinyExport(folder, TEXT);
    const explain = async (form?: { precision: 'int8' }) => {
      const model = await loadPredictionModel(folder, { threads: 1, ...(form && { form }) });
      try {
        return await explainPrediction(model, PLACE);
      } finally {
        await model.release();
      }
    };
    const gradientsOf = ({ words }: Awaited<ReturnType<typeof explain>>): number[] =>
      words.map(({ gradient }) => gradient!);
    const built = await explain();
    expect(built.words).toHaveLength(7);
    const bits = await explain({ precision: 'int8' });
    // The form that explains by occlusion rounds; the point of the gradient moves a little with it.
    gradientsOf(bits).forEach((value, i) => {
      expect(value).toBeCloseTo(gradientsOf(built)[i]!, 4);
    });
    fs.rmSync(path.join(folder, 'model.safetensors'));
    const exported = await explain();
    expect(exported.gradientError).toBeNull();
    gradientsOf(exported).forEach((value, i) => {
      expect(value).toBeCloseTo(gradientsOf(built)[i]!, 5);
    });
  });

  it('are left out with their reason where the model cannot be differentiated', async () => {
    await writeTinyModel(folder, TEXT);
    const model = await loadPredictionModel(folder, { threads: 1 });
    fs.rmSync(path.join(folder, 'model.safetensors'));
    const explained = await explainPrediction(model, PLACE);
    expect(explained.gradientError).toMatchObject({ code: 'Model' });
    expect(explained.words.map(({ gradient }) => gradient)).toEqual(Array(7).fill(null));
    expect(explained.words.every(({ occlusion }) => Number.isFinite(occlusion))).toBe(true);
    await model.release();
  });
});
