import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import { crossedBootstrap } from '../../../src/core/stats/crossedBootstrap.js';

/** Standard normal draws (Box–Muller). */
function normals(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('the bootstrap over seeds and items', () => {
  it('has the interval of the seeds where all items agree', () => {
    const seeds = [0.1, 0.2, 0.3, 0.4].map((gain) => new Float64Array(50).fill(gain));
    const { mean, interval } = crossedBootstrap(seeds, { resamples: 20_000 });
    expect(mean).toBeCloseTo(0.25, 12);
    // Means of four draws out of four: the 2.5% and 97.5% points of all 256.
    const all = Array.from(
      { length: 256 },
      (_, n) =>
        [0, 1, 2, 3].reduce((sum, digit) => sum + 0.1 * (((n >> (2 * digit)) & 3) + 1), 0) / 4,
    ).sort((a, b) => a - b);
    expect(interval.low).toBeCloseTo(all[Math.round(0.025 * 255)]!, 1.5);
    expect(interval.high).toBeCloseTo(all[Math.round(0.975 * 255)]!, 1.5);
  });

  it('has the interval of the items where all seeds agree', () => {
    const random = randomStream('items');
    const items = Float64Array.from({ length: 400 }, () => (random() < 0.2 ? 1 : 0));
    const { mean, interval } = crossedBootstrap([items, items, items], { resamples: 20_000 });
    const reach = 1.96 * Math.sqrt((mean * (1 - mean)) / 400);
    expect(interval.low).toBeCloseTo(mean - reach, 2);
    expect(interval.high).toBeCloseTo(mean + reach, 2);
  });

  it('rejects a true null in about 5% of cases, with effects of seeds and of items', () => {
    const random = randomStream('null');
    const normal = normals(random);
    let rejected = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const ofItem = Float64Array.from({ length: 60 }, normal);
      const values = Array.from({ length: 5 }, () => {
        const ofSeed = 0.05 * normal();
        return ofItem.map((item) => item + ofSeed + normal());
      });
      if (crossedBootstrap(values, { seed: trial, resamples: 300 }).p < 0.05) rejected++;
    }
    expect(rejected / trials).toBeLessThan(0.08);
    expect(rejected / trials).toBeGreaterThan(0.005);
  });

  it('cannot reach a p-value below its floor, and refuses seeds with other items', () => {
    const certain = [0, 1, 2].map(() => new Float64Array(10).fill(1));
    const { p, floor } = crossedBootstrap(certain, { resamples: 199 });
    expect(p).toBe(floor);
    expect(floor).toBe(0.01);
    expect(() => crossedBootstrap([new Float64Array(2), new Float64Array(3)])).toThrow(RangeError);
    expect(() => crossedBootstrap([])).toThrow(RangeError);
  });
});
