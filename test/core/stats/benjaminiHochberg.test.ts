import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import { benjaminiHochberg } from '../../../src/core/stats/benjaminiHochberg.js';
import { findPython, runPython } from '../../support/python.js';

describe('p-values adjusted for the false discovery rate', () => {
  it('keep their order, and are at most 1 and at least the p-values', () => {
    const random = randomStream('benjamini hochberg');
    const pValues = Array.from({ length: 50 }, () => random() ** 3);
    const adjusted = benjaminiHochberg(pValues);
    pValues.forEach((p, i) => {
      expect(adjusted[i]).toBeGreaterThanOrEqual(p);
      expect(adjusted[i]).toBeLessThanOrEqual(1);
      pValues.forEach((other, j) => {
        if (other < p) expect(adjusted[j]).toBeLessThanOrEqual(adjusted[i]!);
      });
    });
    expect(benjaminiHochberg([])).toEqual([]);
  });

  const python = findPython(['statsmodels'], { packages: 'python3-statsmodels' });
  it.skipIf(python === null)('are those of statsmodels, with ties and without', () => {
    const random = randomStream('benjamini hochberg', 'samples');
    const samples = [1, 2, 7, 100].flatMap((n) => [
      Array.from({ length: n }, random),
      Array.from({ length: n }, () => Math.round(random() * 4) / 4),
    ]);
    const script = `
import json, sys
from statsmodels.stats.multitest import multipletests
print(json.dumps([list(multipletests(s, method='fdr_bh')[1]) for s in json.load(sys.stdin)]))`;
    const expected = runPython(python!, script, samples) as number[][];
    samples.forEach((pValues, i) => {
      benjaminiHochberg(pValues).forEach((adjusted, j) => {
        expect(adjusted).toBeCloseTo(expected[i]![j]!, 12);
      });
    });
  });
});
