import { describe, expect, it } from 'vitest';
import type { LabelledExample } from '../../../../src/core/data/examples/labelledExamples.js';
import { OBJECTIVES } from '../../../../src/core/objectives/objectives.js';
import { randomStream } from '../../../../src/core/random.js';
import type { TaskOf } from '../../../../src/core/runs/schema.js';
import { fitWordExpert } from '../../../../src/core/train/debias/wordExpert.js';

const TASK: TaskOf<'classification'> = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false, loss: 'crossEntropy' },
  ...{ labelSmoothing: 0, classWeights: null },
};
const OPTIONS = { objective: OBJECTIVES.classification, task: TASK, pad: 0 };

function example(text: string, label: number): LabelledExample {
  return {
    ...{ file: 'f.csv', line: 1, text, pair: null, words: [], wordTokens: [], typeIds: null },
    ...{ ids: Int32Array.of(1, 5, 2), values: null, key: text, isCut: false, windows: null },
    answer: { kind: 'labels', labels: [TASK.labels[label]!] },
    labels: [label],
  };
}

describe('a bag-of-words expert', () => {
  const random = randomStream('expert test');
  const noise = (): string => `town ${Math.floor(random() * 1e9)} film`;
  const loud = Array.from({ length: 200 }, (_, i) =>
    example(`${noise()} ${['awful', 'great'][i % 2]!}`, i % 2),
  );

  it('predicts rows by log-probabilities that it has not seen them for', () => {
    const { offsets, accuracy } = fitWordExpert(loud, 1, OPTIONS);
    expect(accuracy).toBe(1);
    for (const values of offsets.values()) {
      expect(Math.exp(values[0]!) + Math.exp(values[1]!)).toBeCloseTo(1, 5);
    }
    // In fold, words that occur once would give every label away.
    const noiseOnly = Array.from({ length: 200 }, () => example(noise(), random() < 0.5 ? 0 : 1));
    const blind = fitWordExpert(noiseOnly, 1, OPTIONS);
    expect(blind.accuracy!).toBeGreaterThan(0.3);
    expect(blind.accuracy!).toBeLessThan(0.65);
  });

  it('is scaled, the same at each call, and the same for duplicates', () => {
    const twice = [...loud, ...loud.map((one) => ({ ...one }))];
    const [whole, half] = [fitWordExpert(twice, 1, OPTIONS), fitWordExpert(twice, 0.5, OPTIONS)];
    twice.forEach((one, i) => {
      const [full, scaled] = [whole.offsets.get(one)!, half.offsets.get(one)!];
      expect(scaled[0]).toBeCloseTo(full[0]! / 2, 6);
      expect(full).toEqual(whole.offsets.get(twice[i % loud.length]!));
    });
    expect([...fitWordExpert(twice, 1, OPTIONS).offsets.values()]).toEqual([
      ...whole.offsets.values(),
    ]);
  });

  it('says nothing of rows that are alone', () => {
    const only = [example('a', 0)];
    expect([...fitWordExpert(only, 1, OPTIONS).offsets.get(only[0]!)!]).toEqual([
      expect.closeTo(-Math.LN2, 6),
      expect.closeTo(-Math.LN2, 6),
    ]);
  });
});
