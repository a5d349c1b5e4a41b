import { describe, expect, it } from 'vitest';
import { CrashHistory, type CrashLimits } from '../../../src/host/platform/crashHistory.js';

const LIMITS: CrashLimits = {
  backOffMilliseconds: 100,
  healthyMilliseconds: 10_000,
  windowMilliseconds: 100_000,
  mostCrashes: 4,
};
const CRASH = { process: 'modelServer', exitCode: 139, signal: null, stderrTail: 'oops' } as const;

describe('CrashHistory', () => {
  it('doubles the wait with each crash of a series', () => {
    const history = new CrashHistory(LIMITS);
    expect(history.refusal(0)).toBeNull();
    for (const [now, wait] of [
      [1000, 100],
      [2000, 200],
      [3000, 400],
    ] as const) {
      history.record(CRASH, { now, uptime: 500 });
      expect(history.refusal(now + wait - 1)).toEqual({ code: 'ProcessCrashed', details: CRASH });
      expect(history.refusal(now + wait)).toBeNull();
    }
  });

  it('allows a second try after the first crash of a series alone', () => {
    const history = new CrashHistory(LIMITS);
    expect(history.secondTry(0)).toBeNull();
    history.record(CRASH, { now: 1000, uptime: 500 });
    expect(history.secondTry(1040)).toBe(60);
    expect(history.secondTry(5000)).toBe(0);
    history.record(CRASH, { now: 6000, uptime: 500 });
    expect(history.secondTry(6000)).toBeNull();
    history.record(CRASH, { now: 30_000, uptime: LIMITS.healthyMilliseconds });
    expect(history.secondTry(30_000)).toBe(100);
  });

  it('gives up after several crashes within a time, until it is told to forget them', () => {
    const history = new CrashHistory(LIMITS);
    for (const now of [0, 1000, 2000, 3000]) history.record(CRASH, { now, uptime: 500 });
    const refusal = { code: 'ProcessKeepsCrashing', details: { ...CRASH, crashes: 4 } };
    expect(history.refusal(4000)).toEqual(refusal);
    expect(history.refusal(1_000_000)).toEqual(refusal);
    history.forget();
    expect(history.refusal(4000)).toBeNull();
    history.record(CRASH, { now: 5000, uptime: 500 });
    expect(history.refusal(5100)).toBeNull();
  });

  it('begins a new series after a process that was healthy for long', () => {
    const history = new CrashHistory(LIMITS);
    for (const now of [0, 1000, 2000]) history.record(CRASH, { now, uptime: 500 });
    history.record(CRASH, { now: 15_000, uptime: 12_000 });
    expect(history.refusal(15_099)).not.toBeNull();
    expect(history.refusal(15_100)).toBeNull();
  });

  it('does not count crashes of long ago', () => {
    const history = new CrashHistory(LIMITS);
    for (const now of [0, 1000, 2000]) history.record(CRASH, { now, uptime: 500 });
    history.record(CRASH, { now: 150_000, uptime: 500 });
    expect(history.refusal(150_100)).toBeNull();
  });
});
