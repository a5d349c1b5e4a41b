import { describe, expect, it } from 'vitest';
import { observeStatus } from '../../../src/core/runs/status.js';
import type { RunState } from '../../../src/core/runs/schema.js';
import { initialRunState } from '../../../src/node/runs/runState.js';

const now = Date.parse('2026-11-23T12:00:00Z');
const state: RunState = {
  ...initialRunState(),
  status: 'running',
  pid: 17,
  host: 'here',
  heartbeat: new Date(now - 1000).toISOString(),
};
const observe = (changes: Partial<RunState>, alive: boolean) =>
  observeStatus(
    { ...state, ...changes },
    { now, bootedAt: now - 86_400_000, host: 'here', isAlive: () => alive },
  );

describe('observeStatus', () => {
  it('sees a live status whose process is gone as a crash', () => {
    expect(observe({}, true)).toBe('running');
    expect(observe({}, false)).toBe('crashed');
    expect(observe({ status: 'paused' }, false)).toBe('crashed');
  });

  it('does not look for the process of another machine, only at its heartbeat', () => {
    expect(observe({ host: 'cluster-7' }, false)).toBe('running');
    const old = new Date(now - 3_600_000).toISOString();
    expect(observe({ host: 'cluster-7', heartbeat: old }, false)).toBe('crashed');
  });

  it('trusts a living process however long the machine slept, but not across a restart', () => {
    const heartbeat = (hours: number): string => new Date(now - hours * 3_600_000).toISOString();
    expect(observe({ heartbeat: heartbeat(2) }, true)).toBe('running');
    expect(observe({ heartbeat: heartbeat(25) }, true)).toBe('crashed');
  });

  it('leaves ended runs as they are', () => {
    expect(observe({ status: 'finished', pid: null }, false)).toBe('finished');
  });

  it('gives up on a run whose trainer never took over', () => {
    expect(observe({ status: 'queued', pid: null }, false)).toBe('queued');
    const old = new Date(now - 120_000).toISOString();
    expect(observe({ status: 'queued', pid: null, heartbeat: old }, false)).toBe('crashed');
  });
});
