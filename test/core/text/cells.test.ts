import { describe, expect, it } from 'vitest';
import { labelText } from '../../../src/core/charts/labelText.js';
import { alignedLines, cellsOf } from '../../../src/core/text/cells.js';

describe('cells', () => {
  it('are two for a Chinese character and full-width punctuation', () => {
    expect([cellsOf('ab'), cellsOf('a种子'), cellsOf('，“')]).toEqual([2, 5, 3]);
  });

  it('align columns at their start or end', () => {
    const rows = [
      ['种子', '时间', 'x'],
      ['1', '10 s', ''],
    ];
    expect(alignedLines(rows)).toEqual(['种子  时间  x', '1     10 s  ']);
    expect(alignedLines(rows, ['end', 'end'])[1]).toBe('   1  10 s  ');
  });

  it('bound the length of a label', () => {
    expect(labelText('practically equal', 30)).toBe('practically equal');
    expect(labelText('没有可检测的差异', 9)).toBe('没有可检…');
  });
});
