import { describe, expect, it } from 'vitest';
import { marksOf } from '../../../src/core/masking/planning/tokenUnits.js';
import { createMasker } from '../../../src/core/masking/createMasker.js';
import { MASKING_UNITS, maskingPolicySchema } from '../../../src/core/masking/policy/policy.js';
import { maskTokens } from '../../../src/core/masking/maskTokens.js';
import { sampleTokenizer as tokenizer, SAMPLE_PROSE } from '../data/sampleTokenizer.js';

const RULES = [
  { name: 'the', words: ['the', 'little'], rate: 0.5 },
  { name: 'capital', pattern: '[A-Z]\\w+', rate: 0.25, unit: 'word' },
];

describe('masks of training sequences', () => {
  it.each(MASKING_UNITS)('are those of the text, without it, by %s', (unit) => {
    const policy = maskingPolicySchema.parse({ version: 1, unit, rules: RULES, always: ['sea'] });
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const text = `${SAMPLE_PROSE} [MASK]`;
    const encoding = tokenizer.encode(text);
    const annotation = masker.annotate(text, encoding);
    const marks = marksOf(annotation, encoding.ids, tokenizer);
    for (let draw = 0; draw < 30; draw++) {
      const plan = masker.plan(annotation, { draw: [draw, 'key'] });
      const inputIds = masker.inputIds(encoding.ids, plan, { draw: [draw, 'key'] });
      const masked = maskTokens({ ids: encoding.ids, marks, key: 'key' }, masker, {
        tokenizer,
        draw: [draw],
      });
      const planned = plan.flatMap(({ tokenStart, tokenEnd, rule }) =>
        [...encoding.ids.keys()]
          .slice(tokenStart, tokenEnd)
          .filter((index) => !tokenizer.isSpecial(encoding.ids[index]!))
          .map((index) => ({
            index,
            original: encoding.ids[index],
            inputId: inputIds[index],
            rule,
          })),
      );
      expect(masked).toEqual(planned);
    }
  });

  it('are one at least where any is allowed, and at the rate asked for', () => {
    const policy = maskingPolicySchema.parse({ version: 1, rate: 0.001 });
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const encoding = tokenizer.encode(SAMPLE_PROSE);
    const marks = marksOf(masker.annotate(SAMPLE_PROSE, encoding), encoding.ids, tokenizer);
    const count = (options: { rate?: number; draw: number }): number =>
      maskTokens({ ids: encoding.ids, marks, key: 'k' }, masker, {
        tokenizer,
        ...options,
        draw: [options.draw],
      }).length;
    for (let draw = 0; draw < 50; draw++) expect(count({ draw })).toBe(1);
    const many = count({ draw: 0, rate: 0.5 });
    expect(Math.abs(many - 0.5 * encoding.ids.length)).toBeLessThan(2);
  });
});
