import { ENGLISH, renderMessage } from '../../../../src/core/messages/render.js';
import { describe, expect, it } from 'vitest';
import {
  maskedCounts,
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

describe('counts', () => {
  it('have both numbers and their share', () => {
    const shown = (masked: number, found: number): string =>
      renderMessage(maskedCounts({ masked, found }), ENGLISH);
    expect(shown(1209, 2418)).toBe('1,209 of 2,418 (50.0%)');
    expect(shown(0, 0)).toBe('0 of 0 (0%)');
    const counts = { tokens: 200, maskedTokens: 31 };
    const plan = { masks, stretches: [], legend: [], ...counts, isComplete: true, seed: 0 };
    expect(planShare(plan)).toBe('15.5%');
  });
});
