import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import {
  optimizerOf,
  suggestLearningRate,
  suggestTraining,
} from '../../../src/core/specs/defaults.js';

describe('suggestLearningRate', () => {
  it('is 1e-3 for small models, 5e-5 for BERT-base, and falls in between', () => {
    expect(suggestLearningRate(32)).toBe(1e-3);
    expect(suggestLearningRate(256)).toBe(1e-3);
    expect(suggestLearningRate(768)).toBe(5e-5);
    expect(suggestLearningRate(256, { hasLabels: true })).toBe(5e-4);
    expect(suggestLearningRate(768, { hasLabels: true })).toBe(5e-5);
    expect(suggestLearningRate(512)).toBeLessThan(suggestLearningRate(384));
  });
});

describe('the optimizer', () => {
  const optimizer = (options: RunOptions) =>
    optimizerOf(options, { hiddenSize: 256, hasLabels: false });

  it('takes the numbers that it has', () => {
    expect(optimizer({ beta1: 0.8, beta2: 0.9997, epsilon: 1e-6 })).toMatchObject({
      ...{ name: 'adamw', beta1: 0.8, beta2: 0.9997, epsilon: 1e-6 },
    });
    expect(optimizer({ optimizer: 'lion', beta2: 0.98 })).toMatchObject({
      beta1: 0.9,
      beta2: 0.98,
    });
    expect(optimizer({ optimizer: 'adafactor', epsilon: 1e-20 })).toMatchObject({ epsilon: 1e-20 });
  });

  it('refuses those of others, and names these', () => {
    expect(() => optimizer({ optimizer: 'sgd', beta2: 0.9 })).toThrow(
      '--beta2 does not apply to the optimizer sgd. Choose an optimizer that has it (adamw, adam, lion), or remove --beta2.',
    );
    expect(() => optimizer({ momentum: 0.9 })).toThrow('(sgd)');
    expect(() => optimizer({ optimizer: 'lion', epsilon: 1e-6 })).toThrow(
      '(adamw, adam, adafactor)',
    );
  });
});

describe('suggestTraining', () => {
  const epochs = (bytes: number): number => suggestTraining({ bytes }, {}).epochs;

  it('goes over little text more often, within bounds', () => {
    expect(epochs(1000)).toBe(20);
    expect(epochs(300_000)).toBeGreaterThan(epochs(700_000));
    expect(epochs(100_000_000)).toBe(1);
  });

  it('trains new weights for longer, and looks at them and saves them more often', () => {
    const spec = (bytes: number) => suggestTraining({ bytes }, { isNew: true });
    const steps = (bytes: number): number =>
      spec(bytes).epochs * Math.ceil(bytes / 4.5 / (128 * 0.9) / 16);
    expect(spec(50_000).epochs).toBe(20);
    expect(steps(5_000_000)).toBeGreaterThan(2500);
    expect(spec(50_000).evaluateEverySteps).toBe(10);
    expect(spec(500_000_000).evaluateEverySteps).toBe(500);
    expect(spec(500_000_000).checkpointEverySteps).toBe(500);
  });

  it('evaluates and saves a handful of times, and takes what the person sets', () => {
    const training = suggestTraining(
      { bytes: 700_000 },
      { options: { epochs: 4, seed: 9, threads: 2 } },
    );
    expect(training).toMatchObject({ epochs: 4, seed: 9, threads: 2 });
    const steps = (700_000 / 4.5 / (16 * 128 * 0.9)) * 4;
    expect(steps / training.evaluateEverySteps).toBeGreaterThan(6);
    expect(steps / training.evaluateEverySteps).toBeLessThan(10);
  });
});
