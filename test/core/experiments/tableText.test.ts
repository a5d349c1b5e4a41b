import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { tableText } from '../../../src/core/experiments/tableText.js';

const table = {
  head: ['Group', 'Loss'],
  rows: [
    ['lr 3e-5 · a_b & 50%', '1.20 ± 0.03'],
    ['=HYPERLINK("x")', '−0.5'],
    ['[1] {x}\n| y \\', ''],
  ],
};

describe('a table for other programs', () => {
  it('is Markdown that shows the cells as they are, on one line each', () => {
    const lines = tableText(table, 'markdown').trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe('| lr 3e-5 · a\\_b & 50% | 1.20 ± 0.03 |');
    expect(lines[4]).toBe('| \\[1\\] {x} \\| y \\\\ |  |');
  });

  it('is CSV that a reader takes apart again, without formulas', () => {
    const rows: string[][] = parse(tableText(table, 'csv'));
    expect(rows[0]).toEqual(table.head);
    expect(rows[2]![0]).toBe('\'=HYPERLINK("x")');
    expect(rows[3]).toEqual(table.rows[2]);
  });

  it('is LaTeX without characters that stop its compiler', () => {
    const latex = tableText(table, 'latex');
    expect(latex).toContain('lr 3e-5 $\\cdot$ a\\_b \\& 50\\% & 1.20 $\\pm$ 0.03 \\\\');
    expect(latex).toContain('{}[1] \\{x\\} | y \\textbackslash{} &  \\\\');
    expect(latex).toContain('\\begin{tabular}{lr}');
  });
});
