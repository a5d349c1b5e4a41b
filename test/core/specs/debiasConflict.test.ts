import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { methodSpecSchema, taskSpecSchema } from '../../../src/core/runs/schema.js';
import { debiasConflict } from '../../../src/core/specs/debiasConflict.js';

const LABELS = { kind: 'classification', labels: ['a', 'b'], loss: 'crossEntropy' };
const SEVERAL = { ...LABELS, multiLabel: true, loss: 'binaryCrossEntropy' };
const SHARES = { ...LABELS, loss: 'kl' };
const NUMBERS = { kind: 'regression', outputs: ['x'] };
const TAGS = { kind: 'token-classification', labels: ['O', 'B'] };
const WORDS = { debiasWords: 'a.mask.json' };

const found = (task: object, options: RunOptions): string | null =>
  debiasConflict(
    {
      task: taskSpecSchema.parse(task),
      method: methodSpecSchema.parse({ kind: options.method ?? 'full' }),
    },
    options,
  )?.id ?? null;

describe('options of debiasing', () => {
  it.each<[object, RunOptions, string | null]>([
    [LABELS, {}, null],
    [LABELS, { shiftedData: ['b.csv'], shiftedWeight: 2, weightColumn: 'w' }, null],
    [NUMBERS, { shiftedData: ['b.csv'], weightColumn: 'w' }, null],
    [TAGS, { shiftedData: ['b.csv'], weightColumn: 'w' }, null],
    [LABELS, { debias: 'consistency', ...WORDS, debiasWeight: 0.3 }, null],
    [SHARES, { debias: 'consistency', ...WORDS }, null],
    [NUMBERS, { debias: 'consistency', ...WORDS }, null],
    [SEVERAL, { debias: 'product-of-experts' }, null],
    [SEVERAL, { debias: 'groups', ...WORDS }, null],
    [LABELS, { debias: 'errors', debiasModel: 'run' }, null],
    [LABELS, { debias: 'masker', ...WORDS }, null],
    [LABELS, { method: 'last-layer', shiftedData: ['b.csv'] }, null],
    [SEVERAL, { debias: 'consistency', ...WORDS }, 'runs.debiasTask'],
    [NUMBERS, { debias: 'product-of-experts' }, 'runs.debiasTask'],
    [NUMBERS, { debias: 'masker', ...WORDS }, 'runs.debiasTask'],
    [NUMBERS, { debias: 'errors', debiasModel: 'run' }, 'runs.debiasTask'],
    [SHARES, { debias: 'groups', ...WORDS }, 'runs.debiasTask'],
    [TAGS, { debias: 'consistency', ...WORDS }, 'runs.debiasTask'],
    [LABELS, { debias: 'consistency' }, 'runs.debiasNeeds'],
    [LABELS, { debias: 'errors' }, 'runs.debiasNeeds'],
    [LABELS, { debias: 'groups', ...WORDS, debiasWeight: 2 }, 'runs.debiasWithout'],
    [LABELS, { debias: 'product-of-experts', ...WORDS }, 'runs.debiasWithout'],
    [LABELS, WORDS, 'runs.optionNeedsOption'],
    [LABELS, { shiftedWeight: 2 }, 'runs.optionNeedsOption'],
    [LABELS, { debias: 'masker', ...WORDS, method: 'last-layer' }, 'runs.maskerLastLayer'],
    [{ kind: 'masked-lm' }, { debias: 'product-of-experts' }, 'runs.onlyWithLabels'],
    [{ kind: 'masked-lm' }, { weightColumn: 'w' }, 'runs.onlyWithLabels'],
    [{ kind: 'masked-lm' }, { method: 'last-layer' }, 'runs.onlyWithLabels'],
    [{ kind: 'masked-lm' }, {}, null],
  ])('of %j: %j', (task, options, expected) => {
    expect(found(task, options)).toBe(expected);
  });
});
