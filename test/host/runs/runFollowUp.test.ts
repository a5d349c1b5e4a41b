import { beforeEach, expect, it, vi } from 'vitest';
import type { Reporter } from '../../../src/host/platform/reporter.js';
import { FollowedRuns } from '../../../src/host/runs/followedRuns.js';
import { RunFollowUp } from '../../../src/host/runs/runFollowUp.js';
import type { RunStore } from '../../../src/host/runs/runStore.js';
import type { RunChange } from '../../../src/host/runs/runIndex.js';
import type { RunSummary } from '../../../src/node/runs/runReader.js';
import { EventEmitter } from '../../support/fakeVscode.js';
import { storedRun } from './storedRun.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const id = '20261123-171500-calm-otter';
const live = storedRun({ id, status: 'running' });
const ended = storedRun({ id, status: 'stopped' });
const STOPPED = '“calm-otter” has stopped. Its last checkpoint is kept.';

/** Keeps what the editor keeps of a workspace. */
let kept = new Map<string, unknown>();
beforeEach(() => {
  kept = new Map();
});

/** A window on a workspace that has one run. */
function openWindow(run: RunSummary | undefined) {
  const changes = new EventEmitter<RunChange>();
  const asked: string[] = [];
  let listeners = 0;
  const runStore = {
    ready: () => Promise.resolve(),
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
  const remembered = new FollowedRuns({
    get: (key: string): never => kept.get(key) as never,
    update: (key, value) => Promise.resolve(void kept.set(key, value)),
  });
  const followUp = new RunFollowUp(runStore, { reporter, remembered });
  return { followUp, changes, asked, listeners: () => listeners };
}

it('a followed run is let go of, silently, when the window closes', async () => {
  vi.useFakeTimers();
  try {
    const { followUp, asked, listeners } = openWindow(live);
    followUp.follow(live.directory);
    await vi.advanceTimersByTimeAsync(0);
    expect([listeners(), vi.getTimerCount()]).toEqual([1, 1]);
    followUp.dispose();
    await vi.advanceTimersByTimeAsync(0);
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
    expect(asked).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

it('a followed run is announced once it has ended', async () => {
  const { followUp, changes, asked, listeners } = openWindow(live);
  followUp.follow(live.directory);
  await expect.poll(listeners).toBe(1);
  changes.fire({ directory: live.directory, run: ended, previous: live });
  await expect.poll(() => asked).toEqual([STOPPED]);
  expect(listeners()).toBe(0);
  followUp.dispose();
});

it('the next window follows a run that is still live', async () => {
  const before = openWindow(live);
  before.followUp.follow(live.directory);
  before.followUp.dispose();
  const { followUp, changes, asked, listeners } = openWindow(live);
  await followUp.resume();
  await expect.poll(listeners).toBe(1);
  changes.fire({ directory: live.directory, run: ended, previous: live });
  await expect.poll(() => asked).toEqual([STOPPED]);
  followUp.dispose();
});

it('the next window announces a run that has ended meanwhile, and no later one does', async () => {
  const before = openWindow(live);
  before.followUp.follow(live.directory);
  before.followUp.dispose();
  const next = openWindow(ended);
  await next.followUp.resume();
  await expect.poll(() => next.asked).toEqual([STOPPED]);
  const later = openWindow(ended);
  await later.followUp.resume();
  expect(later.asked).toEqual([]);
});

it('a run that was deleted meanwhile is forgotten', async () => {
  const before = openWindow(live);
  before.followUp.follow(live.directory);
  before.followUp.dispose();
  const next = openWindow(undefined);
  await next.followUp.resume();
  expect(next.asked).toEqual([]);
  expect([...kept.values()]).toEqual([[]]);
});
