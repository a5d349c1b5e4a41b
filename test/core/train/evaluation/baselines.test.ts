import { describe, expect, it } from 'vitest';
import {
  NO_LABEL,
  type LabelledExample,
} from '../../../../src/core/data/examples/labelledExamples.js';
import { objectiveOf } from '../../../../src/core/objectives/objectives.js';
import type { LabelledObjective } from '../../../../src/core/objectives/objective.js';
import { randomStream } from '../../../../src/core/random.js';
import type { TaskOf, TaskSpec } from '../../../../src/core/runs/schema.js';
import { fitBaselines } from '../../../../src/core/train/evaluation/baselines.js';

const random = randomStream('baselines');
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

function example(
  text: string,
  fields: Partial<LabelledExample> & Pick<LabelledExample, 'answer'>,
): LabelledExample {
  return {
    ...{ file: 'f.csv', line: 1, text, pair: null, words: [], wordTokens: [], typeIds: null },
    ...{ ids: Int32Array.of(1, 5, 2), labels: [], values: null, key: text, isCut: false },
    windows: null,
    ...fields,
  };
}

function baselinesOf(
  task: TaskSpec,
  make: () => LabelledExample,
): ReturnType<ReturnType<typeof fitBaselines>['evaluate']> {
  const objective = objectiveOf(task) as LabelledObjective;
  const options = { objective, task, pad: 0 };
  const rows = (count: number): LabelledExample[] => Array.from({ length: count }, make);
  return fitBaselines(rows(300), options).evaluate(rows(200));
}

const NOISE = ['the', 'film', 'was', 'about', 'a', 'town'];
const noise = (): string => `${pick(NOISE)} ${pick(NOISE)} ${pick(NOISE)}`;
const classification: TaskOf<'classification'> = {
  kind: 'classification',
  labels: ['bad', 'good'],
  multiLabel: false,
  loss: 'crossEntropy',
  labelSmoothing: 0,
  classWeights: null,
};

describe('baselines', () => {
  it('tell the most frequent label and the words that decide', () => {
    const { constant, bagOfWords } = baselinesOf(classification, () => {
      const label = random() < 0.7 ? 1 : 0;
      const text = `${noise()} ${['awful', 'great'][label]!}`;
      return example(text, { answer: { kind: 'labels', labels: [] }, labels: [label] });
    });
    expect(constant['accuracy']).toBeCloseTo(0.7, 0);
    expect(constant.loss).toBeCloseTo(0.6, 1);
    expect(bagOfWords['accuracy']).toBe(1);
    expect(bagOfWords.loss).toBeLessThan(0.2);
  });

  it('hold for several labels per text', () => {
    const task: TaskSpec = { ...classification, multiLabel: true, loss: 'binaryCrossEntropy' };
    const { constant, bagOfWords } = baselinesOf(task, () => {
      const values = [Number(random() < 0.2), Number(random() < 0.5)];
      const text = `${noise()} ${values[0] ? 'awful' : ''} ${values[1] ? 'great' : ''}`;
      return example(text, { answer: { kind: 'labels', labels: [] }, values });
    });
    expect(constant['accuracy']).toBeLessThan(0.8);
    expect(bagOfWords['accuracy']).toBeGreaterThan(0.97);
  });

  it('predict the mean, and numbers from words', () => {
    const { constant, bagOfWords } = baselinesOf({ kind: 'regression', outputs: ['score'] }, () => {
      const value = random() < 0.5 ? 2 : 4;
      const text = `${noise()} ${value === 2 ? 'awful' : 'great'}`;
      return example(text, { answer: { kind: 'numbers', numbers: [value] }, values: [value] });
    });
    expect(constant['meanSquaredError']).toBeCloseTo(1, 1);
    expect(bagOfWords['meanSquaredError']).toBeLessThan(0.05);
  });

  it('predict the most frequent label of each word', () => {
    const task: TaskSpec = {
      kind: 'token-classification',
      labels: ['O', 'PER'],
      labelSmoothing: 0,
      classWeights: null,
    };
    const { constant, bagOfWords } = baselinesOf(task, () => {
      const words = [pick(NOISE), pick(['anna', 'ben']), pick(NOISE)];
      const text = words.join(' ');
      const starts = words.map((word) => text.indexOf(word));
      return example(text, {
        answer: { kind: 'tags', tags: ['O', 'PER', 'O'] },
        ids: Int32Array.of(1, 5, 6, 7, 2),
        words: words.map((word, i) => ({ start: starts[i]!, end: starts[i]! + word.length })),
        wordTokens: [1, 2, 3],
        labels: [NO_LABEL, 0, 1, 0, NO_LABEL],
      });
    });
    expect(constant['accuracy']).toBeCloseTo(2 / 3, 9);
    expect(bagOfWords['accuracy']).toBe(1);
  });
});
