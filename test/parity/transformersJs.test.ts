import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillMasks } from '../../src/core/predict/fillMasks.js';
import {
  loadPredictionModel,
  type PredictionModel,
} from '../../src/node/models/predictionModel.js';
import { writeTinyExport } from '../support/tinyModel.js';

const TEXT =
  'Call me Ishmael. Some years ago the whale and the ship met at sea, and the whale won.';

let folder: string;
let ours: PredictionModel;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-transformers-'));
  await writeTinyExport(folder, TEXT);
  ours = await loadPredictionModel(folder, { threads: 1 });
});
afterAll(async () => {
  await ours.release();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('a model folder that Masklab wrote', () => {
  it('fills masks in transformers.js with the probabilities that Masklab computes', async () => {
    env.allowRemoteModels = false;
    const theirs = await pipeline('fill-mask', folder, { dtype: 'fp32', device: 'cpu' });
    for (const text of ['the [MASK] and the ship met', 'Call me [MASK].', '[MASK] whale, won!']) {
      const expected = (await theirs(text, { top_k: 200 })) as {
        token_str: string;
        score: number;
      }[];
      const scores = new Map(expected.map(({ token_str, score }) => [token_str, score]));
      const [fill] = await fillMasks(ours, { text, topK: 10 });
      expect(fill!.candidates).toHaveLength(10);
      for (const { word, probability } of fill!.candidates) {
        expect(scores.get(word), `${word} in ${text}`).toBeCloseTo(probability, 6);
      }
    }
    await theirs.dispose();
  });
});
