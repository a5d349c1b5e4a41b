import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import { benjaminiHochberg } from '../../../src/core/stats/benjaminiHochberg.js';
import { binomialTail } from '../../../src/core/stats/binomialTail.js';
import { fisherLess, type TwoGroups } from '../../../src/core/stats/fisherExact.js';
import { findPython, runPython } from '../../support/python.js';

const random = randomStream('tables of words and labels');
const below = (limit: number): number => Math.floor(random() * limit);

/** Random tables, small and large, with margins at their limits among them. */
const TABLES: (TwoGroups & { odds: number })[] = Array.from({ length: 120 }, (_, i) => {
  const size = i % 3 === 0 ? 6 : i % 3 === 1 ? 60 : 2_000;
  const first = { n: 1 + below(size * 5), hits: 0 };
  const second = { n: 1 + below(size), hits: 0 };
  first.hits = i % 7 === 0 ? first.n : below(first.n + 1);
  second.hits = i % 11 === 0 ? 0 : below(second.n + 1);
  return { first, second, odds: i % 2 === 0 ? 1 : Math.exp(4 * random() - 2) };
});

const BINOMIALS = Array.from({ length: 60 }, () => {
  const n = 1 + below(400);
  return { n, hits: below(n + 1), p: 0.002 + 0.99 * random() };
});

const P_VALUES = Array.from({ length: 20 }, (_, i) =>
  Array.from({ length: 1 + i * 2 }, () => (random() < 0.2 ? 0.03 : random() ** 3)),
);

describe('tests of shares', () => {
  it('give 1 where there is nothing to tell', () => {
    expect(fisherLess({ first: { hits: 3, n: 9 }, second: { hits: 0, n: 0 } })).toBe(1);
    expect(fisherLess({ first: { hits: 4, n: 4 }, second: { hits: 5, n: 5 } })).toBe(1);
    expect(binomialTail(0, 10, 0.3)).toBe(1);
    expect(binomialTail(11, 10, 0.3)).toBe(0);
    expect(benjaminiHochberg([])).toEqual([]);
  });

  const python = findPython(['scipy', 'statsmodels'], {
    packages: 'python3-scipy and python3-statsmodels',
  });
  it.skipIf(python === null)('agree with SciPy and statsmodels on random tables', () => {
    const script = `
import json, sys
from scipy import stats
from statsmodels.stats.multitest import multipletests
q = json.load(sys.stdin)
def less(t):
    a, n = t['first']['hits'], t['first']['n']
    b, m = t['second']['hits'], t['second']['n']
    if t['odds'] == 1:
        return float(stats.fisher_exact([[b, m - b], [a, n - a]], alternative='less')[1])
    return float(stats.nchypergeom_fisher.cdf(b, n + m, a + b, m, t['odds']))
print(json.dumps({
    'tables': [less(t) for t in q['tables']],
    'binomials': [float(stats.binom.sf(b['hits'] - 1, b['n'], b['p'])) for b in q['binomials']],
    'adjusted': [[float(p) for p in multipletests(ps, method='fdr_bh')[1]] for ps in q['pValues']],
}))`;
    const found = runPython(python!, script, {
      tables: TABLES,
      binomials: BINOMIALS,
      pValues: P_VALUES,
    }) as { tables: number[]; binomials: number[]; adjusted: number[][] };
    const compare = (got: readonly number[], wanted: readonly number[], digits: number): void => {
      expect(got).toHaveLength(wanted.length);
      got.forEach((value, i) => {
        expect(Math.abs(value - wanted[i]!), String(i)).toBeLessThan(
          digits * Math.max(wanted[i]!, 1e-12),
        );
      });
    };
    compare(
      TABLES.map(({ odds, ...groups }) => fisherLess(groups, odds)),
      found.tables,
      1e-6,
    );
    compare(
      BINOMIALS.map(({ hits, n, p }) => binomialTail(hits, n, p)),
      found.binomials,
      1e-8,
    );
    compare(
      P_VALUES.flatMap((values) => benjaminiHochberg(values)),
      found.adjusted.flat(),
      1e-12,
    );
  });
});
