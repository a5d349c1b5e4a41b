import { describe, expect, it } from 'vitest';
import {
  parameterBuckets,
  variedParameters,
} from '../../../../src/core/experiments/query/parameterBuckets.js';
import { listedRun } from './runs.js';

const RUNS = [
  listedRun({ name: 'a', learningRate: 1e-3, policy: 'words' }),
  listedRun({ name: 'b', learningRate: 3e-5 }),
  listedRun({ name: 'c', learningRate: 1e-3, seed: 5 }),
  { ...listedRun({ name: 'lost' }), facts: null },
];

describe('parameters to group by', () => {
  it('are those that differ, with their values', () => {
    expect(variedParameters(RUNS)).toEqual([
      { parameter: 'optimizer.learningRate', values: 2, examples: [1e-3, 3e-5] },
      { parameter: 'masking.name', values: 2, examples: ['words'] },
    ]);
  });

  it('put rows together in the order of the values, those without one last', () => {
    const rows = RUNS.map((run) => ({ name: run.name, runs: [run] }));
    const named = (parameter: string): unknown =>
      parameterBuckets(rows, parameter).map(({ value, rows: members }) => [
        value,
        members.map(({ name }) => name).join(''),
      ]);
    expect(named('optimizer.learningRate')).toEqual([
      [3e-5, 'b'],
      [1e-3, 'ac'],
      [null, 'lost'],
    ]);
    expect(named('masking.name')).toEqual([
      ['words', 'a'],
      [null, 'bclost'],
    ]);
  });
});
