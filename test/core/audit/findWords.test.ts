import { describe, expect, it } from 'vitest';
import { findWords } from '../../../src/core/audit/findWords.js';
import { occludeTexts } from '../../../src/core/audit/occlusion.js';
import { randomStream } from '../../../src/core/random.js';
import { FakeTokenizer } from '../predict/fakeModel.js';
import { tableModel } from './tableModel.js';
import { findPython, runPython } from '../../support/python.js';

const WORDS = Array.from({ length: 40 }, (_, i) => `w${String.fromCharCode(97 + (i % 26))}${i}`);
const tokenizer = new FakeTokenizer(WORDS);

/** Texts of random words, and a model to which some of them matter. */
async function planted(
  name: string,
  weights: Readonly<Record<string, readonly number[]>>,
  labels: readonly string[],
) {
  const random = randomStream('find words test', name);
  const texts = Array.from({ length: 120 }, () =>
    Array.from({ length: 12 }, () => WORDS[Math.floor(random() * WORDS.length)]!).join(' '),
  );
  const base = tableModel({
    labels,
    maxLength: 32,
    rule: (ids, count) =>
      Float32Array.from({ length: count }, (_, label) => {
        let value = 0;
        for (let i = 0; i < ids.length; i++) {
          const token = tokenizer.idToToken(ids[i]!);
          // Noise by word and place, around the weight of the word.
          value +=
            (weights[token]?.[label] ?? 0) + 0.05 * Math.sin(ids[i]! * (i + 1) * (label + 2));
        }
        return value;
      }),
  });
  const model = { ...base, tokenizer };
  const occluded = await occludeTexts(
    model,
    texts.map((text) => ({ text, pair: null })),
  );
  return findWords(occluded, { labels, apply: 'softmax', seed: 0 });
}

describe('findings of an audit', () => {
  it('are the words that matter, with the label that they speak for, over ten plants', async () => {
    let [found, wrong, missed] = [0, 0, 0];
    for (let plant = 0; plant < 10; plant++) {
      const good = WORDS[plant]!;
      const bad = WORDS[plant + 20]!;
      const findings = await planted(String(plant), { [good]: [2, 0], [bad]: [0, 1.5] }, [
        'good',
        'bad',
      ]);
      const loud = findings.filter(({ effect }) => effect >= 0.5);
      for (const [word, label] of [
        [good, 'good'],
        [bad, 'bad'],
      ]) {
        if (loud.some((finding) => finding.word === word && finding.label === label)) found++;
        else missed++;
      }
      wrong += loud.filter(({ word }) => word !== good && word !== bad).length;
    }
    expect({ found, missed, wrong }).toEqual({ found: 20, missed: 0, wrong: 0 });
  });

  it('have an effect near the weight, an interval around it, and the share of flips', async () => {
    const [finding, ...others] = await planted('effect', { [WORDS[3]!]: [0, 3, 0] }, [
      'a',
      'b',
      'c',
    ]);
    expect([finding!.word, finding!.label]).toEqual([WORDS[3], 'b']);
    // The log-odds of b change by the weight, once for each occurrence in a text.
    expect(finding!.effect).toBeGreaterThan(2.8);
    expect(finding!.interval.low).toBeLessThan(finding!.effect);
    expect(finding!.interval.high).toBeGreaterThan(finding!.effect);
    // Without the word, noise decides among three labels, so that a third stays as it is.
    expect(finding!.flips! / finding!.texts).toBeCloseTo(2 / 3, 1);
    expect(others.every(({ effect }) => effect < 0.5)).toBe(true);
  });

  it('need several texts, and are none where nothing matters', async () => {
    const nothing = await planted('nothing', {}, ['good', 'bad']);
    expect(nothing.filter(({ effect }) => effect >= 0.5)).toEqual([]);
    const model = tableModel({ labels: ['good', 'bad'], maxLength: 32 });
    const few = await occludeTexts(model, [{ text: 'the cat sat', pair: null }]);
    expect(findWords(few, { labels: model.labels, apply: 'softmax', seed: 0 })).toEqual([]);
  });

  it('are the same for the same seed', async () => {
    const once = await planted('twice', { [WORDS[5]!]: [1, 0] }, ['good', 'bad']);
    expect(await planted('twice', { [WORDS[5]!]: [1, 0] }, ['good', 'bad'])).toEqual(once);
  });

  const python = findPython(['scipy'], { packages: 'python3-scipy' });
  it.skipIf(python === null)(
    'have the p-value of a t test over texts, as scipy computes it',
    () => {
      const random = randomStream('find words test', 'scipy');
      const values = Array.from({ length: 9 }, () => random() - 0.3);
      const effects = values.map((value) => ({
        ...{ sequences: [], isCut: false, words: [], logits: Float32Array.of(1, 0) },
        effects: [
          {
            ...{ word: 'sea', ranges: [], places: new Map(), logits: Float32Array.of(1, 0) },
            effects: Float64Array.of(value, -value),
          },
        ],
      }));
      const options = {
        labels: ['good', 'bad'],
        apply: 'softmax',
        seed: 0,
        leastTexts: 2,
      } as const;
      const script = `
import json, sys
from scipy.stats import ttest_1samp
print(json.dumps(ttest_1samp(json.load(sys.stdin), 0).pvalue))`;
      const shifted = effects.map((text) => ({
        ...text,
        effects: text.effects.map((word) => ({
          ...word,
          effects: word.effects.map((effect, i) => effect + (i === 0 ? 0.4 : -0.4)),
        })),
      }));
      const expected = runPython(
        python!,
        script,
        values.map((value) => value + 0.4),
      ) as number;
      const [finding] = findWords(shifted, options);
      expect(finding!.pValue).toBeCloseTo(expected, 9);
    },
  );
});
