import { describe, expect, it } from 'vitest';
import {
  gridSize,
  optionsText,
  trialOptions,
  type Search,
} from '../../../../src/core/experiments/sweep/sweepParameters.js';

const SEARCH: Search = {
  method: 'quasi-random',
  seed: 0,
  parameters: {
    learningRate: { min: 1e-5, max: 1e-2, scale: 'log' },
    batchSize: { min: 8, max: 11 },
    weightDecay: { min: 0, max: 0.1 },
    optimizer: { values: ['adamw', 'lion', 'sgd'] },
  },
};
const trials = (search: Search, count: number) =>
  Array.from({ length: count }, (_, i) => trialOptions(search, i + 1));

describe('the options of a trial', () => {
  it('depend on the seed of the sweep and the number of the trial alone', () => {
    expect(trialOptions(SEARCH, 17)).toEqual(trials(SEARCH, 20)[16]);
    expect(trialOptions({ ...SEARCH, seed: 1 }, 17)).not.toEqual(trialOptions(SEARCH, 17));
    const { learningRate, ...others } = SEARCH.parameters;
    const reordered = { ...SEARCH, parameters: { ...others, learningRate: learningRate! } };
    expect(trialOptions(reordered, 17)).toEqual(trialOptions(SEARCH, 17));
  });

  it('stay the same from release to release', () => {
    expect(trials(SEARCH, 3).map(optionsText)).toMatchInlineSnapshot(`
      [
        "batch 9 · lr 1.808e-4 · optimizer lion · decay 0.02308",
        "batch 11 · lr 0.001808 · optimizer sgd · decay 0.09451",
        "batch 8 · lr 1.808e-5 · optimizer sgd · decay 0.08022",
      ]
    `);
  });

  it('cover ranges and choices evenly', () => {
    const all = trials(SEARCH, 240);
    const counts = (values: readonly unknown[]): number[] =>
      [...new Set(values)].map((one) => values.filter((other) => other === one).length);
    for (const count of counts(all.map(({ batchSize }) => batchSize))) {
      expect(Math.abs(count - 60)).toBeLessThanOrEqual(3);
    }
    for (const count of counts(all.map(({ optimizer }) => optimizer))) {
      expect(Math.abs(count - 80)).toBeLessThanOrEqual(3);
    }
    for (const decade of [1e-5, 1e-4, 1e-3]) {
      const within = all.filter(({ learningRate: rate }) => rate! >= decade && rate! < 10 * decade);
      expect(Math.abs(within.length - 80)).toBeLessThanOrEqual(3);
    }
    expect(all.every(({ batchSize }) => Number.isInteger(batchSize))).toBe(true);
    expect(all.every(({ learningRate: rate }) => rate! >= 1e-5 && rate! <= 1e-2)).toBe(true);
  });

  it('are all combinations of a grid, each once, with both ends of a range', () => {
    const grid: Search = {
      method: 'grid',
      seed: 0,
      parameters: {
        learningRate: { min: 1e-4, max: 1e-2, scale: 'log', count: 3 },
        dropout: { values: [false, true] },
        batchSize: { min: 1, max: 2, count: 5 },
      },
    };
    // Five values between 1 and 2 are two whole numbers.
    expect(gridSize(grid.parameters)).toBe(12);
    const all = trials(grid, 12).map(optionsText);
    expect(new Set(all).size).toBe(12);
    expect(all[0]).toBe('batch 1 · dropout false · lr 1e-4');
    expect(all.at(-1)).toBe('batch 2 · dropout true · lr 0.01');
  });
});
