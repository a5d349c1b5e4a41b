import { describe, expect, it } from 'vitest';
import { LineReader, parseRows } from '../../../src/core/runs/jsonLines.js';
import { metricsRowSchema } from '../../../src/core/runs/schema.js';

const row = { step: 1, epoch: 0.5, time: 2, split: 'train', loss: 3 };

describe('LineReader', () => {
  it('keeps a torn last line until the rest of it arrives', () => {
    const lines = new LineReader();
    expect(lines.push('{"a":1}\n{"b"')).toEqual(['{"a":1}']);
    expect(lines.push(':2}\n\n')).toEqual(['{"b":2}']);
  });
});

describe('parseRows', () => {
  it('counts lines that are not rows and keeps the others', () => {
    const lines = [
      'not json',
      JSON.stringify(row),
      '{"step":-1}',
      JSON.stringify({ ...row, step: 2 }),
    ];
    const { rows, unreadable } = parseRows(lines, metricsRowSchema);
    expect(rows.map(({ step }) => step)).toEqual([1, 2]);
    expect(unreadable).toBe(2);
  });
});
