import { describe, expect, it } from 'vitest';
import {
  ExamplePicker,
  MAX_PICKED,
  MAX_POINTS,
  pickedExamplesSchema,
  type ExampleFilter,
  type PickedExamples,
} from '../../../src/core/evaluation/pickExamples.js';
import { exampleScoreSchema, type ExampleScore } from '../../../src/core/runs/exampleScores.js';

const ERRORS: ExampleFilter = { kind: 'errors' };
const cell = (expected: string, predicted: string): ExampleFilter => ({
  ...{ kind: 'cell', expected, predicted },
});

type Answer = Extract<ExampleScore['scored'], { kind: 'answer' }>['answer'];

function scoreOf(answer: Answer, more: Partial<ExampleScore> = {}): ExampleScore {
  return exampleScoreSchema.parse({
    ...{ key: '0a', split: 'heldOut', file: 'a.csv', line: 2, group: null, nll: [1], text: 'x' },
    ...{ scored: { kind: 'answer', answer, logits: [] }, ...more },
  });
}
const label = (expected: string[], predicted: string[]): Answer => ({
  ...{ kind: 'labels', expected, predicted, probabilities: [] },
});

function pick(filter: ExampleFilter, scores: readonly ExampleScore[]): PickedExamples {
  const picker = new ExamplePicker(filter);
  for (const score of scores) picker.add(score);
  return pickedExamplesSchema.parse(picker.picked());
}

describe('the examples of a finished run', () => {
  const scores = [
    scoreOf(label(['bad'], ['good']), { line: 2, nll: [2] }),
    scoreOf(label(['bad'], ['bad']), { line: 3, nll: [0.1] }),
    scoreOf(label(['bad'], ['good']), { line: 4, nll: [5] }),
    scoreOf(label(['good'], ['bad']), { line: 5, nll: [3] }),
    scoreOf(label(['good'], ['bad']), { line: 6, nll: [9], evaluated: false }),
  ];
  const lines = (filter: ExampleFilter): number[] =>
    pick(filter, scores).examples.map(({ line }) => line);

  it('are the wrong ones of those that metrics are computed from, highest loss first', () => {
    expect(lines(ERRORS)).toEqual([4, 5, 2]);
  });

  it('are those of a cell, also of one on the diagonal', () => {
    expect(lines(cell('bad', 'good'))).toEqual([4, 2]);
    expect(lines(cell('bad', 'bad'))).toEqual([3]);
    expect(lines(cell('good', 'good'))).toEqual([]);
  });

  it('are bounded, and counted beyond', () => {
    const many = Array.from({ length: 3 * MAX_PICKED }, (_, i) =>
      scoreOf(label(['bad'], ['good']), { line: i + 1, nll: [i], text: 'y'.repeat(1000) }),
    );
    const { total, examples } = pick(ERRORS, many);
    expect(total).toBe(3 * MAX_PICKED);
    expect(examples).toHaveLength(MAX_PICKED);
    expect(examples[0]!.line).toBe(3 * MAX_PICKED);
    expect(examples[0]!.text).toHaveLength(300);
  });

  it('name the words whose tags differ, and are found by the tags of a word', () => {
    const tags = scoreOf(
      {
        kind: 'tags',
        words: [
          { start: 0, end: 3, expected: 'O', predicted: 'O' },
          { start: 4, end: 7, expected: 'B-PER', predicted: 'O' },
        ],
      },
      { text: 'met Ada', nll: [0.5, 1.5] },
    );
    const found = { expected: 'Ada/B-PER', predicted: 'Ada/O', loss: 1 };
    expect(pick(ERRORS, [tags]).examples).toMatchObject([found]);
    expect(pick(cell('B-PER', 'O'), [tags]).total).toBe(1);
    expect(pick(cell('O', 'O'), [tags]).total).toBe(1);
    expect(pick(cell('O', 'B-PER'), [tags]).total).toBe(0);
  });

  it('have points of targets and predictions if they are numbers, up to a limit', () => {
    const numbers = Array.from({ length: MAX_POINTS + 5 }, (_, i) =>
      scoreOf({ kind: 'numbers', names: ['a', 'b'], expected: [i, 0], predicted: [i + 1, 2] }),
    );
    const { points, total } = pick(ERRORS, numbers);
    expect(total).toBe(MAX_POINTS + 5);
    expect(points['a']).toHaveLength(MAX_POINTS);
    expect(points['a']![3]).toEqual([3, 4]);
    expect(points['b']![0]).toEqual([0, 2]);
  });

  it('can be read without their texts, which earlier versions did not record', () => {
    const old = JSON.stringify({ ...scoreOf(label(['bad'], ['good'])), text: undefined });
    const read = exampleScoreSchema.parse(JSON.parse(old));
    expect(pick(ERRORS, [read]).examples).toMatchObject([{ text: '' }]);
  });
});
