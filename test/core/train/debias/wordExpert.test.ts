import { describe, expect, it } from 'vitest';
import { OBJECTIVES } from '../../../../src/core/objectives/objectives.js';
import { randomStream } from '../../../../src/core/random.js';
import type { TaskOf } from '../../../../src/core/runs/schema.js';
import type { GroupedExample } from '../../../../src/core/train/data/labelledData.js';
import { fitWordExpert, type WordExpert } from '../../../../src/core/train/debias/wordExpert.js';

const TASK: TaskOf<'classification'> = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false, loss: 'crossEntropy' },
  ...{ labelSmoothing: 0, classWeights: null },
};
const OPTIONS = { objective: OBJECTIVES.classification, task: TASK, pad: 0 };

function example(text: string, label: number, group: string | null = null): GroupedExample {
  return {
    ...{ file: 'f.csv', line: 1, text, pair: null, words: [], wordTokens: [], typeIds: null },
    ...{ ids: Int32Array.of(1, 5, 2), values: null, key: text, isCut: false, windows: null },
    answer: { kind: 'labels', labels: [TASK.labels[label]!] },
    ...{ labels: [label], group },
  };
}

function expertOf(
  train: readonly GroupedExample[],
  scale = 1,
  weightOf: (example: { readonly text: string }) => number = () => 1,
): WordExpert {
  return fitWordExpert(train, { scale, weightOf }, OPTIONS);
}

describe('a bag-of-words expert', () => {
  const random = randomStream('expert test');
  const noise = (): string => `town ${Math.floor(random() * 1e9)} film`;
  const loud = Array.from({ length: 200 }, (_, i) =>
    example(`${noise()} ${['awful', 'great'][i % 2]!}`, i % 2),
  );

  it('predicts rows by log-probabilities that it has not seen them for', () => {
    const { offsets, accuracy } = expertOf(loud);
    expect(accuracy).toBe(1);
    for (const values of offsets.values()) {
      expect(Math.exp(values[0]!) + Math.exp(values[1]!)).toBeCloseTo(1, 5);
    }
    // In fold, words that occur once would give every label away.
    const noiseOnly = Array.from({ length: 200 }, () => example(noise(), random() < 0.5 ? 0 : 1));
    const blind = expertOf(noiseOnly);
    expect(blind.accuracy!).toBeGreaterThan(0.3);
    expect(blind.accuracy!).toBeLessThan(0.65);
  });

  it('is scaled, the same at each call, and the same for duplicates', () => {
    const twice = [...loud, ...loud.map((one) => ({ ...one }))];
    const [whole, half] = [expertOf(twice), expertOf(twice, 0.5)];
    twice.forEach((one, i) => {
      const [full, scaled] = [whole.offsets.get(one)!, half.offsets.get(one)!];
      expect(scaled[0]).toBeCloseTo(full[0]! / 2, 6);
      expect(full).toEqual(whole.offsets.get(twice[i % loud.length]!));
    });
    expect([...expertOf(twice).offsets.values()]).toEqual([...whole.offsets.values()]);
  });

  it('keeps near-duplicates and groups in one fold', () => {
    const random = randomStream('near-duplicates');
    const words = (): string =>
      Array.from({ length: 40 }, () => `w${Math.floor(random() * 1e9)}`).join(' ');
    // Each text is there twice, with one word changed, and its label is a coin: only the other one tells it.
    const twice = Array.from({ length: 100 }, (_, i) => {
      const text = words();
      const label = i % 2;
      return [example(text, label), example(`${text} again`, label)];
    }).flat();
    expect(expertOf(twice).accuracy!).toBeLessThan(0.65);
    const grouped = Array.from({ length: 100 }, (_, i) => {
      const sign = `g${i}`;
      return [0, 1].map(() => example(`${words()} ${sign} ${sign} ${sign}`, i % 2, sign));
    }).flat();
    expect(expertOf(grouped).accuracy!).toBeLessThan(0.65);
  });

  it('is fitted with weights as with copies', () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      example(`${['great', 'awful', 'plain'][i % 3]!} ${i}`, i % 3 === 2 ? i % 2 : i % 3),
    );
    const isHeavy = ({ text }: { readonly text: string }): boolean => text.startsWith('awful');
    const weighted = expertOf(rows, 1, (row) => (isHeavy(row) ? 3 : 1));
    const copied = expertOf(
      rows.flatMap((row) => (isHeavy(row) ? [row, { ...row }, { ...row }] : [row])),
    );
    // Words are weighted by how many texts have them, which copies change a little.
    const probability = (expert: WordExpert, row: GroupedExample): number =>
      Math.exp(expert.offsets.get(row)![0]!);
    const plain = expertOf(rows);
    const distance = (other: WordExpert): number =>
      rows.reduce(
        (sum, row) => sum + Math.abs(probability(other, row) - probability(copied, row)),
        0,
      ) / rows.length;
    expect(distance(weighted)).toBeLessThan(0.3 * distance(plain));
    expect(weighted.accuracy).toBeCloseTo(copied.accuracy!, 6);
  });

  it('says nothing of rows that are alone', () => {
    const only = [example('a', 0)];
    expect([...expertOf(only).offsets.get(only[0]!)!]).toEqual([
      expect.closeTo(-Math.LN2, 6),
      expect.closeTo(-Math.LN2, 6),
    ]);
  });
});
