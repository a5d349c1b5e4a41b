import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { taskSpecSchema, type RunSpec } from '../../../src/core/runs/schema.js';
import { foldConflict } from '../../../src/core/specs/foldConflict.js';
import { specOf } from '../../support/syntheticRuns.js';

const LABELS = { kind: 'classification', labels: ['a', 'b'], loss: 'crossEntropy' };
const FILE = {
  path: 'validation.csv',
  bytes: 1,
  sha256: '0'.repeat(64),
  split: 'heldOut',
} as const;

describe('foldConflict', () => {
  it.each<[object, Partial<RunSpec['data']>, RunOptions, string | null]>([
    [LABELS, {}, { heldOut: 0.2, splitColumn: 'part' }, null],
    [LABELS, { fold: '2/5' }, { groupColumn: 'author', test: 0.1 }, null],
    [{ kind: 'masked-lm' }, { fold: '2/5' }, {}, 'runs.onlyWithLabels'],
    [LABELS, { fold: '2/5' }, { heldOut: 0.2 }, 'runs.foldWithOption'],
    [LABELS, { fold: '2/5' }, { splitColumn: 'part' }, 'runs.foldWithOption'],
    [LABELS, { fold: '2/5', files: [FILE] }, {}, 'runs.foldWithFileSplits'],
  ])('names what contradicts a part: %j %j %j', (task, data, options, id) => {
    const spec = { task: taskSpecSchema.parse(task), data: { ...specOf('a').data, ...data } };
    expect(foldConflict(spec, options)?.id ?? null).toBe(id);
  });
});
