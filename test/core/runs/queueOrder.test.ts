import { expect, it } from 'vitest';
import {
  EMPTY_QUEUE,
  queuedRuns,
  withFirst,
  type QueuedRun,
} from '../../../src/core/runs/queueOrder.js';

const run = (id: string, status: QueuedRun['status'], study: string | null = null): QueuedRun => ({
  id,
  status,
  facts: { createdAt: `2026-01-0${id}`, study: study === null ? null : { id: study, arm: 'a' } },
});
const idsOf = (runs: readonly QueuedRun[]): string[] => runs.map(({ id }) => id);

it('starts waiting runs in the order of their creation, those moved to the front before others', () => {
  const runs = [
    run('3', 'waiting'),
    run('1', 'waiting'),
    run('2', 'waiting'),
    run('0', 'finished'),
  ];
  expect(idsOf(queuedRuns(runs, EMPTY_QUEUE))).toEqual(['1', '2', '3']);
  const queue = withFirst(withFirst(EMPTY_QUEUE, '2'), '3');
  expect(idsOf(queuedRuns(runs, queue))).toEqual(['3', '2', '1']);
  expect(withFirst(queue, '2').first).toEqual(['2', '3']);
});

it('leaves runs of a study to their process, and unreadable ones alone', () => {
  const runs = [run('1', 'waiting', 'a study'), { ...run('2', 'waiting'), facts: null }];
  expect(queuedRuns(runs, EMPTY_QUEUE)).toEqual([]);
});
