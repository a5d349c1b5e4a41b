import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BottomSample,
  DistinctTexts,
  FrequentItems,
  LengthHistogram,
} from '../../../src/core/data/streamCounts.js';
import { randomStream, shuffled } from '../../../src/core/random.js';

describe('FrequentItems', () => {
  it('is exact while there are few different items', () => {
    const items = new FrequentItems(10, () => ({ count: 0 }));
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) items.add(key);
    const top = items.top(2, ({ count }) => count);
    expect(top.map(({ key, item }) => [key, item.count])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    expect(items.isExact).toBe(true);
  });

  it('keeps what is frequent among very many, within the bound that it promises', () => {
    const capacity = 100;
    const items = new FrequentItems(capacity, () => ({ count: 0 }));
    const counts = new Map<string, number>();
    const random = randomStream('frequent items');
    const added = 50_000;
    let most = 0;
    for (let i = 0; i < added; i++) {
      const key = random() < 0.2 ? `often ${Math.floor(random() * 5)}` : `once ${i}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      items.add(key);
      most = Math.max(most, items.size);
    }
    expect(most).toBe(2 * capacity);
    expect(items.isExact).toBe(false);
    const top = items.top(5, ({ count }) => count);
    expect(top.map(({ key }) => key).sort()).toEqual([0, 1, 2, 3, 4].map((i) => `often ${i}`));
    for (const { key, item } of top) {
      expect(item.count).toBeLessThanOrEqual(counts.get(key)!);
      expect(item.count).toBeGreaterThanOrEqual(counts.get(key)! - added / capacity);
    }
  });
});

describe('LengthHistogram', () => {
  it('tells quantiles exactly for small numbers and within 1.6% for large ones', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000), { minLength: 1, maxLength: 60 }), (values) => {
        const histogram = new LengthHistogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        for (const share of [0, 0.25, 0.5, 0.99, 1]) {
          const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
          const told = histogram.quantile(share);
          if (exact < 256) expect(told).toBe(exact);
          else expect(Math.abs(told - exact) / exact).toBeLessThan(1 / 64);
        }
        const bars = histogram.bars(24);
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(bars.length).toBeLessThanOrEqual(24);
        expect(bars[0]!.from).toBeLessThanOrEqual(sorted[0]!);
        expect(bars.at(-1)!.to).toBeGreaterThan(sorted.at(-1)!);
      }),
    );
  });
});

describe('BottomSample', () => {
  it('is the same sample in whatever order, and holds no more than twice its size', () => {
    const random = randomStream('bottom sample');
    const hashes = Array.from({ length: 5_000 }, () => Math.floor(random() * 2 ** 52));
    const sampleOf = (order: readonly number[]): number[] => {
      const sample = new BottomSample<number>(100);
      for (const hash of order) sample.add(hash, () => hash);
      return sample.values();
    };
    const expected = [...hashes].sort((a, b) => a - b).slice(0, 100);
    expect(sampleOf(hashes)).toEqual(expected);
    expect(sampleOf(shuffled([...hashes, ...hashes], random))).toEqual(expected);
  });
});

describe('DistinctTexts', () => {
  it('estimates from what it keeps once there are too many, with every kept count exact', () => {
    const texts = new DistinctTexts<number>(1_000);
    const random = randomStream('distinct texts');
    const hashes = Array.from({ length: 40_000 }, () => Math.floor(random() * 2 ** 52));
    for (const hash of [...hashes, ...hashes]) {
      if (texts.holds(hash)) texts.set(hash, (texts.get(hash) ?? 0) + 1);
    }
    const kept = [...texts.values()];
    expect(kept.length).toBeLessThanOrEqual(1_000);
    expect(kept.length).toBeGreaterThan(300);
    expect(new Set(kept)).toEqual(new Set([2]));
    expect(kept.length / texts.share / 40_000).toBeCloseTo(1, 0);
  });
});
