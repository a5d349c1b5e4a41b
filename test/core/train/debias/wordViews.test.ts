import { describe, expect, it } from 'vitest';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import { rowWeightsOf } from '../../../../src/core/batches/batch.js';
import { labelExample } from '../../../../src/core/data/examples/labelledExamples.js';
import { createMasker } from '../../../../src/core/masking/createMasker.js';
import {
  maskingPolicySchema,
  type MaskingPolicy,
} from '../../../../src/core/masking/policy/policy.js';
import { OBJECTIVES } from '../../../../src/core/objectives/objectives.js';
import type { TaskOf } from '../../../../src/core/runs/schema.js';
import {
  createLabelledData,
  type ExampleTerms,
  type GroupedExample,
  type LabelledData,
} from '../../../../src/core/train/data/labelledData.js';
import { WordMasks } from '../../../../src/core/train/data/wordMasks.js';
import { maskingOthers, maskingWords } from '../../../../src/core/train/debias/discouragedWords.js';
import { consistencyViews, maskerViews } from '../../../../src/core/train/debias/wordViews.js';
import { sampleTokenizer as tokenizer } from '../../data/sampleTokenizer.js';

const TASK: TaskOf<'classification'> = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false, loss: 'crossEntropy' },
  ...{ labelSmoothing: 0, classWeights: null },
};
const { mask, pad } = tokenizer.special;
const MASK = BigInt(mask);

/** Texts of which every third lacks the word to discourage, "surprising", which is of two pieces. */
function textOf(number: number, maxLength = 48): GroupedExample {
  const word = number % 3 === 0 ? 'little' : 'surprising';
  const text = `the ${word} sea is a way to see the world ${number}`;
  const values = { text, label: number % 2 === 0 ? 'good' : 'bad' };
  const example = labelExample(
    { file: 'a.csv', line: number, values },
    {
      ...{ tokenizer, maxLength, truncation: 'windows', stride: 2, withSources: true },
      ...{ columns: { text: 'text', pair: null, labels: ['label'] }, labelDelimiter: null },
      ...{ known: TASK.labels, multiLabel: false },
    },
  );
  return { ...example, group: null };
}

const POLICY: MaskingPolicy = maskingPolicySchema.parse({
  version: 1,
  rate: 0.3,
  rules: [{ name: 'loud', words: ['surprising'], rate: 0.5 }],
});

function wordsOf(examples: readonly GroupedExample[], policy: MaskingPolicy): WordMasks {
  const words = new WordMasks(createMasker(policy, { tokenizer, statistics: null }), tokenizer);
  for (const example of examples) words.add(example);
  return words;
}

function dataOf(train: readonly GroupedExample[], terms: Partial<ExampleTerms>): LabelledData {
  const training = { batchSize: 4, seed: 3, accumulation: 2 };
  return createLabelledData(
    { train, heldOut: train, test: train },
    {
      ...{ spec: { training, data: { splitSeed: 0 } }, objective: OBJECTIVES.classification },
      ...{ task: TASK, pad, terms: { weightOf: null, offsetsOf: null, views: null, ...terms } },
    },
  );
}

const sumOf = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
const rowOf = ({ inputIds, length }: TrainingBatch, row: number): bigint[] =>
  Array.from(inputIds.slice(row * length, (row + 1) * length));

const texts = Array.from({ length: 22 }, (_, i) => textOf(i));

