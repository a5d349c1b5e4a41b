import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runEnded, type WatchedRuns } from '../../../src/host/runs/runEnded.js';
import type { RunSummary } from '../../../src/node/runs/runReader.js';
import { storedRun } from './storedRun.js';

const RUN = '20261123-171500-calm-otter';

type Listener = Parameters<WatchedRuns['onDidChange']>[0];

class Runs implements WatchedRuns {
  readonly listeners = new Set<Listener>();
  constructor(private run: RunSummary | undefined) {}

  get(): RunSummary | undefined {
    return this.run;
  }

  readonly onDidChange = (listener: Listener): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  set(run: RunSummary | null): void {
    this.run = run ?? undefined;
    for (const listener of this.listeners) listener({ directory: 'run', run });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('runEnded', () => {
  it('leaves neither a timer nor a listener behind when it is aborted', async () => {
    const runs = new Runs(storedRun({ id: RUN, status: 'running' }));
    const controller = new AbortController();
    const ended = runEnded(runs, 'run', { signal: controller.signal });
    expect([runs.listeners.size, vi.getTimerCount()]).toEqual([1, 1]);
    controller.abort();
    expect(await ended).toBe('aborted');
    expect([runs.listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('resolves once a run that was live has ended, or is deleted', async () => {
    const runs = new Runs(storedRun({ id: RUN, status: 'running' }));
    const { signal } = new AbortController();
    const ended = runEnded(runs, 'run', { signal });
    const stopped = storedRun({ id: RUN, status: 'stopped' });
    runs.set(stopped);
    expect(await ended).toBe(stopped);
    const deleted = runEnded(new Runs(undefined), 'run', { signal });
    expect(await deleted).toBeNull();
    expect([runs.listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
