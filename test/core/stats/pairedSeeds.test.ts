import { describe, expect, it } from 'vitest';
import { normalStream, randomStream } from '../../../src/core/random.js';
import {
  comparePairedSeeds,
  signFlipFloor,
  signFlipP,
} from '../../../src/core/stats/pairedSeeds.js';

describe('a comparison over paired seeds', () => {
  it('counts gains, losses and ties, and estimates the mean difference', () => {
    const found = comparePairedSeeds([1, 2, 0, -1, 3]);
    expect(found).toMatchObject({ n: 5, mean: 1, positive: 3, negative: 1, ties: 1 });
    expect(found.interval!.low).toBeCloseTo(1 - 2.7764451 * (Math.sqrt(2.5) / Math.sqrt(5)), 5);
  });

  it('has no interval and no small p-value for a single seed', () => {
    expect(comparePairedSeeds([0.3])).toMatchObject({ interval: null, p: 1, floor: 1 });
    expect(() => comparePairedSeeds([])).toThrow(RangeError);
  });

  it.each([
    [3, 0.25],
    [4, 0.125],
    [5, 0.0625],
    [6, 0.03125],
    [8, 0.0078125],
  ])('cannot have a p-value below 2/2ⁿ with %i seeds', (n, floor) => {
    expect(signFlipFloor(n)).toBe(floor);
    expect(signFlipP(Array.from({ length: n }, (_, i) => 1 + i))).toBe(floor);
  });

  it('counts flips with the same sum whatever the order of rounding', () => {
    expect(signFlipP([0.1, 0.2, 0.3])).toBe(0.25);
    expect(signFlipP([0.3, 0.1, 0.2])).toBe(0.25);
  });

  it('samples flips beyond 16 seeds, the same for the same seed', () => {
    const normal = normalStream(randomStream('beyond'));
    const differences = Array.from({ length: 20 }, () => normal() + 0.2);
    expect(signFlipP(differences, 1)).toBe(signFlipP(differences, 1));
    expect(signFlipP(differences, 1)).toBeCloseTo(signFlipP(differences, 2), 2);
  });

  it('rejects a true null in at most one of twenty studies', () => {
    const normal = normalStream(randomStream('null of seeds'));
    const studies = 2000;
    let rejected = 0;
    for (let study = 0; study < studies; study++) {
      if (signFlipP(Array.from({ length: 7 }, () => normal())) < 0.05) rejected++;
    }
    // Of 64 values below which p can fall, three are below 0.05: 4.7%.
    expect(rejected / studies).toBeGreaterThan(0.03);
    expect(rejected / studies).toBeLessThan(0.06);
  });
});
