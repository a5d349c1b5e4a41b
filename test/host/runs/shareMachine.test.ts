import { describe, expect, it, vi } from 'vitest';
import { coresAreShort } from '../../../src/host/runs/shareMachine.js';
import { storedRun } from './storedRun.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const withThreads = (threads: number | null): ReturnType<typeof storedRun> => {
  const run = storedRun({ id: '20261123-1-a', status: 'waiting' });
  return { ...run, facts: { ...run.facts!, threads } };
};

describe('the cores of the machine', () => {
  it.each<[number | null, (number | null)[], boolean]>([
    [4, [], false],
    [null, [], false],
    [2, [2], false],
    [2, [3], true],
    [null, [1], true],
    [1, [null], true],
    [1, [1, 1], false],
    [2, [1, 2], true],
  ])('for a run with %s threads beside %j are short: %s', (threads, others, expected) => {
    expect(coresAreShort(withThreads(threads), others.map(withThreads), 4)).toBe(expected);
  });
});
