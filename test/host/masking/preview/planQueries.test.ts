import { describe, expect, it } from 'vitest';
import {
  countText,
  maskAt,
  maskIndicesWithin,
  planShare,
} from '../../../../src/host/masking/preview/planQueries.js';

const masks = {
  starts: Int32Array.of(2, 10, 12, 30),
  ends: Int32Array.of(6, 12, 15, 40),
  rules: new Int16Array(4),
  replacements: new Uint8Array(4),
};

describe('maskIndicesWithin', () => {
  it('finds the masks that touch a stretch, and no others', () => {
    expect([...maskIndicesWithin(masks, { start: 0, end: 100 })]).toEqual([0, 1, 2, 3]);
    expect([...maskIndicesWithin(masks, { start: 5, end: 12 })]).toEqual([0, 1]);
    expect([...maskIndicesWithin(masks, { start: 6, end: 10 })]).toEqual([]);
    expect([...maskIndicesWithin(masks, { start: 39, end: 41 })]).toEqual([3]);
  });
});

describe('maskAt', () => {
  it('finds the mask around a place, also right behind its last character', () => {
    expect([1, 2, 5, 6, 7].map((at) => maskAt(masks, at))).toEqual([null, 0, 0, 0, null]);
  });

  it('takes of two that border on each other the one that begins', () => {
    expect(maskAt(masks, 12)).toBe(2);
    expect(maskAt(masks, 15)).toBe(2);
  });
});

describe('counts', () => {
  it('say how many of how many, and what share that is', () => {
    expect(countText({ masked: 1209, found: 2418 })).toBe('1,209 of 2,418 (50.0%)');
    expect(countText({ masked: 0, found: 0 })).toBe('0 of 0 (0%)');
    const plan = { masks, legend: [], tokens: 200, maskedTokens: 31, isComplete: true, seed: 0 };
    expect(planShare(plan)).toBe('15.5%');
  });
});
