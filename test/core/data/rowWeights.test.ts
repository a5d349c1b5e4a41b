import { expect, it } from 'vitest';
import { weightIn } from '../../../src/core/data/rowWeights.js';
import { AppError } from '../../../src/core/errors.js';

function read(weight: unknown, column = 'weight'): unknown {
  try {
    return weightIn({ file: 'a.csv', line: 7, values: { weight } }, column);
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.data : thrown;
  }
}

it('reads weights of at least 0, and names file, row and column of others', () => {
  expect(['0', '1.5', 3].map((value) => read(value))).toEqual([0, 1.5, 3]);
  // Losses are of 32 bits.
  expect(read('1e-50')).toBe(0);
  for (const value of ['-1', '-1e-50', '1e39', 'much', '', null, undefined]) {
    expect(read(value)).toMatchObject({
      code: 'Data',
      details: { file: 'a.csv', row: 7, column: 'weight', problem: { id: 'data.notWeight' } },
    });
  }
  expect(read(1, 'other')).toMatchObject({ details: { problem: { id: 'data.rowWithoutColumn' } } });
});
