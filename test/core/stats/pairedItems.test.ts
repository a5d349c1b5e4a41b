import { describe, expect, it } from 'vitest';
import { normalStream, randomStream } from '../../../src/core/random.js';
import { comparePairedItems, type ItemDifference } from '../../../src/core/stats/pairedItems.js';

const uniform = randomStream('paired items');
const normal = normalStream(uniform);

/** Items of clusters that share most of their deviation, as the sentences of a document do. */
function clusteredItems(clusters: number, shift = 0): ItemDifference[] {
  return Array.from({ length: clusters }, (_, cluster) => {
    const shared = normal();
    return Array.from({ length: 1 + Math.floor(uniform() * 12) }, () => ({
      cluster: String(cluster),
      difference: shift + shared + 0.5 * normal(),
      weight: 1,
    }));
  }).flat();
}

function rejections(studies: number, itemsOf: () => ItemDifference[]): [number, number] {
  let byP = 0;
  let byInterval = 0;
  for (let study = 0; study < studies; study++) {
    const { p, interval } = comparePairedItems(itemsOf(), { seed: study, resamples: 400 });
    if (p < 0.05) byP++;
    if (interval.low > 0 || interval.high < 0) byInterval++;
  }
  return [byP / studies, byInterval / studies];
}

describe('a comparison over paired items', () => {
  it('weighs items by their scored parts', () => {
    const found = comparePairedItems([
      { cluster: 'a', difference: 4, weight: 2 },
      { cluster: 'b', difference: 1, weight: 3 },
    ]);
    expect(found).toMatchObject({ difference: 1, items: 2, clusters: 2, method: 'percentile' });
    // Percentiles at 1/3 and 2, widened by 12.71 / 1.96 · √2 for two clusters.
    expect(found.interval.low).toBeCloseTo(1 - (9.168 * 2) / 3, 2);
    expect(found.interval.high).toBeCloseTo(1 + 9.168, 2);
  });

  it('gives the same numbers for the same items and seed', () => {
    const items = clusteredItems(40);
    expect(comparePairedItems(items, { seed: 3 })).toEqual(comparePairedItems(items, { seed: 3 }));
  });

  it('finds a difference that is there', () => {
    const { p, interval } = comparePairedItems(clusteredItems(60, 1));
    expect(p).toBeLessThan(0.001);
    expect(interval.low).toBeGreaterThan(0.3);
  });

  it('says that models do not differ if none of their scores do', () => {
    const same = comparePairedItems([
      { cluster: 'a', difference: 0, weight: 2 },
      { cluster: 'b', difference: 0, weight: 3 },
    ]);
    expect(same).toMatchObject({ difference: 0, p: 1, interval: { low: 0, high: 0 } });
  });

  it('rejects a true null in about one of twenty studies, clusters kept together', () => {
    const [byP, byInterval] = rejections(600, () => clusteredItems(40));
    expect(byP).toBeGreaterThan(0.025);
    expect(byP).toBeLessThan(0.075);
    expect(byInterval).toBeLessThan(0.095);
  });

  it('would reject far more often if items of a document were taken for independent', () => {
    const [byP] = rejections(200, () =>
      clusteredItems(40).map((item, i) => ({ ...item, cluster: String(i) })),
    );
    expect(byP).toBeGreaterThan(0.25);
  });
});
