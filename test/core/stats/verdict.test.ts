import { describe, expect, it } from 'vitest';
import { comparePairedItems } from '../../../src/core/stats/pairedItems.js';
import { comparePairedSeeds } from '../../../src/core/stats/pairedSeeds.js';
import { verdictOnItems, verdictOnSeeds } from '../../../src/core/stats/verdict.js';

const alone = { comparisons: 1, margin: null };

function verdictOf(
  gains: readonly number[],
  options: { margin?: number; comparisons?: number } = {},
) {
  const found = comparePairedSeeds(gains);
  const { comparisons = 1, margin = null } = options;
  const adjustedP = Math.min(1, found.p * comparisons);
  return verdictOnSeeds(found, { adjustedP, comparisons, margin });
}

describe('the verdict on a setting', () => {
  it('is better or worse if interval and p-value agree', () => {
    expect(verdictOf([1, 1.2, 0.9, 1.1, 1.3, 0.8])).toEqual({ kind: 'better' });
    expect(verdictOf([-1, -1.2, -0.9, -1.1, -1.3, -0.8])).toEqual({ kind: 'worse' });
  });

  it('is that seeds are too few, however clear the numbers look', () => {
    expect(verdictOf([1, 1.01, 0.99])).toEqual({ kind: 'tooFewSeeds', floor: 0.25 });
    expect(verdictOf([1])).toEqual({ kind: 'tooFewSeeds', floor: 1 });
    const gains = [1, 1.2, 0.9, 1.1, 1.3, 0.8];
    expect(verdictOf(gains, { comparisons: 2 })).toEqual({ kind: 'tooFewSeeds', floor: 0.0625 });
  });

  it('names the difference that would have been found', () => {
    const verdict = verdictOf([1, -1, 1, -1, 1, -1]);
    expect(verdict.kind).toBe('unresolved');
    // Deviation 1.095; a t-test of six seeds would find 1.435 deviations, the sign-flip test finds 1.9.
    expect(verdict.kind === 'unresolved' && verdict.detectable).toBeCloseTo(2.04, 1);
  });

  it('is equal only within a margin that was set beforehand', () => {
    const gains = [0.01, -0.01, 0.02, -0.02, 0.01, -0.01];
    expect(verdictOf(gains, { margin: 0.1 })).toEqual({ kind: 'equal' });
    expect(verdictOf(gains, { margin: 0.01 }).kind).toBe('unresolved');
    expect(verdictOf(gains).kind).toBe('unresolved');
  });

  it('is equal only with three seeds or more', () => {
    expect(verdictOf([0, 0], { margin: 0.1 }).kind).toBe('tooFewSeeds');
    expect(verdictOf([0, 0, 0], { margin: 0.1 })).toEqual({ kind: 'equal' });
  });

  it('names no detectable difference where the interval excludes 0 and the p-value does not', () => {
    const found = comparePairedSeeds([1, 1.2, 0.9, 1.1, 1.3, 0.8, 1]);
    expect(verdictOnSeeds(found, { ...alone, adjustedP: 0.06 })).toEqual({ kind: 'insignificant' });
    expect(verdictOf([5, 5, 5, 5, 5, -0.1])).toEqual({ kind: 'insignificant' });
  });

  it('takes the difference from the interval over seeds and rows where there is one', () => {
    const found = comparePairedSeeds([3, 3, 3, 3, 3, 3]);
    const spread = { low: -4, high: 10 };
    const rows = { ...found, interval: spread };
    const verdict = verdictOnSeeds(rows, { ...alone, adjustedP: 0.48, spread });
    // Standard error 3.57, times 1.96 + 0.84.
    expect(verdict.kind === 'unresolved' && verdict.detectable).toBeCloseTo(10, 1);
  });
});

describe('the verdict on a model', () => {
  const items = Array.from({ length: 80 }, (_, i) => ({
    cluster: String(i),
    difference: i % 2 === 0 ? 1 : -1,
    weight: 1,
  }));

  it('names the difference that would have been found', () => {
    const found = comparePairedItems(items);
    const verdict = verdictOnItems(found, { ...alone, adjustedP: found.p });
    expect(verdict.kind).toBe('unresolved');
    // Standard error 0.112, times 1.96 + 0.84.
    expect(verdict.kind === 'unresolved' && verdict.detectable).toBeCloseTo(0.31, 1);
  });

  it('is better if nearly all items gain', () => {
    const found = comparePairedItems(items.map((item) => ({ ...item, difference: 1 })));
    expect(verdictOnItems(found, { ...alone, adjustedP: found.p })).toEqual({ kind: 'better' });
  });
});
