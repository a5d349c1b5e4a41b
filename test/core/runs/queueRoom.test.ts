import { describe, expect, it } from 'vitest';
import {
  canTrainBeside,
  trainerThreads,
  type TrainedRun,
} from '../../../src/core/runs/queueRoom.js';

const run = (threads: number | null, executionProvider: 'cpu' | 'webgpu' = 'cpu'): TrainedRun => ({
  facts: { threads, executionProvider },
});
const beside = (
  threads: number | null,
  others: readonly (number | null)[],
  cores: number,
): boolean =>
  canTrainBeside(
    run(threads),
    others.map((count) => run(count)),
    cores,
  );

describe('threads of a trainer', () => {
  it.each([
    [3, 16, 3],
    [null, 16, 8],
    [null, 4, 4],
    [null, 1, 1],
  ])('of a run with %s on %d cores are %d', (threads, cores, expected) => {
    expect(trainerThreads(threads, cores)).toBe(expected);
  });
});

describe('a run', () => {
  it.each<[number | null, (number | null)[], number, boolean]>([
    [4, [], 4, true],
    [16, [], 4, true],
    [null, [], 4, true],
    [2, [2], 4, true],
    [2, [3], 4, false],
    [null, [1], 4, false],
    [1, [null], 4, false],
    [null, [null], 16, true],
    [null, [null], 15, false],
    [1, [1, 1], 4, true],
    [2, [1, 2], 4, false],
  ])('with %s threads beside %j on %d cores can train: %s', (threads, others, cores, expected) => {
    expect(beside(threads, others, cores)).toBe(expected);
  });

  it('shares the CPU with one on another device, but not that device', () => {
    const [cpu, gpu] = [run(1), run(1, 'webgpu')];
    expect(canTrainBeside(cpu, [gpu], 4)).toBe(true);
    expect(canTrainBeside(gpu, [cpu], 4)).toBe(true);
    expect(canTrainBeside(gpu, [cpu, gpu], 4)).toBe(false);
  });

  it('of which nothing is known takes all cores', () => {
    expect(canTrainBeside(run(1), [{ facts: null }], 16)).toBe(false);
    expect(canTrainBeside({ facts: null }, [run(1)], 16)).toBe(false);
    expect(canTrainBeside({ facts: null }, [], 16)).toBe(true);
  });
});