describe('consistency views', () => {
  const views = consistencyViews(wordsOf(texts, maskingWords(POLICY, 1)));

  it('are the whole texts, with those without any piece of the words to discourage as teachers', () => {
    for (const step of [0, 1, 2]) {
      const batches = dataOf(texts, { views }).trainBatches(step);
      const found = batches.filter(({ loss }) => loss === 'consistency');
      expect(found.length).toBeGreaterThan(0);
      for (const batch of found) {
        const teacher = batch.teacher!;
        expect(batch.length).toBe(teacher.length);
        for (let row = 0; row < batch.batchSize; row++) {
          const [whole, without] = [rowOf(batch, row), rowOf(teacher, row)];
          expect(whole).not.toContain(MASK);
          const masked = without.filter((id) => id === MASK).length;
          expect(masked).toBe(tokenizer.encode('surprising').ids.length);
          without.forEach((id, i) => {
            if (id !== MASK) expect(id).toBe(whole[i]);
          });
        }
      }
    }
  });

  it('count texts without such words in the mean, and give them no row', () => {
    const data = dataOf(texts, { views });
    for (let step = 0; step < data.stepsPerEpoch; step++) {
      const batches = data.trainBatches(step);
      const own = batches.filter(({ loss }) => loss === undefined);
      const found = batches.filter(({ loss }) => loss === 'consistency');
      const rows = sumOf(found.flatMap((batch) => [...rowWeightsOf(batch)]));
      const absent = sumOf(found.map(({ absentWeight = 0 }) => absentWeight));
      expect(rows + absent).toBe(sumOf(own.map(({ batchSize }) => batchSize)));
    }
  });

  it('are the same at each call, and carry the weights of examples', () => {
    const weightOf = (example: { readonly line: number }): number => 1 + (example.line % 5);
    const make = (): LabelledData => dataOf(texts, { views, weightOf });
    expect(make().trainBatches(1)).toEqual(make().trainBatches(1));
    const batches = make().trainBatches(1);
    const total = (loss: string | undefined): number =>
      sumOf(
        batches
          .filter((batch) => batch.loss === loss)
          .flatMap((batch) => [...rowWeightsOf(batch), batch.absentWeight ?? 0]),
      );
    expect(total('consistency')).toBeCloseTo(total(undefined), 4);
  });

  it('leave the batches of the task as they are', () => {
    const plain = dataOf(texts, {}).trainBatches(0);
    const viewed = dataOf(texts, { views }).trainBatches(0);
    expect(viewed.slice(0, plain.length)).toEqual(plain);
  });

  it('weigh the windows of a long text like one text', () => {
    const long = Array.from({ length: 8 }, (_, i) => textOf(i, 10));
    const seen = consistencyViews(wordsOf(long, maskingWords(POLICY, 1)));
    const found = dataOf(long, { views: seen })
      .trainBatches(0)
      .filter(({ loss }) => loss === 'consistency');
    const rows = sumOf(found.flatMap((batch) => [...rowWeightsOf(batch)]));
    const absent = sumOf(found.map(({ absentWeight = 0 }) => absentWeight));
    expect(rows + absent).toBeCloseTo(8, 5);
  });
});

describe('views of MASKER', () => {
  const views = maskerViews({
    words: wordsOf(texts, maskingWords(POLICY, 0.5)),
    others: wordsOf(texts, maskingOthers(POLICY, 0.9)),
    seed: 5,
    tokenizer,
  });
  const data = dataOf(texts, { views });
  const stepsOf = (name: string): TrainingBatch[] =>
    Array.from({ length: 8 * data.stepsPerEpoch }, (_, step) => data.trainBatches(step))
      .flat()
      .filter(({ loss }) => loss === name);
  const pieces = new Set(Array.from(tokenizer.encode('surprising').ids, BigInt));

  it('reconstruct whole words to discourage, half of them in the mean', () => {
    let words = 0;
    for (const batch of stepsOf('reconstruction')) {
      const weights = rowWeightsOf(batch);
      batch.labels.forEach((label, row) => {
        if (weights[row] === 0) return;
        expect(pieces).toContain(label);
        expect(batch.inputIds[Number(batch.positions![row])]).toBe(MASK);
        words += 1 / pieces.size;
      });
    }
    const expected = 0.5 * 8 * texts.filter(({ text }) => text.includes('surprising')).length;
    expect(words / expected).toBeGreaterThan(0.75);
    expect(words / expected).toBeLessThan(1.25);
  });

  it('keep the words to discourage where most others are masked, and want equal probabilities', () => {
    let [masked, kept] = [0, 0];
    for (const batch of stepsOf('uniform')) {
      expect([...batch.values!]).toEqual(new Array(2 * batch.rowCount).fill(0.5));
      expect(batch.teacher).toBeUndefined();
      for (let row = 0; row < batch.batchSize; row++) {
        const ids = rowOf(batch, row);
        masked += ids.filter((id) => id === MASK).length;
        kept += ids.filter((id) => id !== MASK && !pieces.has(id) && id > 4n).length;
      }
    }
    expect(masked / (masked + kept)).toBeGreaterThan(0.8);
    const whole = stepsOf('uniform').flatMap((batch) =>
      Array.from({ length: batch.batchSize }, (_, row) => rowOf(batch, row)),
    );
    const counts = whole.map((ids) => ids.filter((id) => pieces.has(id)).length);
    // Another word may share a piece; no word to discourage lacks one.
    expect(counts.filter((count) => count > 1 && count < pieces.size)).toEqual([]);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(pieces.size);
  });

  it('draw new masks in each epoch', () => {
    const first = data.trainBatches(0).filter(({ loss }) => loss === 'uniform');
    const later = data.trainBatches(data.stepsPerEpoch).filter(({ loss }) => loss === 'uniform');
    expect(first).not.toEqual(later);
    expect(data.trainBatches(0).filter(({ loss }) => loss === 'uniform')).toEqual(first);
  });
});
