import { describe, expect, it } from 'vitest';
import type { ShownGroup } from '../../../../src/core/experiments/compare/comparedGroups.js';
import { importancesOf } from '../../../../src/core/experiments/compare/importances.js';
import { LEAST_FOREST_ROWS } from '../../../../src/core/stats/permutationImportance.js';
import type { Trial } from '../../../../src/core/experiments/compare/relations.js';
import { randomStream } from '../../../../src/core/random.js';
import type { RunParameters } from '../../../../src/core/specs/runParameters.js';
import { estimateMean } from '../../../../src/core/stats/intervals.js';

function trial(parameters: RunParameters, result: number | null, isProvisional = false): Trial {
  const group: ShownGroup = {
    ...{ key: JSON.stringify(parameters), name: 'n', runs: [], color: 'red', sameColorBefore: 0 },
    ...{ parameters, isBaseline: false, isSelected: true },
  };
  return { group, estimate: result === null ? null : { ...estimateMean([result]), isProvisional } };
}

describe('influence of parameters over few trials', () => {
  it('is the strongest first, with texts of no order left out', () => {
    const trials = [0, 1, 2, 3, 4, 5].map((i) =>
      trial({ lr: i, noise: (i * 7) % 5, policy: i < 3 ? 'a' : 'b', name: `n${i}` }, 10 - i),
    );
    const found = importancesOf(trials, ['noise', 'policy', 'lr', 'name']);
    expect(found.rows.map(({ parameter }) => parameter)).toEqual(['lr', 'policy', 'noise']);
    expect(found.rows[0]!.value).toBe(-1);
    expect(found.rows[1]).toMatchObject({ higher: 'b' });
    expect(found.unordered).toEqual(['name']);
    expect(found.trials).toBe(6);
    expect(found.method).toBe('rankCorrelation');
  });

  it('counts finished groups only', () => {
    const trials = [trial({ lr: 1 }, 1), trial({ lr: 2 }, 2), trial({ lr: 3 }, 3, true)];
    expect(importancesOf([...trials, trial({ lr: 4 }, null)], ['lr'])).toEqual({
      ...{ method: 'rankCorrelation', trials: 2, rows: [], unordered: [], explained: null },
    });
  });
});

describe('influence of parameters over many trials', () => {
  const random = randomStream('importances');
  /** The policy and the rate decide, the rate not in one direction; `noise` does nothing. */
  const trials = Array.from({ length: 60 }, () => {
    const [rate, noise] = [random(), random()];
    const policy = ['a', 'b', 'c'][Math.floor(random() * 3)]!;
    const result = 4 * (rate - 0.5) ** 2 + { a: 0, b: 1, c: 0.2 }[policy]!;
    return trial({ rate, noise, policy }, result);
  });

  it('is a share of the variance, which texts of any number and curved effects have too', () => {
    const { method, rows, unordered, explained } = importancesOf(trials, [
      'noise',
      'rate',
      'policy',
    ]);
    expect(method).toBe('forest');
    expect(unordered).toEqual([]);
    expect(explained).toBeGreaterThan(0.6);
    expect(rows.map(({ parameter }) => parameter)).toEqual(['policy', 'rate', 'noise']);
    expect(rows[1]!.interval!.low).toBeGreaterThan(0.05);
    expect(Math.abs(rows[2]!.value)).toBeLessThan(0.05);
  });

  it('ranks shares below 0, which are chance, behind those above', () => {
    const pure = randomStream('importances of noise');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const noise = Array.from({ length: 24 }, () =>
      trial(Object.fromEntries(names.map((name) => [name, pure()])), pure()),
    );
    const values = importancesOf(noise, names).rows.map(({ value }) => value);
    expect(Math.min(...values)).toBeLessThan(-Math.abs(values[0]!) / 10);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('starts with so many trials', () => {
    const methodOf = (n: number) => importancesOf(trials.slice(0, n), ['rate']).method;
    expect([methodOf(LEAST_FOREST_ROWS - 1), methodOf(LEAST_FOREST_ROWS)]).toEqual([
      'rankCorrelation',
      'forest',
    ]);
  });

  it('takes a missing value as a value', () => {
    const some = trials.map(({ group, estimate }, i) =>
      trial(i % 2 === 0 ? group.parameters : { noise: 1 }, i % 2 === 0 ? estimate!.mean : 9),
    );
    const [first] = importancesOf(some, ['noise', 'rate']).rows;
    expect(first).toMatchObject({ parameter: 'rate', n: 30 });
  });

  it('is nothing where all results are equal', () => {
    const equal = trials.map(({ group }) => trial(group.parameters, 1));
    expect(importancesOf(equal, ['rate'])).toMatchObject({ rows: [], explained: null });
  });
});
