import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ExampleStoreBuilder,
  ExampleSubset,
  MemoryBytes,
  type StoredExample,
} from '../../../../src/core/data/examples/exampleStore.js';
import { marksOf, ruleOf, unitsOf } from '../../../../src/core/masking/planning/tokenUnits.js';
import { ALWAYS, NO_RULE } from '../../../../src/core/masking/masker.js';

const NONE_SPECIAL = { isSpecial: () => false };

/** Units of 1 to 3 tokens, some with a gap before them. */
const annotation = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 2 }),
      size: fc.integer({ min: 1, max: 3 }),
      rule: fc.integer({ min: ALWAYS, max: 300 }),
    }),
    { maxLength: 40 },
  )
  .map((units) => {
    let at = 0;
    const places = units.map(({ gap, size }) => {
      const start = at + gap;
      at = start + size;
      return { start, end: at };
    });
    const tokenStarts = Int32Array.from(places, ({ start }) => start);
    const tokenEnds = Int32Array.from(places, ({ end }) => end);
    const rules = Int16Array.from(units, ({ rule }) => rule);
    return { tokenStarts, tokenEnds, rules, count: at + 1 };
  });

const example = (vocabularySize: number) =>
  annotation.chain(({ tokenStarts, tokenEnds, rules, count }) =>
    fc.record({
      ids: fc
        .array(fc.nat({ max: vocabularySize - 1 }), { minLength: count, maxLength: count })
        .map((ids) => Int32Array.from(ids)),
      marks: fc.constant(
        marksOf(
          { tokenStarts, tokenEnds, rules, starts: tokenStarts, ends: tokenEnds },
          new Int32Array(count),
          NONE_SPECIAL,
        ),
      ),
      key: fc
        .array(fc.nat({ max: 15 }), { minLength: 16, maxLength: 16 })
        .map((digits) => digits.map((digit) => digit.toString(16)).join('')),
    }),
  );

describe('token marks', () => {
  it('stand for the units they were made of, adjacent ones and those without a rule included', () => {
    fc.assert(
      fc.property(annotation, ({ tokenStarts, tokenEnds, rules, count }) => {
        const starts = tokenStarts.map((at) => 10 * at);
        const marks = marksOf(
          { starts, ends: starts, tokenStarts, tokenEnds, rules },
          new Int32Array(count),
          NONE_SPECIAL,
        );
        const units = unitsOf(marks);
        expect(units).toMatchObject({ tokenStarts, tokenEnds, rules });
        expect([...marks].filter((mark) => mark === 0).length).toBe(
          count - tokenEnds.reduce((sum, end, i) => sum + end - tokenStarts[i]!, 0),
        );
      }),
      { seed: 21, numRuns: 200 },
    );
  });

  it('leave out what a model cannot predict, wherever in a unit it stands', () => {
    const tokenStarts = Int32Array.from([0, 2, 4]);
    const tokenEnds = Int32Array.from([2, 4, 5]);
    const rules = Int16Array.from([0, 1, 2]);
    const annotation = { starts: tokenStarts, ends: tokenEnds, tokenStarts, tokenEnds, rules };
    const ids = Int32Array.from([7, 1, 1, 8, 1]);
    const marks = marksOf(annotation, ids, { isSpecial: (id) => id === 1 });
    expect(unitsOf(marks)).toMatchObject({
      tokenStarts: Int32Array.from([0, 3]),
      tokenEnds: Int32Array.from([1, 4]),
      rules: Int16Array.from([0, 1]),
    });
  });

  it('tell the rule of a token', () => {
    const one = Int32Array.from([0]);
    for (const rule of [ALWAYS, NO_RULE, 0, 1, 9999]) {
      const [mark] = marksOf(
        {
          starts: one,
          ends: one,
          tokenStarts: one,
          tokenEnds: Int32Array.from([1]),
          rules: Int16Array.from([rule]),
        },
        one,
        NONE_SPECIAL,
      );
      expect(mark).not.toBe(0);
      expect(ruleOf(mark!)).toBe(rule);
    }
  });
});

describe.each([30_000, 250_000])('ExampleStoreBuilder for %d tokens', (vocabularySize) => {
  it('gives back what was put in, in any order', () => {
    fc.assert(
      fc.property(fc.array(example(vocabularySize), { minLength: 1, maxLength: 100 }), (all) => {
        const store = new ExampleStoreBuilder(new MemoryBytes(), { vocabularySize });
        all.forEach((each, i) => {
          expect(store.add(each)).toBe(i);
        });
        expect(store.length).toBe(all.length);
        for (let i = all.length - 1; i >= 0; i--) {
          expect(store.lengthOf(i)).toBe(all[i]!.ids.length);
          expect(store.get(i)).toEqual(all[i]);
        }
        const odd = new ExampleSubset(
          store,
          Uint32Array.from(all.keys()).filter((i) => i % 2 === 1),
        );
        const got: StoredExample[] = Array.from({ length: odd.length }, (_, i) => odd.get(i));
        expect(got).toEqual(all.filter((_, i) => i % 2 === 1));
      }),
      { seed: 22, numRuns: 60 },
    );
  });
});
