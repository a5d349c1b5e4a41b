import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerCloze, readCloze } from '../../../scripts/pretraining/cloze.js';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { predictWord } from '../../../src/core/predict/predictWord.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { readModelFolder, writeModelFolder } from '../../../src/node/models/modelFolder.js';
import {
  loadPredictionModel,
  type PredictionModel,
} from '../../../src/node/models/predictionModel.js';

const root = path.join(import.meta.dirname, '../../..');
const folder = path.join(root, BUNDLED_MODEL_FOLDER);

let model: PredictionModel;
beforeAll(async () => {
  model = await loadPredictionModel(folder, { threads: 1 });
});
afterAll(() => model.release());

describe('the bundled model', () => {
  it('is small, and has its weights once, in 8 bits', () => {
    const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    expect(files).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const sizes = files.map((file) => fs.statSync(path.join(folder, file)).size);
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(7e6);
  });

  it.each(['everyday', 'technical'])(
    'finds an acceptable word for nearly half of the %s cloze set, and its card says so',
    async (name) => {
      const items = readCloze(path.join(root, 'test/cloze', `${name}.txt`));
      const answers = await answerCloze(model, items);
      const share = answers.filter(({ rank }) => rank >= 0).length / answers.length;
      expect(share).toBeGreaterThan(0.45);
      const card = fs.readFileSync(path.join(folder, 'README.md'), 'utf8');
      const [, said] = new RegExp(`\\| ${name} +\\| ${items.length} +\\| ([\\d.]+)%`).exec(card)!;
      // Sums differ by a rounding with the number of threads.
      expect(Math.abs(Number(said) / 100 - share)).toBeLessThan(0.02);
    },
  );

  it('knows every script, and never proposes half a character', async () => {
    const texts = [
      '船长站在甲板上看着大海。',
      'Капитан стоял на палубе.',
      'القبطان على السفينة',
      '🐋🌊',
    ];
    for (const text of texts) {
      const { ids } = model.tokenizer.encode(text);
      expect([...ids]).not.toContain(model.tokenizer.special.unknown);
      for (const { start, end } of wordsIn(text)) {
        const found = await predictWord(model, { text, start, end, topK: 5 });
        expect(found!.word!.probability).toBeGreaterThanOrEqual(0);
        for (const { word } of found!.candidates) expect(word).not.toMatch(/\uFFFD/);
      }
    }
  });

  it('fills masks in transformers.js, from its 8-bit export, as with integers here', async () => {
    env.allowRemoteModels = false;
    const exported = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-exported-'));
    const form = { precision: 'int8' } as const;
    await writeModelFolder(exported, { ...(await readModelFolder(folder)), modelCard: '', form });
    const own = await loadPredictionModel(folder, { threads: 1, form });
    const theirs = await pipeline('fill-mask', exported, { dtype: 'int8', device: 'cpu' });
    for (const text of ['She drank a cup of [MASK].', 'Save the [MASK] to the disk.']) {
      const expected = (await theirs(text, { top_k: 400 })) as { token: number; score: number }[];
      const scores = new Map(expected.map(({ token, score }) => [token, score]));
      const [fill] = await fillMasks(own, { text, topK: 5 });
      for (const { word, probability } of fill!.candidates) {
        const token = model.tokenizer.tokenToId(word)!;
        // Here the last products see only the masked rows, whose range rounds them differently.
        const difference = Math.abs(scores.get(token)! - probability);
        expect(difference, `${word} in ${text}`).toBeLessThan(0.02);
      }
    }
    await theirs.dispose();
    await own.release();
    fs.rmSync(exported, { recursive: true });
  });

  it('is widened when it is trained further', async () => {
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-widened-'));
    const bundled = await readModelFolder(folder);
    await writeModelFolder(path.join(copy, 'wide'), { ...bundled, modelCard: '' });
    const wide = await loadPredictionModel(path.join(copy, 'wide'), { threads: 1 });
    const request = { text: 'The ship sailed over the sea.', start: 4, end: 8, topK: 5 };
    expect(await predictWord(wide, request)).toEqual(await predictWord(model, request));
    await wide.release();
    fs.rmSync(copy, { recursive: true });
  });
});
