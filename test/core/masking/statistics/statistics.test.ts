import { describe, expect, it } from 'vitest';
import { maskingPolicySchema } from '../../../../src/core/masking/policy/policy.js';
import { PrunedCounts } from '../../../../src/core/masking/statistics/prunedCounts.js';
import {
  CorpusCounter,
  needsStatistics,
} from '../../../../src/core/masking/statistics/statistics.js';

const policyOf = (...rules: object[]) =>
  maskingPolicySchema.parse({
    version: 1,
    rules: rules.map((rule, i) => ({ name: `${i}`, ...rule })),
  });

describe('statistics', () => {
  it('are needed by keywords and collocations alone, under rules or never', () => {
    expect(needsStatistics(policyOf({ words: ['a'] }))).toBe(false);
    expect(needsStatistics(policyOf({ keywords: {} }))).toBe(true);
    const never = maskingPolicySchema.parse({ version: 1, never: [{ collocations: {} }] });
    expect(needsStatistics(never)).toBe(true);
  });

  it('count the texts that a word occurs in', () => {
    const counter = new CorpusCounter(policyOf({ keywords: {} }));
    counter.add('The whale, the Whale!');
    counter.add('A whale.');
    const { texts, documentFrequencies, collocations } = counter.finish();
    expect(texts).toBe(2);
    expect(Object.fromEntries(documentFrequencies)).toEqual({ the: 1, whale: 2, a: 1 });
    expect(collocations.size).toBe(0);
  });

  it('give phrases the PMI of their most likely split', () => {
    const counter = new CorpusCounter(
      policyOf({ collocations: { minimumCount: 2, maximumWords: 3 } }),
    );
    for (let i = 0; i < 8; i++) counter.add('in new york city');
    for (let i = 0; i < 32; i++) counter.add('in the');
    const { collocations } = counter.finish();
    const words = 8 * 4 + 32 * 2;
    const p = (count: number): number => count / words;
    const pair = Math.log(p(8) / (p(8) * p(8)));
    expect(collocations.get('new york')).toEqual({
      count: 8,
      pmi: expect.closeTo(pair, 9) as number,
    });
    // "in" + "new york" is likelier than "in" + "new" + "york" or "in new" + "york".
    const triple = Math.min(
      Math.log(p(8) / (p(40) * p(8))),
      Math.log(p(8) / (p(8) * p(8))),
      Math.log(p(8) / (p(40) * p(8) * p(8))),
    );
    expect(collocations.get('in new york')!.pmi).toBeCloseTo(triple, 9);
    expect(collocations.get('in the')!.pmi).toBeLessThan(collocations.get('new york')!.pmi);
    expect([...collocations.values()].every(({ count }) => count >= 2)).toBe(true);
  });

  it('do not join words over punctuation', () => {
    const counter = new CorpusCounter(policyOf({ collocations: { minimumCount: 2 } }));
    for (let i = 0; i < 3; i++) counter.add('red, green blue');
    expect([...counter.finish().collocations.keys()]).toEqual(['green blue']);
  });

  it('stay within bounds, keep what is frequent and never count too much', () => {
    const most = 200;
    const counts = new PrunedCounts(most);
    for (let i = 0; i < 20_000; i++) {
      counts.add(`rare ${i}`);
      counts.add(`common ${i % 20}`);
      expect(counts.counts.size).toBeLessThanOrEqual(most);
    }
    for (let i = 0; i < 20; i++) {
      const count = counts.counts.get(`common ${i}`)!;
      expect(count).toBeLessThanOrEqual(1000);
      expect(count).toBeGreaterThan(950);
    }
  });
});
