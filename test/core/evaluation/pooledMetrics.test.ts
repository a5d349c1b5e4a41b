import { describe, expect, it } from 'vitest';
import { pooledMetrics } from '../../../src/core/evaluation/pooledMetrics.js';
import type { ExampleScore } from '../../../src/core/runs/exampleScores.js';
import { taskSpecSchema } from '../../../src/core/runs/schema.js';

type Scored = Pick<ExampleScore, 'nll' | 'scored'>;

describe('pooledMetrics', () => {
  it('scores numbers by their errors', () => {
    const task = taskSpecSchema.parse({ kind: 'regression', outputs: ['stars'] });
    const scores = [
      [1, 2],
      [2, 2],
      [4, 5],
    ].map(([expected, predicted]): Scored => ({
      nll: [(expected! - predicted!) ** 2],
      scored: {
        kind: 'answer',
        answer: {
          ...{ kind: 'numbers', names: ['stars'] },
          ...{ expected: [expected!], predicted: [predicted!] },
        },
        logits: [[predicted!]],
      },
    }));
    const found = pooledMetrics(task, scores);
    expect(found).toMatchObject({ meanSquaredError: 2 / 3, meanAbsoluteError: 2 / 3 });
    expect(found.correlation).toBeCloseTo(5 / Math.sqrt(28), 6);
    expect(found.rSquared).toBeCloseTo(1 - 2 / (14 / 3), 9);
  });

  it('counts the answers of several labels, and words by their tags', () => {
    const several = taskSpecSchema.parse({
      ...{ kind: 'classification', labels: ['a', 'b', 'c'], multiLabel: true },
      loss: 'binaryCrossEntropy',
    });
    const text: Scored = {
      nll: [0.5],
      scored: {
        kind: 'answer',
        answer: { kind: 'labels', expected: ['a', 'c'], predicted: ['a'], probabilities: [] },
        logits: [[2, -1, -3]],
      },
    };
    expect(pooledMetrics(several, [text])).toEqual({
      ...{ loss: 0.5, accuracy: 2 / 3, macroF1: 0.5 },
      ...{ microF1: 2 / 3, matthewsCorrelation: 0.5 },
    });
    const tags = taskSpecSchema.parse({ kind: 'token-classification', labels: ['O', 'B'] });
    const word = { start: 0, end: 1, predicted: 'O' };
    const sentence: Scored = {
      nll: [0.1, 0.3],
      scored: {
        kind: 'answer',
        answer: {
          kind: 'tags',
          words: [
            { ...word, expected: 'O' },
            { ...word, expected: 'B' },
          ],
        },
        logits: [
          [3, 1],
          [2, 1],
        ],
      },
    };
    const { loss, accuracy } = pooledMetrics(tags, [sentence]);
    expect([loss, accuracy]).toEqual([0.2, 0.5]);
    expect(() => pooledMetrics(tags, [])).toThrow(RangeError);
  });
});
