import { describe, expect, it } from 'vitest';
import { CueCounter, type CueTable } from '../../../src/core/interference/cueCounts.js';
import { cueKey, cuesOf } from '../../../src/core/interference/cues.js';
import { labelLeaks } from '../../../src/core/interference/labelLeaks.js';
import { unstableLeaks, type TestedLeak } from '../../../src/core/interference/unstableLeaks.js';
import { randomStream } from '../../../src/core/random.js';

const random = randomStream('unstable leaks');

/** Probability of each word in texts of the labels "pos" and "neg". */
type Language = Readonly<Record<string, readonly [pos: number, neg: number]>>;

function tableOf(
  language: Language,
  { pos, neg, quartiles }: { pos: number; neg: number; quartiles?: CueTable['quartiles'] },
): CueTable {
  const counter = new CueCounter();
  const add = (label: 'pos' | 'neg', count: number): void => {
    for (let i = 0; i < count; i++) {
      const words = Object.entries(language).flatMap(([word, shares]) =>
        random() < shares[label === 'pos' ? 0 : 1] ? [word] : [],
      );
      counter.add(cuesOf({ text: `some text ${words.join(' ')}.` }), {
        labels: [label],
        place: { file: 'a.csv', line: i + 1 },
      });
    }
  };
  add('pos', pos);
  add('neg', neg);
  return counter.table(quartiles === undefined ? {} : { quartiles });
}

const TRAINED: Language = {
  great: [0.4, 0.05],
  cinema: [0.4, 0.05],
  director: [0.1, 0.01],
  awful: [0.03, 0.4],
};
const SHIFTED: Language = { ...TRAINED, cinema: [0.2, 0.25], director: [0, 0] };

function tested(
  sample: { pos: number; neg: number },
  language = SHIFTED,
): Record<string, TestedLeak['shifted']> {
  const training = tableOf(TRAINED, { pos: 1000, neg: 1000 });
  const { leaks } = labelLeaks(training);
  const found = unstableLeaks(
    leaks,
    training,
    tableOf(language, { ...sample, quartiles: training.quartiles }),
  );
  return Object.fromEntries(
    found
      .filter(({ cue }) => cue.kind === 'word')
      .map((leak) => [cueKey(leak.cue).slice(5), leak.shifted]),
  );
}

describe('the instability test', () => {
  it('tells words that changed from words that did not, and from unseen ones', () => {
    const found = tested({ pos: 120, neg: 120 });
    expect(Object.keys(found)[0]).toBe('cinema');
    expect(found['cinema']).toMatchObject({ stability: 'unstable' });
    expect(found['great']).toMatchObject({ stability: 'consistent' });
    expect(found['awful']).toMatchObject({ stability: 'consistent' });
    expect(found['director']).toMatchObject({ stability: 'unseen', share: null, pValue: null });
    expect(found['cinema']!.score).toBeGreaterThan(found['great']!.score);
  });

  it('does not take another balance of the classes for a change of the words', () => {
    const found = tested({ pos: 30, neg: 270 }, TRAINED);
    // Fewer texts with the word are positive than in training, as expected of fewer positive texts.
    expect(found['great']!.share).toBeLessThan(0.7);
    expect(found['great']!.expectedShare).toBeLessThan(0.7);
    for (const { stability } of Object.values(found)) expect(stability).not.toBe('unstable');
  });

  it('expects no more than all texts to have a label that all texts with a word have', () => {
    const certain: Language = { director: [0.6, 0], cinema: [0.4, 0.1] };
    const training = tableOf(certain, { pos: 200, neg: 200 });
    const { leaks } = labelLeaks(training);
    for (let pos = 20; pos < 60; pos++) {
      const sample = tableOf(certain, { pos, neg: 60, quartiles: training.quartiles });
      const found = unstableLeaks(leaks, training, sample);
      const shares = found.map(({ shifted }) => shifted.expectedShare);
      expect(Math.max(...shares)).toBe(1);
    }
  });

  it('says where a sample is too small to tell', () => {
    const training = tableOf(TRAINED, { pos: 1000, neg: 1000 });
    const found = tested({ pos: 4, neg: 4 }, { ...SHIFTED, great: [0.25, 0.25] });
    expect(Object.values(found).some(({ stability }) => stability === 'tooFew')).toBe(true);
    expect(training.texts).toBe(2000);
  });

  it('leaves out labels that the sample lacks, and compares nothing with one label alone', () => {
    expect(tested({ pos: 50, neg: 0 })).toEqual({});
  });

  it('finds at most one unstable word in twenty by chance, where nothing changed', () => {
    const language: Language = Object.fromEntries(
      Array.from(
        { length: 40 },
        (_, i) => [`word${i}x`, i % 2 === 0 ? [0.4, 0.1] : [0.1, 0.4]] as const,
      ),
    );
    const training = tableOf(language, { pos: 800, neg: 800 });
    const { leaks } = labelLeaks(training);
    let unstable = 0;
    for (let draw = 0; draw < 20; draw++) {
      const sample = tableOf(language, { pos: 100, neg: 100, quartiles: training.quartiles });
      unstable += unstableLeaks(leaks, training, sample).filter(
        ({ shifted }) => shifted.stability === 'unstable',
      ).length;
    }
    expect(leaks.length).toBeGreaterThanOrEqual(40);
    expect(unstable / (20 * leaks.length)).toBeLessThan(0.005);
  });
});

describe('the instability test of three labels', () => {
  type Counts = Readonly<Record<'a' | 'b' | 'c', readonly [texts: number, withWord: number]>>;

  const countsOf = (counts: Counts): CueTable => {
    const counter = new CueCounter();
    for (const [label, [texts, withWord]] of Object.entries(counts)) {
      for (let i = 0; i < texts; i++) {
        const text = i < withWord ? 'some text with cinema.' : 'some text.';
        counter.add(cuesOf({ text }), { labels: [label], place: { file: 'a.csv', line: i + 1 } });
      }
    }
    return counter.table();
  };

  const cinemaFor = (label: string, data: Counts, sample: Counts): TestedLeak['shifted'] => {
    const training = countsOf(data);
    const { leaks } = labelLeaks(training);
    const found = unstableLeaks(leaks, training, countsOf(sample));
    return found.find((leak) => leak.label === label && cueKey(leak.cue) === 'word cinema')!
      .shifted;
  };

  it('expects the share that follows from all class shares of the sample', () => {
    const data: Counts = { a: [300, 150], b: [300, 150], c: [300, 0] };
    // Half of the texts with each of the labels a and b have the word, as in training.
    const same = cinemaFor('a', data, { a: [100, 50], b: [200, 100], c: [0, 0] });
    expect(same.expectedShare).toBeCloseTo(1 / 3, 2);
    expect(same.stability).toBe('consistent');
  });

  it('finds a word that occurs with another label, whatever the class shares', () => {
    const data: Counts = { a: [300, 150], b: [300, 150], c: [300, 0] };
    const moved = cinemaFor('a', data, { a: [100, 25], b: [0, 0], c: [200, 25] });
    expect(moved.expectedShare).toBeGreaterThan(0.95);
    expect(moved.stability).toBe('unstable');
  });
});
