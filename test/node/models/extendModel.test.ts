import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { extendEmbeddings } from '../../../src/core/models/weights/extendEmbeddings.js';
import { drawParameters } from '../../../src/core/models/weights/initialize.js';
import { extendModel, type ExtendModelRequest } from '../../../src/node/models/extendModel.js';
import { loadTokenizer } from '../../../src/node/tokenizers/loadTokenizer.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';
import { writeTinyModel } from '../../support/tinyModel.js';

const TEXT = 'the sea and the ship and the wind went over the sea again';
const DOMAIN = [
  ...Array.from({ length: 6 }, () => 'the Cardiomyopathy, and cardiomyopathy again'),
  ...Array.from({ length: 5 }, () => 'angiography over the sea 12345'),
  'hapaxlegomenon',
];

let root: string;
let request: ExtendModelRequest;
beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-extend-'));
  const modelFolder = path.join(root, 'model');
  await writeTinyModel(
    modelFolder,
    `${TEXT} ${DOMAIN.join(' ').replaceAll(/\p{L}{9,}/gu, (word) => Array.from(word).join(' '))}`,
  );
  request = {
    modelFolder,
    out: path.join(root, 'extended'),
    texts: DOMAIN,
    terms: [],
    count: 10,
    minCount: 5,
  };
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

async function logits(
  folder: string,
  text: string,
): Promise<{ values: Float32Array; width: number }> {
  const model = await loadPredictionModel(folder, { threads: 1 });
  try {
    const { ids } = model.tokenizer.frame(model.tokenizer.encode(text).ids);
    const values = await model.logitsAt({
      batchSize: 1,
      length: ids.length,
      inputIds: BigInt64Array.from(ids, BigInt),
      attentionMask: new BigInt64Array(ids.length).fill(1n),
      positions: BigInt64Array.from(ids, (_, i) => BigInt(i)),
    });
    return { values, width: values.length / ids.length };
  } finally {
    await model.release();
  }
}

describe('extendModel', () => {
  it('adds the words that are taken apart most, with the means of their pieces', async () => {
    const { added, vocabularySize, sample } = await extendModel(request);
    expect(added.map(({ term, count }) => [term, count])).toEqual([
      ['cardiomyopathy', 12],
      ['angiography', 5],
    ]);
    expect(sample.after.tokensPerWord).toBeLessThan(sample.before.tokensPerWord);

    const before = await readModelFolder(request.modelFolder);
    const after = await readModelFolder(request.out);
    expect(after.configJson['vocab_size']).toBe(vocabularySize);
    expect(after.model.heads[0].outputSize).toBe(before.model.heads[0].outputSize + 2);
    const old = await loadTokenizer(request.modelFolder);
    for (const [name, { data, dims }] of before.parameters) {
      const extended = after.parameters.get(name)!;
      expect(extended.data.slice(0, data.length), name).toEqual(data);
      if (extended.data.length === data.length) continue;
      const width = dims[1] ?? 1;
      for (const { id, term } of added) {
        const pieces = [...old.encode(term).ids];
        expect(pieces.length).toBeGreaterThan(5);
        for (let column = 0; column < width; column++) {
          const mean = pieces.reduce((sum, piece) => sum + data[piece * width + column]!, 0);
          expect(extended.data[id * width + column]).toBeCloseTo(mean / pieces.length, 6);
        }
      }
    }
  });

  it('keeps ids and logits of all that was there', async () => {
    await extendModel(request);
    const [before, after] = [
      await logits(request.modelFolder, TEXT),
      await logits(request.out, TEXT),
    ];
    expect(after.width).toBe(before.width + 2);
    const rows = before.values.length / before.width;
    expect(after.values.length / after.width).toBe(rows);
    for (let row = 0; row < rows; row++) {
      const own = after.values.subarray(row * after.width, row * after.width + before.width);
      const theirs = before.values.subarray(row * before.width, (row + 1) * before.width);
      own.forEach((value, i) => {
        expect(value).toBeCloseTo(theirs[i]!, 4);
      });
      // The loss rises by the share of probability that new words take, and by no more.
      const gained = logSum(after.values.subarray(row * after.width, (row + 1) * after.width));
      expect(gained - logSum(theirs)).toBeLessThan(4 / before.width);
    }
  });

  it("adds a person's terms in any case, and says which it cannot", async () => {
    const { added, skipped } = await extendModel({
      ...request,
      terms: ['Hapaxlegomenon', 'heart failure', 'sea'],
      count: 1,
    });
    expect(added.map(({ term, count }) => [term, count])).toEqual([
      ['hapaxlegomenon', 1],
      ['cardiomyopathy', 12],
    ]);
    expect(skipped.map(({ term }) => term)).toEqual(['heart failure', 'sea']);
  });

  it('refuses where there is nothing to add, and leaves nothing behind', async () => {
    await expect(extendModel({ ...request, minCount: 100 })).rejects.toMatchObject({
      data: { code: 'UserInput' },
    });
    const aborted = extendModel({ ...request, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(fs.readdirSync(root)).toEqual(['model']);
  });

  it('refuses a model that is imported from its export', async () => {
    fs.mkdirSync(path.join(request.modelFolder, 'onnx'));
    fs.writeFileSync(path.join(request.modelFolder, 'onnx/model.onnx'), '');
    fs.rmSync(path.join(request.modelFolder, 'model.safetensors'));
    await expect(extendModel(request)).rejects.toMatchObject({
      data: { code: 'Model', details: { problem: { id: 'models.exportVocabulary' } } },
    });
  });

  it('keeps vocab.txt in step', async () => {
    const tokenizer = await loadTokenizer(request.modelFolder);
    const tokens = Array.from({ length: tokenizer.vocabularySize }, (_, id) =>
      tokenizer.idToToken(id),
    );
    fs.writeFileSync(path.join(request.modelFolder, 'vocab.txt'), tokens.join('\n') + '\n');
    await extendModel(request);
    const lines = fs.readFileSync(path.join(request.out, 'vocab.txt'), 'utf8').split('\n');
    expect(lines).toEqual([...tokens, 'cardiomyopathy', 'angiography', '']);
  });
});

describe.each(FAMILIES)('new rows of %s', (family) => {
  it.each([true, false])('tied embeddings: %s', (tied) => {
    const config = tinyModelConfig(family, { tie_word_embeddings: tied });
    const model = createModel(config);
    const parameters = drawParameters(model.parameters, 'test', 1);
    const extended = extendEmbeddings(
      { config, heads: model.heads, parameters, layout: new Map() },
      new Map([[config.vocab_size, [7, 9]]]),
    );
    expect(extended.config.vocab_size).toBe(config.vocab_size + 1);
    let grown = 0;
    for (const { name, dims } of extended.model.parameters) {
      const before = parameters.get(name)!;
      const after = extended.parameters.get(name)!;
      expect(after.dims, name).toEqual(dims);
      if (after.data.length === before.data.length) expect(after).toBe(before);
      else {
        grown++;
        const width = before.dims[1] ?? 1;
        const [a, b, mean] = [7, 9, config.vocab_size].map((row) => after.data[row * width]!);
        expect(mean).toBeCloseTo((a! + b!) / 2, 6);
      }
    }
    expect(grown).toBe(model.parameters.filter(({ dims }) => dims[0] === config.vocab_size).length);
  });
});

function logSum(values: Float32Array): number {
  return Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
}
