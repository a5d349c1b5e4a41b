import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredExample } from '../../../src/core/data/examples/exampleStore.js';
import { createMasker } from '../../../src/core/masking/createMasker.js';
import { maskTokens } from '../../../src/core/masking/maskTokens.js';
import { BERT_MASKING } from '../../../src/core/masking/policy/policy.js';
import { collate, planBatches, type PlanOptions } from '../../../src/core/batches/batches.js';
import { sampleTokenizer as tokenizer } from '../data/sampleTokenizer.js';

const { cls, sep, pad } = tokenizer.special;
const masker = createMasker(BERT_MASKING, { tokenizer, statistics: null });

/** Every token is a unit that chance may choose. */
const FREE = ((-1 + 3) << 1) | 1;

function exampleOf(length: number, number: number): StoredExample {
  const ids = Int32Array.from({ length }, (_, i) => 5 + ((number + i) % 100));
  return { ids, marks: new Int16Array(length).fill(FREE), key: `k${number}` };
}
const examples = fc
  .array(fc.integer({ min: 1, max: 98 }), { minLength: 1, maxLength: 50 })
  .map((lengths) => lengths.map(exampleOf));

interface Batch {
  readonly length: number;
  readonly examples: readonly StoredExample[];
}

function batchesOf(
  all: readonly StoredExample[],
  options: Pick<PlanOptions, 'batchSize' | 'shuffle'>,
): Batch[] {
  const plan = planBatches(all.length, { ...options, lengthOf: (i) => all[i]!.ids.length + 2 });
  return Array.from({ length: plan.length }, (_, position) => {
    const { length, indices } = plan.at(position);
    return { length, examples: Array.from(indices, (index) => all[index]!) };
  });
}

describe('planBatches', () => {
  it('takes every example once, in full batches but one, in rows that are long enough', () => {
    fc.assert(
      fc.property(examples, fc.integer({ min: 1, max: 9 }), fc.nat(), (all, batchSize, epoch) => {
        const batches = batchesOf(all, { batchSize, shuffle: [0, epoch] });
        expect(batches.length).toBe(Math.ceil(all.length / batchSize));
        const keys = batches.flatMap((batch) => batch.examples.map(({ key }) => key));
        expect(keys.sort()).toEqual(all.map(({ key }) => key).sort());
        const longest = Math.max(...all.map(({ ids }) => ids.length + 2));
        for (const { length, examples: rows } of batches) {
          expect(rows.length).toBeLessThanOrEqual(batchSize);
          expect(length).toBeLessThanOrEqual(longest);
          for (const { ids } of rows) expect(ids.length + 2).toBeLessThanOrEqual(length);
        }
        expect(batches.filter((batch) => batch.examples.length < batchSize).length).toBeLessThan(2);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('is the same for the same epoch, another for another, and sorted without a shuffle', () => {
    const all = Array.from({ length: 64 }, (_, i) => exampleOf(1 + ((i * 37) % 98), i));
    const keys = (shuffle: [number, number] | null) =>
      batchesOf(all, { batchSize: 4, shuffle }).map((batch) =>
        batch.examples.map(({ key }) => key),
      );
    expect(keys([1, 2])).toEqual(keys([1, 2]));
    expect(keys([1, 3])).not.toEqual(keys([1, 2]));
    const lengths = batchesOf(all, { batchSize: 4, shuffle: null }).map(({ length }) => length);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  });
});

describe('collate', () => {
  it('lays out rows, attention and masked positions that agree with the plan', () => {
    fc.assert(
      fc.property(examples, fc.integer({ min: 1, max: 9 }), (all, batchSize) => {
        for (const planned of batchesOf(all, { batchSize, shuffle: null })) {
          const masks = planned.examples.map((example) =>
            maskTokens(example, masker, { tokenizer, draw: [0] }),
          );
          const batch = collate(planned, masks, tokenizer);
          const { length, rowCount } = batch;
          const size = planned.examples.length * length;
          expect(batch.batchSize).toBe(planned.examples.length);
          for (const array of [batch.inputIds, batch.attentionMask])
            expect(array.length).toBe(size);
          for (const array of [batch.positions, batch.labels, batch.weights])
            expect(array.length).toBe(rowCount);

          // Undoing the masking gives the sequences back.
          const ids = Array.from(batch.inputIds, Number);
          batch.positions.forEach((position, i) => {
            if (batch.weights[i] === 1) ids[Number(position)] = Number(batch.labels[i]);
          });
          planned.examples.forEach((example, row) => {
            const tokens = [cls, ...example.ids, sep];
            const padding = length - tokens.length;
            expect(ids.slice(row * length, (row + 1) * length)).toEqual([
              ...tokens,
              ...Array<number>(padding).fill(pad),
            ]);
            const attention = Array.from(
              batch.attentionMask.slice(row * length, (row + 1) * length),
              Number,
            );
            expect(attention).toEqual([...tokens.map(() => 1), ...Array<number>(padding).fill(0)]);
          });

          const positions = Array.from(batch.positions, Number);
          expect(new Set(positions).size).toBe(rowCount);
          expect(positions.every((position) => position >= 0 && position < size)).toBe(true);
          expect(batch.weights.reduce((a, b) => a + b)).toBe(masks.flat().length);
          expect(batch.tokenCount).toBe(Number(batch.attentionMask.reduce((a, b) => a + b)));
          expect(rowCount % 32 === 0 || rowCount === size).toBe(true);
        }
      }),
      { seed: 8, numRuns: 100 },
    );
  });
});
