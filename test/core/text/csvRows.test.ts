import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CsvRows } from '../../../src/core/text/csvRows.js';

const FORMULAS = [
  '=1+1',
  '+cmd|x',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1',
  '=HYPERLINK("a")',
];
const OTHERS = ['', 'a=b', '-5', '+3.5e-2', '-1,000.25', '+7%', '-.5', 'a-b', '1-2', ' words'];

const cellsOf = (row: string): string[] => parse(row)[0] as string[];

describe('rows of comma-separated values', () => {
  it('keep formulas as they are and count them', () => {
    const rows = new CsvRows({ isSafe: false });
    expect(cellsOf(rows.row([...FORMULAS, ...OTHERS]))).toEqual([...FORMULAS, ...OTHERS]);
    expect(rows.formulas).toBe(FORMULAS.length);
  });

  it('have an apostrophe before formulas, and before nothing else, if they are safe', () => {
    const rows = new CsvRows({ isSafe: true });
    expect(cellsOf(rows.row([...FORMULAS, ...OTHERS]))).toEqual([
      ...FORMULAS.map((text) => `'${text}`),
      ...OTHERS,
    ]);
    expect(cellsOf(rows.row([-1.5, 2n, ['=1'], { a: '=1' }]))).toEqual([
      '-1.5',
      '2',
      '["=1"]',
      '{"a":"=1"}',
    ]);
    expect(rows.formulas).toBe(FORMULAS.length);
  });
});
