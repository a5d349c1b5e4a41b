import { expect, it } from 'vitest';
import { maskingPolicySchema } from '../../../src/core/masking/policy/policy.js';
import { debiasMessages } from '../../../src/core/runs/debiasMessage.js';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { messageInEnglish } from '../../support/inEnglish.js';
import { specOf } from '../../support/syntheticRuns.js';

const said = (
  debias: RunSpec['debias'],
  data: Partial<RunSpec['data']> = {},
  weightColumn: string | null = null,
): string[] => {
  const spec = specOf('a');
  const reading = { ...spec.data.reading, weightColumn };
  return debiasMessages({ data: { ...spec.data, reading, ...data }, debias }).map(messageInEnglish);
};

it('says how rows are weighted and what is discouraged', () => {
  const words = maskingPolicySchema.parse({ version: 1, name: 'days', always: ['monday'] });
  const model = { path: '/first', name: 'calm-river', sha256: '0'.repeat(64) };
  const none = { words: null, model: null };
  expect(said(null)).toEqual([]);
  expect(said({ ...none, kind: 'consistency', weight: 0.3, words })).toEqual([
    'debiased by consistency × 0.3 on days',
  ]);
  expect(said({ ...none, kind: 'errors', weight: 5, model })).toEqual([
    'debiased by errors × 5 of calm-river',
  ]);
  const file = { path: 'b.csv', bytes: 1, sha256: '0'.repeat(64) };
  const shifted = { files: [file, file], weight: 10 };
  expect(said({ ...none, kind: 'product-of-experts', weight: 1 }, { shifted })).toEqual([
    '2 shifted files added × 10',
    'debiased by product-of-experts × 1',
  ]);
  expect(said(null, {}, 'stars')).toEqual(['weighted by stars']);
});
