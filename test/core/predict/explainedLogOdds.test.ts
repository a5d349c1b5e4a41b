import { describe, expect, it } from 'vitest';
import {
  logOddsCotangent,
  logOddsOf,
  logProbabilityOfOdds,
  wordLogOdds,
} from '../../../src/core/predict/explainedLogOdds.js';

describe('log-odds', () => {
  it('are those of the softmax, and keep their digits where the probability is 1', () => {
    const logits = Float32Array.of(1, 2, 0.5, -3);
    const sum = logits.reduce((all, value) => all + Math.exp(value), 0);
    const p = Math.exp(2) / sum;
    expect(logOddsOf(logits, 1)).toBeCloseTo(Math.log(p / (1 - p)), 12);
    expect(logProbabilityOfOdds(logOddsOf(logits, 1))).toBeCloseTo(Math.log(p), 12);
    const sure = Float32Array.of(60, 0, 0);
    expect(logOddsOf(sure, 0)).toBeCloseTo(60 - Math.log(2), 12);
    expect(wordLogOdds([50])).toBe(50);
    // Two pieces of which each is wrong once in e^50.
    expect(wordLogOdds([50, 50])).toBeCloseTo(50 - Math.log(2), 10);
    expect(wordLogOdds([-50, 50])).toBeCloseTo(-50, 10);
  });

  it('of words change with the logits of each piece as the cotangent says', () => {
    const pieces = [Float32Array.of(1, 2, 0.5, -3), Float32Array.of(0.2, 0.1, 1.5, 0)];
    const ids = [1, 2];
    const wordOf = (rows: readonly Float32Array[]): number =>
      wordLogOdds(rows.map((row, i) => logOddsOf(row, ids[i]!)));
    const word = wordOf(pieces);
    pieces.forEach((row, i) => {
      const piece = logOddsOf(row, ids[i]!);
      const cotangent = logOddsCotangent(row, { id: ids[i]!, word, piece });
      row.forEach((_, at) => {
        const step = 0.03125;
        const moved = (by: number): number => wordOf(pieces.with(i, row.with(at, row[at]! + by)));
        expect(cotangent[at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
      });
    });
  });
});
