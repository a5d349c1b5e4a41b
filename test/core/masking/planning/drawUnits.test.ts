import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../../src/core/masking/createMasker.js';
import { ALWAYS, NO_RULE, type Annotation } from '../../../../src/core/masking/masker.js';
import { MASKING_UNITS, maskingPolicySchema } from '../../../../src/core/masking/policy/policy.js';
import {
  drawKeys,
  highestRate,
  rateAt,
} from '../../../../src/core/masking/planning/rateSchedule.js';
import { sampleTokenizer as tokenizer, SAMPLE_PROSE } from '../../data/sampleTokenizer.js';

const policyOf = (fields: object) => maskingPolicySchema.parse({ version: 1, ...fields });
const TEXT = SAMPLE_PROSE.replaceAll(/\s+/g, ' ').repeat(2);
const ENCODING = tokenizer.encode(TEXT);
const DRAWS = 1500;

function tokensByRule({ rules, tokenStarts, tokenEnds }: Annotation): Map<number, number> {
  const tokens = new Map<number, number>();
  rules.forEach((rule, unit) => {
    tokens.set(rule, (tokens.get(rule) ?? 0) + tokenEnds[unit]! - tokenStarts[unit]!);
  });
  return tokens;
}

describe('draws', () => {
  it.each(['token', 'word', 'span'] as const)(
    'are the same by %s without rules and with one that finds nothing',
    (unit) => {
      const ruled = policyOf({ unit, rules: [{ name: 'absent', words: ['quetzalcoatl'] }] });
      const plain = createMasker(policyOf({ unit }), { tokenizer, statistics: null });
      const slow = createMasker(ruled, { tokenizer, statistics: null });
      const unknown = `${TEXT.slice(0, 300)} \u{10fffd} ${tokenizer.maskToken} ${TEXT.slice(0, 90)}`;
      for (const text of ['', TEXT.slice(0, 200), unknown, TEXT, TEXT.repeat(9)]) {
        const encoding = tokenizer.encode(text);
        const annotation = plain.annotate(text, encoding);
        expect(annotation).toEqual(slow.annotate(text, encoding));
        for (const draw of [['a'], ['b', 7]]) {
          const plan = plain.plan(annotation, { draw });
          expect(plan).toEqual(slow.plan(annotation, { draw }));
          expect(plain.inputIds(encoding.ids, plan, { draw })).toEqual(
            slow.inputIds(encoding.ids, plan, { draw }),
          );
        }
      }
    },
  );

  it.each(MASKING_UNITS)('mask each rule at its rate in the long run, by %s', (unit) => {
    const rules = [
      { name: 'the', words: ['the', 'little'], rate: 0.4 },
      { name: 'capital', pattern: '[A-Z]\\w+', rate: 0.25, unit: 'word' },
      { name: 'all', words: ['sea'] },
      { name: 'none', words: ['world'], rate: 0 },
    ];
    const policy = policyOf({
      unit,
      rate: 0.15,
      rules,
      always: ['money'],
      never: [{ words: ['it'] }],
    });
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const annotation = masker.annotate(TEXT, ENCODING);
    const available = tokensByRule(annotation);
    const masked = new Map<number, number>();
    const squares = new Map<number, number>();
    for (let draw = 0; draw < DRAWS; draw++) {
      const now = new Map<number, number>();
      for (const { rule, tokenStart, tokenEnd } of masker.plan(annotation, { draw: [draw] })) {
        now.set(rule, (now.get(rule) ?? 0) + tokenEnd - tokenStart);
      }
      for (const [rule, count] of now) {
        masked.set(rule, (masked.get(rule) ?? 0) + count);
        squares.set(rule, (squares.get(rule) ?? 0) + count * count);
      }
    }
    const rateOf = (rule: number): number => masked.get(rule)! / (DRAWS * available.get(rule)!);
    for (const [rule, rate] of [
      [NO_RULE, 0.15],
      [0, 0.4],
      [1, 0.25],
    ] as const) {
      const mean = masked.get(rule)! / DRAWS;
      const deviation = Math.sqrt(squares.get(rule)! / DRAWS - mean * mean);
      const tolerance = (4 * deviation) / Math.sqrt(DRAWS) / available.get(rule)!;
      expect(Math.abs(rateOf(rule) - rate), `rule ${rule}`).toBeLessThanOrEqual(tolerance + 1e-12);
      expect(tolerance).toBeLessThan(0.03);
    }
    expect(rateOf(2)).toBe(1);
    expect(rateOf(ALWAYS)).toBe(1);
    expect(masked.has(3)).toBe(false);
    const never = [...TEXT.matchAll(/\bit\b/gi)].map(({ index }) => index);
    expect(never.length).toBeGreaterThan(0);
    for (const { start, end } of masker.plan(annotation, { draw: [0] })) {
      expect(never.some((at) => at >= start && at < end)).toBe(false);
    }
  });

  it('give each token the same chance, in whatever unit of equal size', () => {
    const policy = policyOf({ rate: 0.3 });
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const text = 'the sea and the world '.repeat(6);
    const encoding = tokenizer.encode(text);
    const annotation = masker.annotate(text, encoding);
    const hits = new Array<number>(encoding.ids.length).fill(0);
    const draws = 4000;
    for (let draw = 0; draw < draws; draw++) {
      const plan = masker.plan(annotation, { draw: [draw] });
      for (const { tokenStart } of plan) hits[tokenStart]!++;
      const wanted = 0.3 * encoding.ids.length;
      expect(Math.abs(plan.length - wanted)).toBeLessThan(1);
    }
    const deviation = Math.sqrt(draws * 0.3 * 0.7);
    for (const count of hits) expect(Math.abs(count - 0.3 * draws)).toBeLessThan(4.5 * deviation);
  });

  it('make spans of words with clipped geometric lengths', () => {
    const policy = policyOf({ unit: 'span', rate: 0.04, span: { p: 0.2, max: 10 } });
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const text = 'the '.repeat(3000);
    const annotation = masker.annotate(text, tokenizer.encode(text));
    const lengths: number[] = [];
    for (let draw = 0; draw < 60; draw++) {
      for (const { tokenStart, tokenEnd } of masker.plan(annotation, { draw: [draw] })) {
        lengths.push(tokenEnd - tokenStart);
      }
    }
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    // Σ ℓ·p(1−p)^(ℓ−1) / (1−(1−p)^10): 3.8 in the paper; spans that meet others are cut short.
    expect(mean).toBeGreaterThan(3.5);
    expect(mean).toBeLessThan(3.9);
    expect(Math.max(...lengths)).toBe(10);
    const ones = lengths.filter((length) => length === 1).length / lengths.length;
    expect(ones).toBeCloseTo(0.224, 1);
  });

  it('replace in the shares of the policy, or of the rule', () => {
    const policy = policyOf({
      rate: 0.5,
      rules: [
        { name: 'kept', words: ['the'], replace: { mask: 0, random: 0, keep: 1 } },
        {
          name: 'label',
          words: ['sea'],
          replaceWith: '<S>',
          replace: { mask: 0, random: 1, keep: 0 },
        },
      ],
      always: ['world'],
    });
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const annotation = masker.annotate(TEXT, ENCODING);
    const counts = { mask: 0, random: 0, keep: 0 };
    for (let draw = 0; draw < 400; draw++) {
      for (const { rule, replacement } of masker.plan(annotation, { draw: [draw] })) {
        if (rule === 0) expect(replacement).toBe('keep');
        else if (rule === 1 || rule === ALWAYS) expect(replacement).toBe('mask');
        else counts[replacement]++;
      }
    }
    const total = counts.mask + counts.random + counts.keep;
    expect(counts.mask / total).toBeCloseTo(0.8, 1);
    expect(counts.random / total).toBeCloseTo(0.1, 1);
    expect(counts.keep / total).toBeCloseTo(0.1, 1);
  });

  it('take another rate, and one unit at least, where they are asked to', () => {
    const masker = createMasker(policyOf({ rate: 0.01 }), { tokenizer, statistics: null });
    const text = 'the sea';
    const annotation = masker.annotate(text, tokenizer.encode(text));
    fc.assert(
      fc.property(fc.nat(), (draw) => {
        const plan = masker.plan(annotation, { draw: [draw], atLeastOne: true });
        expect(plan.length).toBeGreaterThanOrEqual(1);
        expect(masker.plan(annotation, { draw: [draw], rate: 0, atLeastOne: true })).toEqual([]);
        const most = masker.plan(annotation, { draw: [draw], rate: 0.99 });
        expect(most.length).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe('schedules', () => {
  it('move the rate from one value to the other', () => {
    const policy = policyOf({ rate: 0.2, schedule: { from: 0.3, to: 0.1 } });
    expect([0, 0.5, 1, 7].map((progress) => rateAt(policy, progress))).toEqual([
      0.3, 0.2, 0.1, 0.1,
    ]);
    expect(highestRate(policy)).toBe(0.3);
    expect(rateAt(policyOf({ rate: 0.2 }), 0.7)).toBe(0.2);
  });

  it('name draws by the epoch only where masks change with it', () => {
    const keys = (dynamic: boolean, epoch: number) =>
      drawKeys(policyOf({ dynamic }), { seed: 3, epoch });
    expect(keys(true, 0)).not.toEqual(keys(true, 1));
    expect(keys(false, 0)).toEqual(keys(false, 1));
  });
});
