import { describe, expect, it } from 'vitest';
import {
  CueCounter,
  MOST_LABEL_VALUES,
  type CueTable,
} from '../../../src/core/interference/cueCounts.js';
import { cueKey, cuesOf } from '../../../src/core/interference/cues.js';
import { labelLeaks } from '../../../src/core/interference/labelLeaks.js';
import { randomStream } from '../../../src/core/random.js';
import { findPython, runPython } from '../../support/python.js';

type Row = readonly [text: string, label: string];

function tableOf(rows: readonly Row[], capacity?: number): CueTable {
  const counter = new CueCounter(capacity === undefined ? {} : { capacity });
  rows.forEach(([text, label], i) => {
    counter.add(cuesOf({ text }), { labels: [label], place: { file: 'a.csv', line: i + 2 } });
  });
  return counter.table();
}

const random = randomStream('label leaks');
const WORDS = Array.from({ length: 60 }, (_, i) => `w${String.fromCharCode(97 + (i % 26))}${i}x`);
const words = (count: number): string =>
  Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]!).join(' ');

describe('label leaks', () => {
  it('find a planted word and pattern, and nothing else', () => {
    const rows = Array.from({ length: 600 }, (_, i): Row => {
      const label = i % 3 === 0 ? 'spam' : 'ham';
      const plant = random() < 0.5 ? (label === 'spam' ? ' moreover' : ` ${words(1)}`) : '';
      return [`${words(12)}${plant}${label === 'spam' && i % 2 === 0 ? '!' : '.'}`, label];
    });
    const { leaks, tests } = labelLeaks(tableOf(rows));
    expect(leaks.map(({ cue, label }) => `${cueKey(cue)}: ${label}`).sort()).toEqual([
      'pattern exclamation: spam',
      'word moreover: spam',
    ]);
    const word = leaks.find(({ cue }) => cue.kind === 'word')!;
    expect(word.share).toBe(1);
    expect(word.baseShare).toBeCloseTo(1 / 3, 10);
    expect(word.z).toBeCloseTo((2 / 3 / Math.sqrt(2 / 9)) * Math.sqrt(word.texts), 8);
    expect(word.adjustedP).toBeCloseTo(word.pValue * tests, 10);
    expect(word.places).toHaveLength(3);
  });

  it('count presence in whole words, whatever their case', () => {
    const rows = Array.from({ length: 40 }, (_, i): Row =>
      i % 2 === 0 ? ['Free free FREE freedom', 'a'] : ['freedom', 'b'],
    );
    const { cues } = tableOf(rows);
    const count = (word: string): number | undefined =>
      cues.find(({ cue }) => cue.kind === 'word' && cue.word === word)?.texts;
    expect([count('free'), count('freedom')]).toEqual([20, 40]);
  });

  it('do not take a few texts of a rare class for certain', () => {
    // z is 8.8 for two of five texts; the exact probability is 1 in 1,000.
    const table: Pick<CueTable, 'texts' | 'labels' | 'cues'> = {
      texts: 10_000,
      labels: [
        { label: 'rare', texts: 100 },
        { label: 'other', texts: 9_900 },
      ],
      cues: Array.from({ length: 100 }, (_, i) => ({
        cue: { kind: 'word' as const, word: `w${i}` },
        texts: 5,
        byLabel: [2, 3],
        places: [],
      })),
    };
    expect(labelLeaks(table).leaks).toEqual([]);
  });

  it('compare with the share of the label, not with one share for all labels', () => {
    const rows = Array.from({ length: 500 }, (_, i): Row => [
      `the ${words(8)}`,
      i % 10 === 0 ? 'b' : 'a',
    ]);
    expect(labelLeaks(tableOf(rows)).leaks).toEqual([]);
  });

  it('see lengths against the quartiles, and no label in numbers of values', () => {
    const rows = Array.from({ length: 200 }, (_, i): Row => [
      words(i % 2 === 0 ? 5 : 20),
      `l${i % 2}`,
    ]);
    expect(
      labelLeaks(tableOf(rows))
        .leaks.slice(0, 2)
        .map(({ cue, label }) => `${cueKey(cue)}: ${label}`),
    ).toEqual(['length shortest: l0', 'length longer: l1']);
    const counter = new CueCounter();
    for (let i = 0; i <= MOST_LABEL_VALUES; i++) {
      counter.add(cuesOf({ text: 'x' }), { labels: [`${i}`], place: { file: 'a', line: 1 } });
    }
    expect(counter.isOverflowing).toBe(true);
  });

  it('leave out words that were dropped and met again, in data sorted by label', () => {
    const rows = Array.from({ length: 400 }, (_, i): Row => [
      `common ${i % 40 === 0 ? 'rareword' : ''} u${i}a u${i}b u${i}c`,
      i < 200 ? 'a' : 'b',
    ]);
    const table = tableOf(rows, 100);
    expect(table.isComplete).toBe(false);
    const found = table.cues.filter(({ cue }) => cue.kind === 'word');
    expect(found.find(({ cue }) => cueKey(cue) === 'word common')).toMatchObject({
      texts: 400,
      byLabel: [200, 200],
    });
    for (const { texts, byLabel } of found) expect(byLabel[0]! + byLabel[1]!).toBe(texts);
    expect(labelLeaks(table).leaks).toEqual([]);
  });

  it('see the patterns of a text', () => {
    const patterns = (text: string): readonly string[] => cuesOf({ text }).patterns;
    expect(patterns('See <b>this</b> & that.')).toEqual(['markup']);
    expect(patterns('2 < 3 and a > b.')).toEqual(['digits']);
    expect(patterns('BUY NOW')).toEqual(['allCaps', 'capsWord', 'noEndMark']);
    expect(patterns('Is it NASA?  ')).toEqual(['capsWord', 'question']);
    expect(patterns('Go to https://a.example/ or ask me@b.example.')).toEqual(['url', 'email']);
    expect(patterns('über\nuns!')).toEqual(['exclamation', 'severalLines', 'nonAscii']);
    expect(cuesOf({ text: 'ask jane now', hidden: [{ start: 4, end: 8 }] }).words).toEqual(
      new Set(['ask', 'now']),
    );
  });

  const python = findPython(['scipy', 'statsmodels'], {
    packages: 'python3-scipy and python3-statsmodels',
  });
  it.skipIf(python === null)('have the p-values of SciPy and the z of statsmodels', () => {
    const rows = Array.from({ length: 800 }, (): Row => {
      const label = ['a', 'b', 'c'][Math.floor(random() ** 2 * 3)]!;
      return [
        `${words(10)} ${random() < 0.4 ? `of${label}` : ''} ${random() < 0.7 ? 'ofa' : ''}`,
        label,
      ];
    });
    const table = tableOf(rows);
    const { leaks, tests } = labelLeaks(table, { significance: 1 });
    const script = `
import json, sys
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest
from statsmodels.stats.multitest import multipletests
q = json.load(sys.stdin)
print(json.dumps([[float(proportions_ztest(k, n, p, prop_var=p)[0]),
  float(stats.binomtest(k, n, p, alternative='greater').pvalue)] for k, n, p in q]))`;
    const expected = runPython(
      python!,
      script,
      leaks.map(({ withLabel, texts, baseShare }) => [withLabel, texts, baseShare]),
    ) as [number, number][];
    expect(leaks.length).toBeGreaterThan(60);
    leaks.forEach(({ z, pValue, adjustedP }, i) => {
      expect(z).toBeCloseTo(expected[i]![0], 9);
      expect(Math.abs(pValue / expected[i]![1] - 1)).toBeLessThan(1e-8);
      expect(adjustedP).toBeCloseTo(Math.min(1, expected[i]![1] * tests), 8);
    });
  });
});
