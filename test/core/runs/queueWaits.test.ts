import { describe, expect, it } from 'vitest';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';
import { EMPTY_QUEUE, type Queue } from '../../../src/core/runs/queueOrder.js';
import {
  isTooLarge,
  memoryWaitOf,
  waitReasons,
  type MemoryWait,
} from '../../../src/core/runs/queueWaits.js';
import { isLive, type ObservedStatus } from '../../../src/core/runs/status.js';

const GB = 1e9;

describe('memory for a run', () => {
  it.each([
    ['fits', 3, 4, false],
    ['fits exactly', 4, 4, false],
    ['is short', 5, 4, true],
    ['is not told by the system, and the machine is large enough', 8, null, false],
    ['is not told by the system, and the machine is too small', 9, null, true],
  ])('%s', (_name, needed, free, isShort) => {
    const machine = { total: 8 * GB, free: free === null ? null : free * GB };
    expect(memoryWaitOf(needed * GB, machine) !== null).toBe(isShort);
  });

  it('is not free if it is promised to others', () => {
    const machine = { total: 8 * GB, free: 6 * GB };
    expect(memoryWaitOf(4 * GB, machine, 2 * GB)).toBeNull();
    expect(memoryWaitOf(4 * GB, machine, 3 * GB)?.freeBytes).toBe(3 * GB);
    expect(memoryWaitOf(4 * GB, machine, 9 * GB)?.freeBytes).toBe(0);
    expect(memoryWaitOf(4 * GB, { ...machine, free: null }, 5 * GB)?.freeBytes).toBe(3 * GB);
  });

  it('is not waited for if nobody knows the need', () => {
    expect(memoryWaitOf(null, { total: 1, free: 0 })).toBeNull();
  });

  it('will never be free if the machine has less', () => {
    const machine = { total: 8 * GB, free: GB };
    expect(isTooLarge(memoryWaitOf(8 * GB, machine)!)).toBe(false);
    expect(isTooLarge(memoryWaitOf(9 * GB, machine)!)).toBe(true);
  });
});

describe('reasons to wait', () => {
  const run = (name: string, status: ObservedStatus = 'waiting') => ({
    ...{ id: name, name, status },
    facts: { createdAt: name, study: null, threads: 2, executionProvider: 'cpu' as const },
  });
  const reasons = (
    runs: readonly ReturnType<typeof run>[],
    memory: Record<string, MemoryWait> = {},
    { queue = EMPTY_QUEUE, cores = 2 }: { queue?: Queue; cores?: number } = {},
  ): string[] => {
    const live = runs.filter(({ status }) => isLive(status));
    const view = { runs, live, cores, queue, waits: { version: 1, memory } } as const;
    return [...waitReasons(view)].map(
      ([{ name }, reason]) => `${name}: ${renderMessage(reason, ENGLISH)}`,
    );
  };
  const short = { neededBytes: 5 * GB, freeBytes: 4 * GB, totalBytes: 8 * GB };

  it('name the run that trains, and the place of later ones', () => {
    expect(reasons([run('a', 'running'), run('c'), run('b')])).toEqual([
      'b: after “a”',
      'c: number 2 in the queue',
    ]);
  });

  it('name memory beside a run that leaves cores free, and else the run or the number of runs', () => {
    const beside = [run('a', 'running'), run('b')];
    expect(reasons(beside, { b: short }, { cores: 4 })).toEqual([
      'b: needs about 5.0 GB of memory, 4.0 GB are free',
    ]);
    expect(reasons(beside, { b: short })).toEqual(['b: after “a”']);
    expect(reasons([run('c', 'paused'), ...beside])).toEqual([
      'b: after one of 2 runs that are training',
    ]);
  });

  it('name memory once nothing trains', () => {
    expect(reasons([run('b'), run('c')], { b: short })).toEqual([
      'b: needs about 5.0 GB of memory, 4.0 GB are free',
      'c: number 2 in the queue',
    ]);
  });

  it('pass over a run that is too large for the machine', () => {
    expect(reasons([run('b'), run('c')], { b: { ...short, neededBytes: 9 * GB } })).toEqual([
      'b: needs about 9.0 GB of memory, this machine has 8.0 GB',
    ]);
  });

  it('are the pause, whatever else there is', () => {
    const paused = { ...EMPTY_QUEUE, isPaused: true };
    expect(reasons([run('a', 'running'), run('b')], { b: short }, { queue: paused })).toEqual([
      'b: the queue is paused',
    ]);
  });
});
