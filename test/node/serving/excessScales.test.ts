import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { ENGLISH_SAMPLE_FILE } from '../../../src/core/predict/sampleExcess.js';
import { ExcessScales } from '../../../src/node/serving/excessScales.js';
import { FakeServedModel } from '../../support/fakeServedModel.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-scales-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const GO_ON = { aborted: false };
const SAMPLE = 'the cat sat '.repeat(300);

it('remembers the scale of a version of a model for a sample, across processes', async () => {
  const model = new FakeServedModel();
  const scalesFor = (sample: string) =>
    new ExcessScales({ readSample: () => Promise.resolve(sample), folder });
  const first = await scalesFor(SAMPLE).of(model, '1', GO_ON);
  const { length } = model.batches;
  expect(await scalesFor(SAMPLE).of(model, '1', GO_ON)).toEqual(first);
  expect(model.batches).toHaveLength(length);
  await scalesFor(SAMPLE).of(model, '2', GO_ON);
  expect(model.batches).toHaveLength(2 * length);
  await scalesFor(`the ${SAMPLE}`).of(model, '1', GO_ON);
  expect(model.batches.length).toBeGreaterThan(2 * length);
});

it('has a scale of the bundled model that was computed with its weights and the present sample', () => {
  const root = path.join(import.meta.dirname, '../../..');
  const source = fs.readFileSync(path.join(root, 'src/core/predict/bundledScale.ts'), 'utf8');
  for (const file of [path.join(BUNDLED_MODEL_FOLDER, 'model.safetensors'), ENGLISH_SAMPLE_FILE]) {
    const bytes = fs.readFileSync(path.join(root, file));
    expect(source).toContain(createHash('sha256').update(bytes).digest('hex'));
  }
});
