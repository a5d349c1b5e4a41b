import { describe, expect, it } from 'vitest';
import { legacyToken } from '../../../src/core/runs/processToken.js';
import { runStateSchema, type RunState } from '../../../src/core/runs/schema.js';
import { failsAgain, LivenessObserver } from '../../../src/core/runs/status.js';
import { initialRunState } from '../../../src/node/runs/runState.js';

const MINUTE = 60_000;
const state: RunState = {
  ...initialRunState(),
  status: 'running',
  process: legacyToken(17, 'here'),
  heartbeat: '2026-11-23T12:00:00.000Z',
};

function observer(): {
  readonly advance: (milliseconds: number) => void;
  readonly observe: (
    sighting: Parameters<LivenessObserver['observe']>[2],
    changes?: Partial<RunState>,
  ) => string;
} {
  let now = 0;
  const liveness = new LivenessObserver(() => now);
  return {
    advance: (milliseconds) => {
      now += milliseconds;
    },
    observe: (sighting, changes = {}) =>
      liveness.observe('run', { ...state, ...changes }, sighting),
  };
}

describe('LivenessObserver', () => {
  it('sees a live status whose process is gone as a crash, whatever the clock says', () => {
    const { observe } = observer();
    expect(observe('alive', { heartbeat: '1999-01-01T00:00:00.000Z' })).toBe('running');
    expect(observe('gone', { heartbeat: '2999-01-01T00:00:00.000Z' })).toBe('crashed');
    expect(observe('gone', { status: 'paused' })).toBe('crashed');
  });

  it('believes in a run of another machine while it changes, not in its clock', () => {
    const { observe, advance } = observer();
    expect(observe('elsewhere', { heartbeat: '1999-01-01T00:00:00.000Z' })).toBe('running');
    advance(9 * MINUTE);
    expect(observe('elsewhere', { heartbeat: '1999-01-01T00:00:01.000Z' })).toBe('running');
    advance(9 * MINUTE);
    expect(observe('elsewhere', { heartbeat: '1999-01-01T00:00:01.000Z' })).toBe('running');
    advance(2 * MINUTE);
    expect(observe('elsewhere', { heartbeat: '1999-01-01T00:00:01.000Z' })).toBe('crashed');
    expect(observe('elsewhere', { heartbeat: '1999-01-01T00:00:02.000Z' })).toBe('running');
  });

  it('calls a copy crashed at once, unless somebody still writes to it', () => {
    const { observe } = observer();
    expect(observe('presumedGone')).toBe('crashed');
    expect(observe('presumedGone', { step: 1 })).toBe('running');
  });

  it('leaves ended runs as they are', () => {
    expect(observer().observe('unowned', { status: 'finished', process: null })).toBe('finished');
  });

  it('gives up on a run that nobody started', () => {
    const { observe, advance } = observer();
    expect(observe('unowned', { status: 'queued', process: null })).toBe('queued');
    advance(2 * MINUTE);
    expect(observe('unowned', { status: 'queued', process: null })).toBe('crashed');
  });
});

describe('runStateSchema', () => {
  it('reads a state that names its trainer by process id and host', () => {
    const old: Record<string, unknown> = { ...state, pid: 17, host: 'here' };
    delete old['process'];
    expect(runStateSchema.parse(old)).toEqual(state);
    expect(runStateSchema.parse({ ...old, pid: null }).process).toBeNull();
  });
});

describe('runs for which profiling their data is the main action, instead of resuming', () => {
  it.each([
    ['failed', 'Data', true],
    ['failed', 'UserInput', true],
    ['failed', 'Storage', false],
    ['failed', 'Internal', false],
    ['crashed', 'Data', false],
    ['stopped', 'Data', false],
    ['failed', null, false],
  ] as const)('%s with %s', (status, code, isMain) => {
    expect(failsAgain({ status, problem: code === null ? null : { code } })).toBe(isMain);
  });
});
