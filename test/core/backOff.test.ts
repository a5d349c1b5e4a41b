import { expect, it } from 'vitest';
import { retryAfterSeconds, secondsAfter } from '../../src/core/backOff.js';

it('waits longer after each failure, and as long as the server asks', () => {
  expect([1, 2, 3, 7, 50].map((attempt) => secondsAfter(attempt, null))).toEqual([1, 2, 4, 60, 60]);
  expect(secondsAfter(9, 3)).toBe(3);
  expect(secondsAfter(1, 1e9)).toBe(600);
  const now = Date.parse('2026-11-29T00:00:00Z');
  expect(retryAfterSeconds('12', now)).toBe(12);
  expect(retryAfterSeconds('Sun, 29 Nov 2026 00:00:30 GMT', now)).toBe(30);
  expect(retryAfterSeconds('Sun, 29 Nov 2020 00:00:30 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon', now)).toBeNull();
  expect(retryAfterSeconds(null, now)).toBeNull();
});
