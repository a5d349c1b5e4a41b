import { expect, it } from 'vitest';
import { sampleByLabel } from '../../../src/core/audit/sampleByLabel.js';

const examples = Array.from({ length: 100 }, (_, i) => ({
  id: i,
  labels: [i < 90 ? 0 : 1],
}));
const countOf = (sample: readonly { labels: number[] }[], label: number): number =>
  sample.filter(({ labels }) => labels.includes(label)).length;

it('draws equal numbers of each label while there are any, and says so', () => {
  const few = sampleByLabel(examples, 10, 0);
  expect([countOf(few.sample, 0), countOf(few.sample, 1)]).toEqual([5, 5]);
  expect(few.isByLabel).toBe(true);
  const most = sampleByLabel(examples, 40, 0);
  expect([countOf(most.sample, 0), countOf(most.sample, 1)]).toEqual([30, 10]);
  expect(sampleByLabel(examples, 10, 0)).toEqual(few);
  expect(sampleByLabel(examples, 10, 1)).not.toEqual(few);
});

it('has the shares of the data where it takes all examples, or without labels', () => {
  const all = sampleByLabel(examples, 100, 0);
  expect(all.sample).toHaveLength(100);
  expect(all.isByLabel).toBe(false);
  const numbers = examples.map(({ id }) => ({ id, labels: [] }));
  expect(sampleByLabel(numbers, 10, 0).isByLabel).toBe(false);
});
