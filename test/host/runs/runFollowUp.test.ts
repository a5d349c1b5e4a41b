import { expect, it, vi } from 'vitest';
import type { Reporter } from '../../../src/host/platform/reporter.js';
import { RunFollowUp } from '../../../src/host/runs/runFollowUp.js';
import type { RunStore } from '../../../src/host/runs/runStore.js';
import type { RunChange } from '../../../src/host/runs/runIndex.js';
import { EventEmitter } from '../../support/fakeVscode.js';
import { storedRun } from './storedRun.js';

const shown = vi.hoisted(() => ({ progress: 0 }));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: async (
      _options: object,
      task: (progress: object, token: object) => Promise<unknown>,
    ) => {
      shown.progress++;
      const token = { isCancellationRequested: false, onCancellationRequested: () => undefined };
      try {
        return await task({ report: () => undefined }, token);
      } finally {
        shown.progress--;
      }
    },
  },
}));

const run = storedRun({ id: '20261123-171500-calm-otter', status: 'running' });

/** Follows a run that is live. */
function follow() {
  const changes = new EventEmitter<RunChange>();
  const asked: string[] = [];
  let listeners = 0;
  const runStore = {
    get: () => run,
    onDidChange: (listener: (change: RunChange) => void) => {
      listeners++;
      const subscription = changes.event(listener);
      return {
        dispose: () => {
          listeners--;
          subscription.dispose();
        },
      };
    },
  } as unknown as RunStore;
  const reporter = {
    ask: (_level: string, message: string) => Promise.resolve(asked.push(message)),
    error: (thrown: unknown) => {
      throw thrown;
    },
  } as unknown as Reporter;
  const followUp = new RunFollowUp(runStore, reporter);
  followUp.follow(run.directory, run.name);
  return { followUp, changes, asked, listeners: () => listeners };
}

it('a followed run is let go of, silently, when the window closes', async () => {
  vi.useFakeTimers();
  try {
    const { followUp, asked, listeners } = follow();
    expect([shown.progress, listeners(), vi.getTimerCount()]).toEqual([1, 2, 1]);
    followUp.dispose();
    await vi.advanceTimersByTimeAsync(0);
    expect([shown.progress, listeners(), vi.getTimerCount()]).toEqual([0, 0, 0]);
    expect(asked).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

it('a followed run is told of once it has ended', async () => {
  const { followUp, changes, asked, listeners } = follow();
  const ended = storedRun({ id: run.id, status: 'stopped' });
  changes.fire({ directory: run.directory, run: ended, previous: run });
  await expect
    .poll(() => asked)
    .toEqual(['“calm-otter” has stopped. Its last checkpoint is kept.']);
  expect([shown.progress, listeners()]).toEqual([0, 0]);
  followUp.dispose();
});
