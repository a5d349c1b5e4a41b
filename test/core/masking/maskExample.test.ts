import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/core/data/chunk.js';
import { maskExample } from '../../../src/core/masking/maskExample.js';
import { BERT_MASKING, maskingPolicySchema } from '../../../src/core/masking/policy.js';
import { sampleTokenizer as tokenizer } from '../data/sampleTokenizer.js';

const examplesOf = (text: string, maxLength = 64) =>
  chunkDocument(tokenizer, { file: 'a.txt', text }, { maxLength });
const text = fc
  .array(fc.constantFrom('sail', 'circulation', 'regulating', 'the', 'ж', '[MASK]', '.'), {
    minLength: 1,
    maxLength: 60,
  })
  .map((words) => words.join(' '));
const policy = fc.record({
  rate: fc.constantFrom(0.01, 0.15, 0.4, 0.9),
  unit: fc.constantFrom('token' as const, 'word' as const),
  seed: fc.nat({ max: 3 }),
});

describe('maskExample', () => {
  it('masks about the rate of what can be masked, at least one token, each once', () => {
    fc.assert(
      fc.property(text, policy, fc.nat({ max: 9 }), (source, chosen, epoch) => {
        const full = maskingPolicySchema.parse({ version: 1, ...chosen });
        for (const example of examplesOf(source)) {
          const masked = maskExample(example, full, { tokenizer, draw: ['train', epoch] });
          const maskable = [...example.ids].filter((id) => !tokenizer.isSpecial(id)).length;
          const indices = masked.map(({ index }) => index);
          expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
          expect(masked.length).toBeGreaterThanOrEqual(1);
          const longestWord = 11;
          const most = Math.max(Math.ceil(chosen.rate * maskable), 1);
          expect(masked.length).toBeLessThanOrEqual(
            chosen.unit === 'word' ? Math.max(most, longestWord) : most,
          );
          if (chosen.unit === 'token')
            expect(masked.length).toBeGreaterThanOrEqual(Math.floor(chosen.rate * maskable));
          for (const { index, original, inputId, replacement } of masked) {
            expect(original).toBe(example.ids[index]);
            expect(tokenizer.isSpecial(original)).toBe(false);
            if (replacement === 'mask') expect(inputId).toBe(tokenizer.special.mask);
            else expect(tokenizer.isSpecial(inputId)).toBe(false);
            if (replacement === 'keep') expect(inputId).toBe(original);
          }
          if (chosen.unit === 'word') {
            const words = new Set(indices.map((index) => example.wordIds[index]));
            const whole = [...example.ids.keys()].filter(
              (i) => words.has(example.wordIds[i]) && !tokenizer.isSpecial(example.ids[i]!),
            );
            expect(indices).toEqual(whole);
          }
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('depends on the policy seed, the draw and the text, and on nothing else', () => {
    const [first, second] = examplesOf('the sea and the world '.repeat(40), 100);
    const plan = (example = first!, draw: readonly (string | number)[] = ['train', 0, 0]) =>
      maskExample(example, BERT_MASKING, { tokenizer, draw });
    expect(plan()).toEqual(plan());
    expect(plan({ ...first!, file: 'other.txt', start: 7 })).toEqual(plan());
    expect(plan(first, ['train', 0, 1])).not.toEqual(plan());
    expect(plan(second)).not.toEqual(plan());
    const other = maskExample(
      first!,
      { ...BERT_MASKING, seed: 1 },
      { tokenizer, draw: ['train', 0, 0] },
    );
    expect(other).not.toEqual(plan());
  });

  it('replaces 80/10/10 and selects 15% in the long run, every position alike', () => {
    const [example] = examplesOf('the sea and the world '.repeat(5), 64);
    const length = example!.ids.length;
    const perIndex = new Array<number>(length).fill(0);
    const counts = { mask: 0, random: 0, keep: 0 };
    const epochs = 4000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { index, replacement } of maskExample(example!, BERT_MASKING, {
        tokenizer,
        draw: [epoch],
      })) {
        perIndex[index]!++;
        counts[replacement]++;
      }
    }
    const total = counts.mask + counts.random + counts.keep;
    expect(total / (epochs * length)).toBeCloseTo(0.15, 2);
    expect(counts.mask / total).toBeCloseTo(0.8, 1);
    expect(counts.random / total).toBeCloseTo(0.1, 1);
    // 600 expected at each index with a standard deviation of 23.
    for (const count of perIndex) expect(Math.abs(count - epochs * 0.15)).toBeLessThan(110);
  });
});
