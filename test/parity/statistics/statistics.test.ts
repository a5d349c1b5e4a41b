import { expect, it, describe } from 'vitest';
import { randomStream, normalStream } from '../../../src/core/random.js';
import {
  logGamma,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from '../../../src/core/stats/distributions.js';
import { holm } from '../../../src/core/stats/holm.js';
import { estimateMean, wilsonInterval } from '../../../src/core/stats/intervals.js';
import { mcnemarP } from '../../../src/core/stats/mcnemar.js';
import { comparePairedItems } from '../../../src/core/stats/pairedItems.js';
import { signFlipP } from '../../../src/core/stats/pairedSeeds.js';
import { detectableDifference, powerOfPairedT } from '../../../src/core/stats/power.js';
import { findPython, runPython } from '../../support/python.js';

const python = findPython(['scipy', 'statsmodels'], {
  packages: 'python3-scipy and python3-statsmodels',
});

const SCRIPT = `
import json, sys, warnings
import numpy as np
from scipy import stats, special
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.power import TTestPower
warnings.simplefilter('ignore')
q = json.load(sys.stdin)
def signflip(d):
    r = stats.permutation_test((d,), np.sum, permutation_type='samples', alternative='two-sided', n_resamples=np.inf)
    return float(r.pvalue)
def cluster_bca(rows):
    rows = np.array(rows)
    def ratio(i, axis=-1):
        return np.sum(rows[i, 0], axis=axis) / np.sum(rows[i, 1], axis=axis)
    r = stats.bootstrap((np.arange(len(rows)),), ratio, method='BCa', n_resamples=60000,
                        vectorized=True, random_state=np.random.default_rng(1))
    return [float(r.confidence_interval.low), float(r.confidence_interval.high)]
print(json.dumps({
    'gammas': [float(special.gammaln(x)) for x in q['gammas']],
    'tCdf': [float(stats.t.cdf(t, v)) for t, v in q['tCdf']],
    'tQuantile': [float(stats.t.ppf(p, v)) for p, v in q['tQuantile']],
    'nCdf': [float(stats.norm.cdf(z)) for z in q['nCdf']],
    'nQuantile': [float(stats.norm.ppf(p)) for p in q['nQuantile']],
    'tIntervals': [[float(v) for v in stats.t.interval(0.95, len(x) - 1, loc=np.mean(x), scale=stats.sem(x))] for x in q['samples']],
    'signFlips': [signflip(x) for x in q['samples']],
    'holm': [[float(p) for p in multipletests(ps, method='holm')[1]] for ps in q['pValues']],
    'mcnemar': [float(mcnemar([[5, b], [c, 9]], exact=True).pvalue) for b, c in q['discordant']],
    'wilson': [[float(v) for v in proportion_confint(k, n, method='wilson')] for k, n in q['shares']],
    'powers': [float(TTestPower().power(e, n, 0.05)) for n, e in q['powers']],
    'detectable': [float(TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8)) for n in q['detectable']],
    'bca': [cluster_bca(rows) for rows in q['clusters']],
}))
`;

interface Reference {
  readonly gammas: number[];
  readonly tCdf: number[];
  readonly tQuantile: number[];
  readonly nCdf: number[];
  readonly nQuantile: number[];
  readonly tIntervals: [number, number][];
  readonly signFlips: number[];
  readonly holm: number[][];
  readonly mcnemar: number[];
  readonly wilson: [number, number][];
  readonly powers: number[];
  readonly detectable: number[];
  readonly bca: [number, number][];
}

const uniform = randomStream('statistics test');
const normal = normalStream(uniform);
const sample = (n: number, shift: number): number[] =>
  Array.from({ length: n }, () => normal() + shift);

const QUESTIONS = {
  gammas: [0.1, 0.5, 1, 1.5, 2.25, 10, 123.4],
  tCdf: [-8, -2.1, -0.3, 0, 0.4, 1.96, 5, 40].flatMap((t) =>
    [1, 2, 5, 29.5, 400].map((v) => [t, v] as const),
  ),
  tQuantile: [1e-6, 0.025, 0.2, 0.5, 0.9, 0.975, 0.9999].flatMap((p) =>
    [1, 2, 3, 5, 7, 50].map((v) => [p, v] as const),
  ),
  nCdf: [-30, -8, -3.1, -2.9, -1, -1e-3, 0, 0.7, 2.99, 3.01, 6],
  nQuantile: [1e-12, 0.001, 0.025, 0.31, 0.5, 0.8, 0.975, 0.99999],
  samples: [sample(3, 1), sample(6, 0.5), sample(9, 0), sample(12, -0.8)],
  pValues: [[0.04], [0.01, 0.04, 0.03, 0.005], [0.5, 0.9, 0.02], [0.03, 0.03, 0.03]],
  discordant: [
    [0, 6],
    [3, 12],
    [7, 7],
    [1, 0],
    [40, 61],
  ] as const,
  shares: [
    [0, 12],
    [12, 12],
    [3, 12],
    [450, 1000],
  ] as const,
  powers: [2, 3, 6, 8, 20].flatMap((n) => [0.1, 0.8, 1.5, 3].map((e) => [n, e] as const)),
  detectable: [3, 4, 6, 8, 30],
  clusters: [40, 150].map((n) =>
    Array.from({ length: n }, () => {
      const weight = 1 + Math.floor(uniform() ** 3 * 30);
      return [(normal() ** 2 - 0.6) * weight, weight] as const;
    }),
  ),
};

describe.skipIf(python === null)('statistics, against SciPy and statsmodels', () => {
  const reference = python === null ? null! : (runPython(python, SCRIPT, QUESTIONS) as Reference);

  function expectClose(got: readonly number[], wanted: readonly number[], relative = 1e-9): void {
    expect(got).toHaveLength(wanted.length);
    for (const [i, value] of got.entries()) {
      const tolerance = relative * Math.max(Math.abs(wanted[i]!), 1e-3);
      expect(Math.abs(value - wanted[i]!), `${i}: ${value}, ${wanted[i]}`).toBeLessThan(tolerance);
    }
  }

  it('agree on distributions', () => {
    expectClose(QUESTIONS.gammas.map(logGamma), reference.gammas, 1e-8);
    expectClose(
      QUESTIONS.tCdf.map(([t, v]) => studentTCdf(t, v)),
      reference.tCdf,
    );
    expectClose(
      QUESTIONS.tQuantile.map(([p, v]) => studentTQuantile(p, v)),
      reference.tQuantile,
      1e-7,
    );
    expectClose(QUESTIONS.nCdf.map(normalCdf), reference.nCdf);
    expectClose(QUESTIONS.nQuantile.map(normalQuantile), reference.nQuantile, 1e-8);
  });

  it('agree on intervals of means and shares', () => {
    const intervals = QUESTIONS.samples.map((values) => estimateMean(values).interval!);
    expectClose(
      intervals.flatMap(({ low, high }) => [low, high]),
      reference.tIntervals.flat(),
    );
    const shares = QUESTIONS.shares.map(([hits, n]) => wilsonInterval(hits, n));
    expectClose(
      shares.flatMap(({ low, high }) => [low, high]),
      reference.wilson.flat(),
    );
  });

  it('agree on p-values: sign flips, McNemar, Holm', () => {
    expectClose(
      QUESTIONS.samples.map((values) => signFlipP(values)),
      reference.signFlips,
    );
    expectClose(
      QUESTIONS.discordant.map(([b, c]) => mcnemarP(b, c)),
      reference.mcnemar,
    );
    expectClose(
      QUESTIONS.pValues.flatMap((values) => holm(values)),
      reference.holm.flat(),
    );
  });

  it('agree on power and detectable differences', () => {
    expectClose(
      QUESTIONS.powers.map(([n, e]) => powerOfPairedT(n, e)),
      reference.powers,
      1e-6,
    );
    expectClose(
      QUESTIONS.detectable.map((n) => detectableDifference(n, 1)),
      reference.detectable,
      // The tolerance of their search.
      1e-5,
    );
  });

  it('agree on the BCa interval over clusters, within the chance of resampling', () => {
    for (const [i, clusters] of QUESTIONS.clusters.entries()) {
      const items = clusters.map(([difference, weight], k) => ({
        cluster: String(k),
        difference,
        weight,
      }));
      const { interval, method } = comparePairedItems(items, { resamples: 60_000 });
      expect(method).toBe('BCa');
      const [low, high] = reference.bca[i]!;
      const width = high - low;
      expect(Math.abs(interval.low - low) / width).toBeLessThan(0.02);
      expect(Math.abs(interval.high - high) / width).toBeLessThan(0.02);
    }
  });
});
