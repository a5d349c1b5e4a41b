import { describe, expect, it } from 'vitest';
import { compareMetrics, versionDifferences } from '../../../src/core/experiments/reproduction.js';
import type { MetricsRow } from '../../../src/core/runs/schema.js';

function row(step: number, more: Partial<MetricsRow> = {}): MetricsRow {
  return { step, epoch: step / 10, time: step * 2, split: 'train', loss: 3 - step / 10, ...more };
}

const ROWS = [row(1, { gradientNorm: 1.5 }), row(2), row(2, { split: 'heldOut', accuracy: 0.5 })];

describe('a repeated run', () => {
  it('is equal whatever the speed of the machine', () => {
    const slower = ROWS.map((one) => ({ ...one, time: one.time * 7, tokensPerSecond: 3 }));
    expect(compareMetrics(ROWS, slower)).toEqual({
      rows: 3,
      unmatched: 0,
      first: null,
      largestLossDifference: 0,
    });
  });

  it('names the first value that differs in its last bit', () => {
    const other = ROWS.map((one) => ({ ...one }));
    other[2] = { ...other[2]!, accuracy: 0.5 + Number.EPSILON };
    expect(compareMetrics(ROWS, other).first).toEqual({
      step: 2,
      split: 'heldOut',
      metric: 'accuracy',
      before: 0.5,
      after: 0.5 + Number.EPSILON,
    });
  });

  it('counts rows and values that only one of them has', () => {
    const found = compareMetrics(ROWS, [row(1)]);
    expect(found).toMatchObject({ rows: 1, unmatched: 2 });
    expect(found.first).toMatchObject({ metric: 'gradientNorm', before: 1.5, after: null });
  });

  it('is compared by versions, too', () => {
    expect(versionDifferences({ node: '20', a: '1' }, { node: '22', a: '1', b: '2' })).toEqual([
      { name: 'node', before: '20', after: '22' },
      { name: 'b', before: null, after: '2' },
    ]);
  });
});
