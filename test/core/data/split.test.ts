import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentKey } from '../../../src/core/data/chunk.js';
import type { Example } from '../../../src/core/data/documents.js';
import { splitExamples, splitOf } from '../../../src/core/data/split.js';

const example = (text: string, file = 'a.txt'): Example => ({
  file,
  start: 0,
  end: text.length,
  ids: Int32Array.of(5),
  wordIds: Int32Array.of(0),
  key: contentKey(text),
});
const options = { seed: 0, heldOutFraction: 0.1 };

describe('splitExamples', () => {
  it('puts every example on one side, duplicates on the same, and leaves neither side empty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 60 }),
        fc.nat({ max: 5 }),
        fc.constantFrom(0, 0.02, 0.1, 0.5, 1),
        (numbers, seed, heldOutFraction) => {
          fc.pre(new Set(numbers).size > 1);
          const examples = numbers.map((n, i) => example(`text ${n}`, `${i}.txt`));
          const { train, heldOut } = splitExamples(examples, { seed, heldOutFraction });
          expect(train.length + heldOut.length).toBe(examples.length);
          expect(train.length).toBeGreaterThan(0);
          expect(heldOut.length).toBeGreaterThan(0);
          const trained = new Set(train.map(({ key }) => key));
          expect(heldOut.some(({ key }) => trained.has(key))).toBe(false);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  it('keeps about the fraction asked for', () => {
    const examples = Array.from({ length: 5000 }, (_, i) => example(`text ${i}`));
    const { heldOut } = splitExamples(examples, options);
    // 500 expected with a standard deviation of 21.
    expect(Math.abs(heldOut.length - 500)).toBeLessThan(85);
  });

  it('moves nothing when texts are added or reordered, and something when the seed changes', () => {
    const examples = Array.from({ length: 200 }, (_, i) => example(`text ${i}`));
    const before = splitExamples(examples, options).heldOut.map(({ key }) => key);
    const more = [example('new'), ...examples.toReversed()];
    const after = new Set(splitExamples(more, options).heldOut.map(({ key }) => key));
    expect(before.every((key) => after.has(key))).toBe(true);
    const other = splitExamples(examples, { ...options, seed: 1 }).heldOut.map(({ key }) => key);
    expect(other).not.toEqual(before);
    expect(before.every((key) => splitOf(key, options) === 'heldOut')).toBe(true);
  });

  it.each([
    ['nothing the model knows', []],
    ['one sequence', [example('a')]],
    ['one sequence many times', [example('a'), example('a', 'b.txt')]],
  ])('refuses data of %s', (_, examples) => {
    expect(() => splitExamples(examples, options)).toThrow(
      expect.objectContaining({ code: 'UserInput' }) as Error,
    );
  });
});
