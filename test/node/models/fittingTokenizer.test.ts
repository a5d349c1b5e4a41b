import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/core/errors.js';
import { estimatePlannedRun } from '../../../src/trainer/estimatePlannedRun.js';
import { fittingTokenizer } from '../../../src/node/models/fittingTokenizer.js';
import { inspectModel } from '../../../src/node/models/inspectModel.js';
import { loadLabelledModel } from '../../../src/node/models/labelledModel.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { writeTinyClassifier, writeTinyModel } from '../../support/tinyModel.js';
import { exportBytes, exportConfig } from '../../support/importedFixtures.js';

const TEXT = 'the whale and the ship met at sea';

let folder: string;
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-tokens-')), 'model');
});
afterEach(() => {
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

interface TokenizerFile {
  readonly model: { readonly vocab: Record<string, number> };
}

/** Adds tokens to the tokenizer of a model that does not know them; returns the number it knows. */
function addTokens(count: number): number {
  const file = path.join(folder, 'tokenizer.json');
  const json = JSON.parse(fs.readFileSync(file, 'utf8')) as TokenizerFile;
  const known = Object.keys(json.model.vocab).length;
  for (let i = 0; i < count; i++) json.model.vocab[`extra${i}`] = known + i;
  fs.writeFileSync(file, JSON.stringify(json));
  return known;
}

const detailsOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (thrown: unknown) => (thrown as AppError).data.details,
  );

/** Rejection for a tokenizer with one token too many. */
const tooMany = (vocabularySize: number): unknown => ({
  path: path.join(folder, 'tokenizer.json'),
  problem: expect.objectContaining({
    id: 'models.tooManyTokens',
    args: { tokens: vocabularySize + 1, vocabularySize },
  }) as unknown,
});

describe('a tokenizer with more tokens than the model has embeddings', () => {
  it('is refused before a run is made, when a run loads it, and for fills', async () => {
    await writeTinyModel(folder, TEXT);
    const refused = tooMany(addTokens(1));
    expect(await detailsOf(inspectModel(folder))).toEqual(refused);
    expect(await detailsOf(readModelFolder(folder).then(fittingTokenizer))).toEqual(refused);
    expect(await detailsOf(loadPredictionModel(folder, { threads: 1 }))).toEqual(refused);
    const spec = { task: { kind: 'masked-lm' }, training: { seed: 1 }, model: { path: folder } };
    const request = { spec, memoryBytes: null, findLearningRate: false, folder };
    expect(await detailsOf(estimatePlannedRun(request as never))).toEqual(refused);
  });

  it('is refused for labels', async () => {
    await writeTinyClassifier(folder, TEXT, { head: 'sequence', labels: ['a', 'b'] });
    const refused = tooMany(addTokens(1));
    expect(await detailsOf(loadLabelledModel(folder, { threads: 1 }))).toEqual(refused);
    expect(await detailsOf(inspectModel(folder))).toEqual(refused);
  });

  it('is refused beside an export, whatever its configuration says', async () => {
    await writeTinyModel(folder, TEXT);
    fs.rmSync(path.join(folder, 'model.safetensors'));
    fs.mkdirSync(path.join(folder, 'onnx'));
    fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), exportBytes('bert', 'script-14'));
    const config = { ...exportConfig('bert'), vocab_size: 61 };
    fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    addTokens(62 - addTokens(0));
    expect(await detailsOf(inspectModel(folder))).toEqual(tooMany(61));
    fs.writeFileSync(
      path.join(folder, 'config.json'),
      JSON.stringify({ ...config, vocab_size: 100 }),
    );
    expect(await detailsOf(inspectModel(folder))).toEqual(tooMany(61));
    expect(await detailsOf(loadPredictionModel(folder, { threads: 1 }))).toEqual(tooMany(61));
    expect(await detailsOf(readModelFolder(folder).then(fittingTokenizer))).toEqual(tooMany(61));
  });

  it('is accepted where there are as many embeddings', async () => {
    await writeTinyModel(folder, TEXT);
    expect(await detailsOf(inspectModel(folder))).toBeNull();
  });
});
