import { expect, it, vi } from 'vitest';
import { RunQueue, type RunQueueOptions } from '../../../src/host/runs/runQueue.js';
import { editor } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

it('looks for waiting runs once the workspace is trusted', async () => {
  editor.isTrusted = false;
  const list = vi.fn(() => []);
  const disposable = { dispose: () => undefined };
  const queue = new RunQueue({
    runStore: {
      ready: () => Promise.resolve(),
      list,
      live: () => [],
      onDidChange: () => disposable,
    },
    registerCommand: () => disposable,
    onError: () => undefined,
  } as unknown as RunQueueOptions);
  await Promise.resolve();
  expect(list).not.toHaveBeenCalled();
  editor.isTrusted = true;
  editor.trustGranted.fire(undefined);
  expect(list).toHaveBeenCalled();
  queue.dispose();
});
