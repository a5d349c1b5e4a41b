import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ModelStore,
  versionOf,
  type ModelStoreOptions,
} from '../../../src/node/serving/modelStore.js';
import { FakeServedModel } from '../../support/fakeServedModel.js';

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

/** Number of loads when the model is requested before and after `change`. */
async function loadsAround(change: () => void): Promise<number> {
  let loads = 0;
  const store = new ModelStore({
    load: () => {
      loads++;
      return Promise.resolve(new FakeServedModel());
    },
    warn: () => undefined,
  });
  (await store.borrow(folder, await versionOf(folder))).giveBack();
  change();
  (await store.borrow(folder, await versionOf(folder))).giveBack();
  return loads;
}

/** A store of fake models of given sizes, and what has become of them. */
function storeOf(
  sizes: Readonly<Record<string, number>>,
  options: Partial<ModelStoreOptions> = {},
) {
  const loaded: string[] = [];
  const models = new Map<string, FakeServedModel>();
  const store = new ModelStore({
    load: (name) => {
      loaded.push(name);
      const model = new FakeServedModel({ weightBytes: sizes[name]! });
      models.set(name, model);
      return Promise.resolve(model);
    },
    warn: () => undefined,
    ...options,
  });
  const use = async (name: string, version = ''): Promise<void> => {
    (await store.borrow(name, version)).giveBack();
  };
  const released = (): string[] =>
    [...models].flatMap(([name, { isReleased }]) => (isReleased ? [name] : []));
  return { store, use, loaded, released };
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

  it('frees the models used longest ago once the weights are too many', async () => {
    const { use, loaded, released } = storeOf({ a: 40, b: 40, c: 40 }, { mostWeightBytes: 100 });
    for (const name of ['a', 'b', 'a', 'c', 'a']) await use(name);
    expect(loaded).toEqual(['a', 'b', 'c']);
    expect(released()).toEqual(['b']);
  });

  it('keeps the model used last, however large it is', async () => {
    const { use, loaded, released } = storeOf({ small: 1, large: 500 }, { mostWeightBytes: 100 });
    for (const name of ['small', 'large', 'large']) await use(name);
    expect(loaded).toEqual(['small', 'large']);
    expect(released()).toEqual(['small']);
  });

  it('frees a model that is in use only once it is given back', async () => {
    const { store, use, released } = storeOf({ a: 60, b: 60 }, { mostWeightBytes: 100 });
    const loan = await store.borrow('a', '');
    await use('b');
    expect(released()).toEqual([]);
    loan.giveBack();
    loan.giveBack();
    expect(released()).toEqual(['a']);
  });

  it('frees idle models, but not the one used last nor one in use', async () => {
    vi.useFakeTimers();
    try {
      const { store, use, released } = storeOf({ a: 1, b: 1, c: 1 }, { idleMilliseconds: 1000 });
      const loan = await store.borrow('a', '');
      await use('b');
      await use('c');
      await vi.advanceTimersByTimeAsync(3000);
      expect(released()).toEqual(['b']);
      loan.giveBack();
      await vi.advanceTimersByTimeAsync(3000);
      expect(released()).toEqual(['a', 'b']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('survives a model that cannot be freed, and says so', async () => {
    const warnings: string[] = [];
    class Stuck extends FakeServedModel {
      override release(): Promise<void> {
        return Promise.reject(new Error('session is gone'));
      }
    }
    const store = new ModelStore({
      load: () => Promise.resolve(new Stuck()),
      warn: (message) => void warnings.push(message),
    });
    (await store.borrow('a', 'old')).giveBack();
    (await store.borrow('a', 'new')).giveBack();
    await vi.waitFor(() => {
      expect(warnings).toEqual([expect.stringContaining('session is gone')]);
    });
  });
});
