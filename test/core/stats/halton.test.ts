import { describe, expect, it } from 'vitest';
import {
  digitPermutations,
  haltonPoint,
  MAX_DIMENSIONS,
  radicalInverse,
} from '../../../src/core/stats/halton.js';
import { randomStream } from '../../../src/core/random.js';
import { findPython, runPython } from '../../support/python.js';

const OPTIONS = { dimensions: 3, keys: ['test', 7] };

function points(count: number, options = OPTIONS): number[][] {
  return Array.from({ length: count }, (_, i) => haltonPoint(i, options));
}

describe('a scrambled Halton sequence', () => {
  it('depends on its keys and the index alone', () => {
    expect(haltonPoint(40, OPTIONS)).toEqual(points(41)[40]);
    expect(haltonPoint(40, { ...OPTIONS, keys: ['test', 8] })).not.toEqual(points(41)[40]);
    // Fewer dimensions are the first ones of more.
    expect(haltonPoint(40, { ...OPTIONS, dimensions: 2 })).toEqual(points(41)[40]!.slice(0, 2));
  });

  it('has each digit once in each stretch of a base', () => {
    for (const [dimension, base] of [2, 3, 5].entries()) {
      const digits = points(base * 4).map((point) => Math.floor(point[dimension]! * base));
      for (let i = 0; i < digits.length; i += base) {
        expect([...digits.slice(i, i + base)].sort()).toEqual([...Array(base).keys()]);
      }
    }
  });

  it('stays within [0, 1) in all dimensions, whatever the index', () => {
    const options = { dimensions: MAX_DIMENSIONS, keys: [1] };
    for (const index of [0, 1, 999, 2 ** 31]) {
      for (const value of haltonPoint(index, options)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
      }
    }
    expect(() => haltonPoint(0, { dimensions: MAX_DIMENSIONS + 1, keys: [] })).toThrow(RangeError);
  });
});

const python = findPython(['scipy.stats', 'numpy'], { packages: 'python3-scipy' });

const SCRIPT = `
import json, sys
import numpy as np
from scipy.stats import qmc, _qmc_cy
q = json.load(sys.stdin)
def scrambled(base, n, permutations):
    p = np.array(permutations, dtype=np.int64)
    return np.asarray(_qmc_cy._cy_van_der_corput_scrambled(n, base, 0, p, 1)).tolist()
print(json.dumps({
    'plain': qmc.Halton(len(q['bases']), scramble=False).random(q['n']).tolist(),
    'scrambled': [scrambled(b, q['n'], p) for b, p in zip(q['bases'], q['permutations'])],
    'discrepancy': [float(qmc.discrepancy(np.array(x))) for x in q['samples']],
}))
`;

describe.skipIf(python === null)('SciPy', () => {
  const bases = [2, 3, 5, 7, 11];
  const n = 64;
  const permutations = bases.map((base, i) => digitPermutations(base, ['scipy', i]));
  const random = randomStream('uniform points');
  const uniform = Array.from({ length: n }, () => [random(), random(), random()]);
  const found = runPython(python!, SCRIPT, {
    ...{ bases, n, permutations },
    samples: [points(n), uniform],
  }) as { plain: number[][]; scrambled: number[][]; discrepancy: [number, number] };

  it('computes the same points without permutations', () => {
    const identity = (base: number): number[][] =>
      Array.from({ length: 60 }, () => [...Array(base).keys()]);
    for (const [i, point] of found.plain.entries()) {
      for (const [dimension, base] of bases.entries()) {
        expect(radicalInverse(i, base, identity(base))).toBeCloseTo(point[dimension]!, 14);
      }
    }
  });

  it('computes the same points with the same permutations', () => {
    for (const [dimension, base] of bases.entries()) {
      for (const [i, expected] of found.scrambled[dimension]!.entries()) {
        const ours = radicalInverse(i, base, permutations[dimension]!);
        expect(ours).toBeCloseTo(expected, 14);
      }
    }
  });

  it('finds the points more even than random ones', () => {
    const [ours, others] = found.discrepancy;
    expect(ours).toBeLessThan(others / 3);
  });
});
