import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { labelConfig } from '../../../src/core/models/labels.js';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { loadLabelledModel } from '../../../src/node/models/labelledModel.js';
import type { PredictionModel } from '../../../src/node/models/predictionModel.js';
import { readModelShape } from '../../../src/node/models/modelFiles.js';
import { readModelFolder, writeModelFolder } from '../../../src/node/models/modelFolder.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { randomBatch } from '../../support/bert.js';
import type { Family } from '../../support/families.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';
import { lossAndGradients } from '../../support/modelGradients.js';
import { tinyTokenizerJson } from '../../support/tinyModel.js';

const TEXT = 'the whale and the ship met at sea';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-predict-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

async function writeFamily(family: Family): Promise<string> {
  const tokenizerJson = tinyTokenizerJson(TEXT);
  const { vocab } = (tokenizerJson as { model: { vocab: Record<string, number> } }).model;
  const vocab_size = Object.keys(vocab).length;
  const config = tinyModelConfig(family, { vocab_size, pad_token_id: vocab['[PAD]'] });
  const folder = path.join(root, family);
  const parameters = initializeParameters({ ...config, initializer_range: 0.1 }, 8);
  await writeModelFolder(folder, { config, parameters, tokenizerJson, modelCard: '' });
  return folder;
}

async function withModel<T>(
  folder: string,
  use: (model: PredictionModel) => Promise<T>,
): Promise<T> {
  const model = await loadPredictionModel(folder, { threads: 1 });
  try {
    return await use(model);
  } finally {
    await model.release();
  }
}

describe('prediction from weights in fewer bytes', () => {
  it.each(['int8', 'float16'] as const)(
    'gives what their values as floats give: %s',
    async (form) => {
      const folder = await writeFamily('bert');
      const source = await readModelFolder(folder);
      const stored = path.join(root, form);
      await writeModelFolder(stored, { ...source, modelCard: '', form: { precision: form } });
      const compact = await readModelFolder(stored);
      const kinds = [...compact.parameters.values()].map((tensor) => tensor.compact?.type);
      expect(kinds).toContain(form);
      // Asking for the floats widens them.
      const widened = [...compact.parameters.values()].map(({ data }) => data.length);
      expect(widened).not.toContain(0);
      const asFloats = path.join(root, 'floats');
      await writeModelFolder(asFloats, { ...compact, modelCard: '' });
      const again = await readModelFolder(asFloats);
      expect([...again.parameters.values()].every((tensor) => tensor.compact === undefined)).toBe(
        true,
      );
      const request = { text: 'the [MASK] and the ship', topK: 5 };
      const answers = [stored, asFloats].map((each) =>
        withModel(each, (model) => fillMasks(model, request)),
      );
      const [fromCompact, fromFloats] = await Promise.all(answers);
      expect(fromCompact).toEqual(fromFloats);
    },
  );
});

describe.each(FAMILIES)('prediction by %s', (family) => {
  it('gives the logits of training at any places, from weights and from the export alone', async () => {
    const folder = await writeFamily(family);
    const { vocab_size: vocabulary, pad_token_id: pad } = JSON.parse(
      fs.readFileSync(path.join(folder, 'config.json'), 'utf8'),
    ) as { vocab_size: number; pad_token_id: number };
    const config = tinyModelConfig(family, { vocab_size: vocabulary, pad_token_id: pad });
    const parameters = initializeParameters({ ...config, initializer_range: 0.1 }, 8);
    const batch = randomBatch(config, 2, { batchSize: 2, length: 12, rowCount: 4 });
    const { logits } = await lossAndGradients(createModel(config), parameters, batch);
    const shape = await readModelShape(folder);

    const check = async (model: PredictionModel): Promise<void> => {
      const computed = await model.logitsAt(batch);
      const difference = computed.reduce((max, v, i) => Math.max(max, Math.abs(v - logits[i]!)), 0);
      expect(computed).toHaveLength(4 * vocabulary);
      expect(difference).toBeLessThan(1e-5);
      expect(model).toMatchObject({ family, maxLength: shape.maxLength });
      const [fill] = await fillMasks(model, { text: 'the [MASK] and the ship', topK: 5 });
      expect(fill!.candidates).toHaveLength(5);
    };
    await withModel(folder, async (model) => {
      await check(model);
      const count = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
      expect(model.parameterCount).toBe(count);
    });
    fs.rmSync(path.join(folder, 'model.safetensors'));
    expect(await readModelShape(folder)).toEqual(shape);
    await withModel(folder, check);
  });
});

