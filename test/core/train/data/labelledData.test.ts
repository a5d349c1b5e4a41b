import { describe, expect, it } from 'vitest';
import type { LabelledExample } from '../../../../src/core/data/examples/labelledExamples.js';
import { OBJECTIVES } from '../../../../src/core/objectives/objectives.js';
import type { RunSpec, TaskOf } from '../../../../src/core/runs/schema.js';
import { readAnswers, sampleExamples } from '../../../../src/core/train/evaluation/answers.js';
import { collateLabelled } from '../../../../src/core/train/data/collateLabelled.js';
import {
  createLabelledData,
  type GroupedExample,
} from '../../../../src/core/train/data/labelledData.js';

const ONE_OF: TaskOf<'classification'> = {
  kind: 'classification',
  labels: ['bad', 'good'],
  multiLabel: false,
  loss: 'crossEntropy',
  labelSmoothing: 0,
  classWeights: [0.5, 2],
};
const PAD = 9;
const CLASSES = { objective: OBJECTIVES.classification, task: ONE_OF, pad: PAD };

function example(number: number, changes: Partial<LabelledExample> = {}): LabelledExample {
  const length = 3 + (number % 4);
  return {
    file: 'a.csv',
    line: number + 2,
    text: `text ${number}`,
    pair: null,
    words: [],
    ids: Int32Array.from({ length }, (_, i) => 10 + i),
    typeIds: null,
    windows: null,
    answer: { kind: 'labels', labels: [number % 2 === 0 ? 'bad' : 'good'] },
    labels: [number % 2],
    values: null,
    wordTokens: [],
    key: `key ${number}`,
    isCut: false,
    ...changes,
  };
}

describe('collateLabelled', () => {
  it('pads rows, and weighs them by their class in training alone', () => {
    const planned = { length: 5, examples: [example(0), example(1)] };
    const batch = collateLabelled(planned, CLASSES);
    expect([...batch.inputIds].map(Number)).toEqual([10, 11, 12, 9, 9, 10, 11, 12, 13, 9]);
    expect([...batch.attentionMask].map(Number)).toEqual([1, 1, 1, 0, 0, 1, 1, 1, 1, 0]);
    expect(batch).toMatchObject({ rowCount: 2, positions: null, values: null, tokenCount: 7 });
    expect([...batch.labels]).toEqual([0n, 1n]);
    expect([...batch.weights]).toEqual([0.5, 2]);
    const measured = collateLabelled(planned, CLASSES, { weighted: false });
    expect([...measured.weights]).toEqual([1, 1]);
  });

  it('gives types only where a row is a pair', () => {
    const pair = example(1, { typeIds: Int32Array.from([0, 0, 1, 1]) });
    const { tokenTypeIds } = collateLabelled({ length: 4, examples: [example(0), pair] }, CLASSES);
    expect([...tokenTypeIds!].map(Number)).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('lays numbers out row by row', () => {
    const task: TaskOf<'regression'> = { kind: 'regression', outputs: ['a', 'b'] };
    const options = { objective: OBJECTIVES.regression, task, pad: PAD };
    const examples = [1, 2].map((n) => example(n, { labels: [], values: [n, -n] }));
    const batch = collateLabelled({ length: 6, examples }, options);
    expect([...batch.values!]).toEqual([1, -1, 2, -2]);
    expect([...batch.weights]).toEqual([1, 1]);
  });

  it('asks at the places of words, each once, the rest of the bucket at weight 0', () => {
    const task: TaskOf<'token-classification'> = {
      kind: 'token-classification',
      labels: ['O', 'B'],
      labelSmoothing: 0,
      classWeights: null,
    };
    const options = { objective: OBJECTIVES['token-classification'], task, pad: PAD };
    const examples = [example(0, { labels: [-1, 1, -1] }), example(1, { labels: [-1, 0, 1, -1] })];
    const batch = collateLabelled({ length: 4, examples }, options);
    const asked = [...batch.weights].filter((weight) => weight > 0).length;
    expect([...batch.positions!].slice(0, asked)).toEqual([1n, 5n, 6n]);
    expect([...batch.labels].slice(0, asked)).toEqual([1n, 0n, 1n]);
    expect(new Set(batch.positions)).toHaveProperty('size', batch.rowCount);
  });
});

const grouped = (i: number): GroupedExample => ({ ...example(i), group: null });

describe('createLabelledData', () => {
  it('takes every row once an epoch, in another order each, and the same held-out rows', () => {
    const train = Array.from({ length: 21 }, (_, i) => grouped(i));
    const training = { batchSize: 4, accumulation: 2, seed: 1 };
    const spec = { training, data: { splitSeed: 0 } } as unknown as RunSpec;
    const data = createLabelledData(
      { train, heldOut: [grouped(99)], test: [grouped(100), grouped(101)] },
      { spec, ...CLASSES },
    );
    expect(data.stepsPerEpoch).toBe(3);
    const rows = (from: number): number =>
      [0, 1, 2]
        .flatMap((step) => data.trainBatches(from + step))
        .reduce((sum, { batchSize }) => sum + batchSize, 0);
    expect(rows(0)).toBe(21);
    expect(rows(3)).toBe(21);
    const ids = (step: number): string => data.trainBatches(step)[0]!.labels.join();
    expect(ids(0)).toBe(ids(0));
    expect([...data.heldOutBatches()]).toHaveLength(1);
    expect([...data.testBatches!()].map(({ labels }) => [...labels])).toEqual([[0n, 1n]]);
    const without = { train, heldOut: [grouped(99)], test: [] };
    const { testBatches } = createLabelledData(without, { spec, ...CLASSES });
    expect(testBatches).toBeNull();
  });
});

describe('readAnswers', () => {
  it('reads labels with their probabilities, the likeliest first', () => {
    const [answer] = readAnswers([example(1)], Float32Array.from([0, Math.log(3)]), CLASSES);
    expect(answer).toMatchObject({
      text: 'text 1',
      line: 3,
      answer: { expected: ['good'], predicted: ['good'] },
    });
    const { probabilities } = answer!.answer as { probabilities: { probability: number }[] };
    expect(probabilities[0]!.probability).toBeCloseTo(0.75, 6);
  });

  it('reads every label that is more likely than not', () => {
    const task = { ...ONE_OF, multiLabel: true, loss: 'binaryCrossEntropy' } as const;
    const [answer] = readAnswers([example(1)], Float32Array.from([2, -2]), {
      ...CLASSES,
      task,
    });
    expect(answer!.answer).toMatchObject({ predicted: ['bad'] });
  });
});

describe('sampleExamples', () => {
  it('takes texts of every label before more of one', () => {
    const many = [0, 2, 4, 6, 8, 1].map((n) => example(n));
    const labels = sampleExamples(many, 3).map(({ labels: [label] }) => label);
    expect(new Set(labels)).toEqual(new Set([0, 1]));
  });
});
