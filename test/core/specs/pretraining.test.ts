import { describe, expect, it } from 'vitest';
import { DEFAULT_NEW_MODEL, pretrainingRun } from '../../../src/core/specs/pretraining.js';
import type { RunOptions } from '../../../src/core/runs/options.js';

const run = (chosen: RunOptions, hiddenSize = 256) => {
  const architecture = { ...DEFAULT_NEW_MODEL.architecture, hiddenSize };
  return pretrainingRun({ ...DEFAULT_NEW_MODEL, architecture }, chosen);
};

describe('a run that trains new weights', () => {
  it('gives way to what a person chose', () => {
    expect(run({}).options).toMatchObject({ cut: 'words', batchSize: 16 });
    expect(run({ cut: 'sentences' }).options).toMatchObject({ cut: 'sentences', batchSize: 16 });
  });

  it('masks much at first and little at the end, unless told what to mask', () => {
    expect(run({}).masking).toMatchObject({ schedule: { from: 0.35, to: 0.15 } });
    expect(run({ masking: 'own.mask.json' })).not.toHaveProperty('masking');
    expect(run({ maskingRate: 0.2 })).not.toHaveProperty('masking');
  });

  it('has a rate that falls with the width, and second moments that forget sooner', () => {
    const rateOf = (width: number) => run({}, width).optimizer.learningRate;
    expect(run({}).optimizer).toMatchObject({ name: 'adamw', beta2: 0.98, epsilon: 1e-6 });
    expect(rateOf(512)).toBeCloseTo(rateOf(256) / 2, 12);
    expect(rateOf(128)).toBe(rateOf(256));
    expect(run({ learningRate: 3e-4 }, 512).optimizer.learningRate).toBe(3e-4);
    expect(run({ optimizer: 'lion' }).optimizer).toMatchObject({ beta2: 0.99 });
    expect(run({ beta2: 0.9997, epsilon: 1e-7 }).optimizer).toMatchObject({
      ...{ beta1: 0.9, beta2: 0.9997, epsilon: 1e-7 },
    });
  });
});