describe('a classifier', () => {
  /** A model folder of random weights with three labels. */
  async function writeClassifier(): Promise<string> {
    const tokenizerJson = tinyTokenizerJson(TEXT);
    const { vocab } = (tokenizerJson as { model: { vocab: Record<string, number> } }).model;
    const config = tinyModelConfig('electra', { vocab_size: Object.keys(vocab).length });
    const options = { head: 'sequence', labelCount: 3 } as const;
    const folder = path.join(root, 'classifier');
    await writeModelFolder(folder, {
      config,
      model: createModel(config, options),
      configJson: labelConfig({ labels: ['a', 'b', 'c'] }),
      parameters: initializeParameters({ ...config, initializer_range: 0.3 }, 3, options),
      tokenizerJson,
      modelCard: '',
    });
    return folder;
  }

  it('gives the same answer from its weights and from its export alone', async () => {
    const folder = await writeClassifier();
    const predict = async (): Promise<Map<string, number>> => {
      const model = await loadLabelledModel(folder, { threads: 1 });
      const answer = await model.predict('the whale', 'at sea');
      await model.release();
      if (answer.kind !== 'labels') throw new Error(answer.kind);
      return new Map(answer.probabilities.map(({ label, probability }) => [label, probability]));
    };
    const built = await predict();
    fs.rmSync(path.join(folder, 'model.safetensors'));
    const imported = await predict();
    expect([...imported.keys()].sort()).toEqual(['a', 'b', 'c']);
    for (const [label, probability] of imported) {
      expect(probability).toBeCloseTo(built.get(label)!, 6);
    }
  });

  it('says which texts it read only a part of', async () => {
    const model = await loadLabelledModel(await writeClassifier(), { threads: 1 });
    const texts = [TEXT, `${TEXT} `.repeat(40)].map((text) => ({ text, pair: null }));
    const cut = new Map<number, true | undefined>();
    for await (const predictions of model.predictAll(texts)) {
      for (const [index, { isCut }] of predictions) cut.set(index, isCut);
    }
    await model.release();
    expect(cut).toEqual(
      new Map([
        [0, undefined],
        [1, true],
      ]),
    );
  });
});

describe('loading a model for prediction', () => {
  it('refuses an export without logits for each token', async () => {
    const folder = await writeFamily('bert');
    const config = tinyModelConfig('bert');
    const options = { head: 'sequence' } as const;
    await writeModelFolder(folder, {
      config,
      model: createModel(config, options),
      parameters: initializeParameters(config, 1, options),
      tokenizerJson: {},
      modelCard: '',
    });
    fs.rmSync(path.join(folder, 'model.safetensors'));
    await expect(loadPredictionModel(folder, { threads: 1 })).rejects.toThrow(/each token/);
  });

  it('refuses a tokenizer with more tokens than the model knows', async () => {
    const folder = await writeFamily('distilbert');
    const config = tinyModelConfig('distilbert', { vocab_size: 20 });
    const tokenizerJson = tinyTokenizerJson(TEXT);
    const parameters = initializeParameters(config, 1);
    await writeModelFolder(folder, { config, parameters, tokenizerJson, modelCard: '' });
    await expect(loadPredictionModel(folder, { threads: 1 })).rejects.toThrow(
      /embeddings for only 20/,
    );
  });
});
