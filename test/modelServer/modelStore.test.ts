import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelStore } from '../../src/modelServer/modelStore.js';
import type { PredictionModel } from '../../src/node/models/predictionModel.js';
import { FakeModel, FakeTokenizer, mixedRule } from '../core/predict/fakeModel.js';

class FakePredictionModel extends FakeModel implements PredictionModel {
  readonly name = 'fake';
  readonly family = 'bert';
  readonly parameterCount = 1;

  constructor() {
    super(new FakeTokenizer(['the']), mixedRule);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-store-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});
const write = (name: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), content);
};

/** How often the model is loaded when it is asked for before and after `change`. */
async function loadsAround(change: () => void): Promise<number> {
  let loads = 0;
  const store = new ModelStore(() => {
    loads++;
    return Promise.resolve(new FakePredictionModel());
  });
  await store.get(folder);
  change();
  await store.get(folder);
  return loads;
}

describe('ModelStore', () => {
  it.each(['config.json', 'tokenizer.json', 'model.safetensors'])(
    'loads a model again when %s has changed',
    async (name) => {
      write(name, 'old');
      expect(
        await loadsAround(() => {
          write(name, 'changed');
        }),
      ).toBe(2);
    },
  );

  it('loads a model of several weight files again when one of them has changed', async () => {
    const weight_map = { a: 'model-1-of-2.safetensors', b: 'model-2-of-2.safetensors' };
    write('model.safetensors.index.json', JSON.stringify({ weight_map }));
    for (const name of Object.values(weight_map)) write(name, 'old');
    expect(
      await loadsAround(() => {
        write(weight_map.b, 'changed');
      }),
    ).toBe(2);
  });

  it('loads a model without weights again when what lies beside its export has changed', async () => {
    write('onnx/model.onnx', 'export');
    write('onnx/model.onnx_data', 'old');
    expect(
      await loadsAround(() => {
        write('onnx/model.onnx_data', 'changed');
      }),
    ).toBe(2);
  });

  it('does not mind files that it does not read', async () => {
    write('model.safetensors', 'weights');
    expect(
      await loadsAround(() => {
        write('onnx/model.onnx', 'changed');
      }),
    ).toBe(1);
  });
});
