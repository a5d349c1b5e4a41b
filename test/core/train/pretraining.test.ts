import { describe, expect, it } from 'vitest';
import { pretrainingOptimizer, pretrainingOptions } from '../../../src/core/train/pretraining.js';

describe('settings for new weights', () => {
  it('give way to what a person chose', () => {
    expect(pretrainingOptions({})).toMatchObject({ maskingRate: 0.2, cut: 'words' });
    expect(pretrainingOptions({ cut: 'sentences', maskingRate: 0.3 })).toMatchObject({
      ...{ cut: 'sentences', maskingRate: 0.3 },
    });
    expect(pretrainingOptions({ masking: 'own.mask.json' })).not.toHaveProperty('maskingRate');
  });

  it('have a rate that falls with the width, and second moments that forget sooner', () => {
    const at = (width: number) => pretrainingOptimizer({}, width);
    expect(at(256)).toMatchObject({ name: 'adamw', beta2: 0.98, epsilon: 1e-6 });
    expect(at(512).learningRate).toBeCloseTo(at(256).learningRate / 2, 12);
    expect(at(128).learningRate).toBe(at(256).learningRate);
    expect(pretrainingOptimizer({ learningRate: 3e-4 }, 512).learningRate).toBe(3e-4);
    expect(pretrainingOptimizer({ optimizer: 'lion' }, 256)).toMatchObject({ beta2: 0.99 });
  });
});
