import { describe, expect, it } from 'vitest';
import {
  wordLogProbability,
  wordRows,
  wordSurprisal,
} from '../../../src/core/predict/wordLikelihood.js';
import { softmax } from './fakeModel.js';

const LOGITS = [
  [0.3, -1.2, 2.5, 0.1],
  [1.1, 0.4, -0.7, 3.2],
];
const rows = LOGITS.map((row) => Float32Array.from(row));

describe('wordRows', () => {
  it('masks each piece with those behind it', () => {
    const made = wordRows([7, 8, 9, 10], { start: 1, end: 3 }, 0);
    expect(made.map(({ ids, positions }) => [Array.from(ids), positions])).toEqual([
      [[7, 0, 0, 10], [1]],
      [[7, 8, 0, 10], [2]],
    ]);
  });
});

describe('likelihood of a word of several pieces', () => {
  const pieces = [2, 0];
  const probabilities = LOGITS.map(softmax);
  const expected = Math.log(probabilities[0]![2]!) + Math.log(probabilities[1]![0]!);

  it('is the product of its pieces', () => {
    expect(wordLogProbability(rows, pieces)).toBeCloseTo(expected, 6);
    expect(wordSurprisal(rows, pieces).surprisal).toBeCloseTo(-expected, 6);
  });

  it('allows the sum of the entropies of all pieces', () => {
    const entropies = probabilities.map((row) => row.reduce((sum, p) => sum - p * Math.log(p), 0));
    expect(wordSurprisal(rows, pieces).entropy).toBeCloseTo(entropies[0]! + entropies[1]!, 6);
    expect(wordSurprisal(rows.slice(0, 1), [2]).entropy).toBeCloseTo(entropies[0]!, 6);
  });

  it('leaves out tokens of no probability', () => {
    const row = Float32Array.from([0, 0, -Infinity]);
    expect(wordSurprisal([row], [0]).entropy).toBeCloseTo(Math.log(2), 6);
  });
});
