import { describe, expect, it } from 'vitest';
import { runFilter } from '../../../../src/core/experiments/query/runFilter.js';
import { ENGLISH } from '../../../../src/core/messages/render.js';
import { inEnglish } from '../../../support/inEnglish.js';
import { listedRun, stateOf } from './runs.js';

const RUNS = [
  listedRun({
    name: 'calm-otter',
    learningRate: 3e-5,
    policy: 'opinion-words',
    state: stateOf(Math.log(9), 90),
    annotations: { version: 1, tags: ['baseline', 'Paper 1'], star: true, notes: 'Überraschend' },
    createdAt: '2026-11-20T12:00:00.000Z',
  }),
  listedRun({
    name: 'brave-finch',
    learningRate: 1e-3,
    experiment: 'opinion-words',
    state: stateOf(Math.log(20), 7200),
    seed: 2,
    createdAt: '2026-11-25T12:00:00.000Z',
  }),
  listedRun({ name: 'wise-crane', status: 'running', learningRate: 2e-3, seed: 10 }),
  listedRun({ name: 'bold-newt', status: 'crashed', learningRate: 2e-3 }),
  { ...listedRun({ name: 'lost', status: 'unreadable' }), facts: null },
];

function matching(query: string): string {
  return RUNS.filter(runFilter(query, RUNS, ENGLISH))
    .map(({ name }) => name.split('-').at(-1))
    .join(' ');
}

describe('a filter', () => {
  it.each([
    ['', 'otter finch crane newt lost'],
    ['otter', 'otter'],
    ['OPINION', 'otter finch'],
    ['überraschend', 'otter'],
    ['#baseline', 'otter'],
    ['#base', ''],
    ['tag:base', 'otter'],
    ['#"paper 1"', 'otter'],
    ['is:starred', 'otter'],
    ['is:live', 'crane'],
    ['status:running', 'crane'],
    ['status:training', 'crane'],
    ['status:crashed,unreadable', 'newt lost'],
    ['-is:finished', 'crane newt lost'],
    ['lr > 1e-4', 'finch crane newt'],
    ['lr>=0.001 lr<2e-3', 'finch'],
    ['lr = 3e-5', 'otter'],
    ['lr=0.00003', 'otter'],
    ['lr:3e-5', 'otter'],
    ['learning-rate=3e-5', 'otter'],
    ['learningRate = 3e-5', 'otter'],
    ['optimizer.learningRate = 3e-5', 'otter'],
    ['optimizer:adam', 'otter finch crane newt'],
    ['policy:opinion', 'otter'],
    ['-policy:opinion', 'finch crane newt lost'],
    ['perplexity < 10', 'otter'],
    ['perplexity >= 10', 'finch'],
    ['best < 10 or is:live', 'otter crane'],
    ['seed:2', 'finch'],
    ['seed > 1', 'finch crane'],
    ['seed != 0', 'finch crane lost'],
    ['time < 2min', 'otter'],
    ['time > 1h', 'finch'],
    ['date < 2026-11-23', 'otter'],
    ['date > 2026-11-23', 'finch'],
    ['date:2026-11-25', 'finch'],
    ['experiment:"opinion words"', 'finch'],
    ['note:über', 'otter'],
    ['model:small task:masked', 'otter finch crane newt'],
  ])('%s', (query, names) => {
    expect(matching(query)).toBe(names);
  });

  it('knows the words of the editor for a status', () => {
    const chinese = {
      ...ENGLISH,
      translate: (text: string) => (text === 'Training' ? '训练中' : text),
    };
    expect(RUNS.filter(runFilter('status:训练', RUNS, chinese))).toHaveLength(1);
  });

  it.each([
    ['lrr > 3', 'No run has a field or parameter “lrr”. Did you mean “lr”?'],
    ['statsu:failed', 'No run has a field or parameter “statsu”. Did you mean “status”?'],
    ['lr > fast', '“lr” cannot be compared with “fast”, which is not a number.'],
    ['zzzzzzzz:1', 'No run has a field or parameter “zzzzzzzz”.'],
  ])('refuses %s', (query, message) => {
    try {
      runFilter(query, RUNS, ENGLISH);
      expect.unreachable();
    } catch (thrown) {
      expect(inEnglish(thrown, 'UserInput').message).toBe(message);
    }
  });

  it('matches nothing by a parameter before there is a run', () => {
    expect(runFilter('lr > 3', [], ENGLISH)(RUNS[0]!)).toBe(false);
  });
});
