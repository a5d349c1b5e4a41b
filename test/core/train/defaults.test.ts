import { describe, expect, it } from 'vitest';
import { suggestLearningRate, suggestTraining } from '../../../src/core/train/defaults.js';

describe('suggestLearningRate', () => {
  it('is 1e-3 for small models, 5e-5 for BERT-base, and falls in between', () => {
    expect(suggestLearningRate(32)).toBe(1e-3);
    expect(suggestLearningRate(256)).toBe(1e-3);
    expect(suggestLearningRate(768)).toBe(5e-5);
    expect(suggestLearningRate(512)).toBeLessThan(suggestLearningRate(384));
  });
});

describe('suggestTraining', () => {
  const epochs = (bytes: number): number => suggestTraining({ bytes }, { threads: 2 }).epochs;

  it('goes over little text more often, within bounds', () => {
    expect(epochs(1000)).toBe(20);
    expect(epochs(300_000)).toBeGreaterThan(epochs(700_000));
    expect(epochs(100_000_000)).toBe(1);
  });

  it('evaluates and saves a handful of times, and takes what the person sets', () => {
    const training = suggestTraining(
      { bytes: 700_000 },
      { threads: 2, options: { epochs: 4, seed: 9 } },
    );
    expect(training).toMatchObject({ epochs: 4, seed: 9, threads: 2 });
    const steps = (700_000 / 4.5 / (16 * 128 * 0.9)) * 4;
    expect(steps / training.evaluateEverySteps).toBeGreaterThan(6);
    expect(steps / training.evaluateEverySteps).toBeLessThan(10);
  });
});
