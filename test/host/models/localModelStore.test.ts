import { expect, it, vi } from 'vitest';
import {
  LocalModelStore,
  type ModelStoreOptions,
} from '../../../src/host/models/localModelStore.js';

vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  RelativePattern: class {
    readonly pattern = '';
  },
}));

it('lists the models again for the next one who asks after a listing has failed', async () => {
  const answers = [Promise.reject(new Error('crashed')), Promise.resolve([{ folder: '/model' }])];
  const store = new LocalModelStore({
    dataClient: { call: () => answers.shift()! },
    runStore: { ready: () => Promise.resolve(), list: () => [], onDidChange: () => ({ dispose }) },
    bundledModel: '/bundled',
    onError: () => undefined,
  } as unknown as ModelStoreOptions);
  await expect(store.list()).rejects.toThrow('crashed');
  expect(await store.list()).toEqual([{ folder: '/model' }]);
  store.dispose();
});

function dispose(): void {
  // Nothing was registered.
}
