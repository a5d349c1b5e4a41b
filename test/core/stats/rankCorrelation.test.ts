import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import {
  LEAST_PAIRS,
  rankCorrelation,
  spearman,
  type Pair,
} from '../../../src/core/stats/rankCorrelation.js';
import { findPython, runPython } from '../../support/python.js';

function sample(name: string, n: number, levels: number): Pair[] {
  const random = randomStream('rank correlation test', name);
  return Array.from({ length: n }, () => {
    const x = Math.floor(random() * levels);
    return [x, x * 0.1 + Math.floor(random() * levels)];
  });
}

describe('rank correlation', () => {
  it('depends on the order alone, and is absent without one', () => {
    const rising: Pair[] = [1, 2, 3, 4].map((x) => [x, Math.exp(10 * x)]);
    expect(spearman(rising)).toBe(1);
    expect(spearman(rising.map(([x, y]) => [x, -y]))).toBe(-1);
    expect(spearman(rising.map(([, y]) => [0, y]))).toBeNull();
    expect(rankCorrelation([[1, 2]])).toBeNull();
  });

  it('has an interval from a few pairs on, around the value, equal for the same seed', () => {
    const few = sample('few', LEAST_PAIRS - 1, 50);
    expect(rankCorrelation(few)!.interval).toBeNull();
    const found = rankCorrelation(sample('some', 12, 50))!;
    expect(found.interval!.low).toBeLessThanOrEqual(found.value);
    expect(found.interval!.high).toBeGreaterThanOrEqual(found.value);
    expect(rankCorrelation(sample('some', 12, 50))).toEqual(found);
  });

  const python = findPython(['scipy'], { packages: 'python3-scipy' });
  it.skipIf(python === null)("is scipy's spearmanr, with ties and without", () => {
    const samples = [5, 12, 40].flatMap((n) =>
      [2, 4, 1000].map((levels) => sample(`${n} ${levels}`, n, levels)),
    );
    const script = `
import json, sys
from scipy.stats import spearmanr
print(json.dumps([spearmanr([p[0] for p in s], [p[1] for p in s])[0] for s in json.load(sys.stdin)]))`;
    const expected = runPython(python!, script, samples) as number[];
    samples.forEach((pairs, i) => {
      expect(spearman(pairs)).toBeCloseTo(expected[i]!, 10);
    });
  });
});
