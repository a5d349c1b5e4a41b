import { expect, it } from 'vitest';
import { retryAfterSeconds, secondsAfter } from '../../../src/core/hub/backOff.js';
import { nearestNames, searchableParts } from '../../../src/core/hub/nearestNames.js';
import { TransferSpeed } from '../../../src/core/hub/transferSpeed.js';

it('measures the speed of the last five seconds', () => {
  let now = 0;
  const speed = new TransferSpeed(() => now);
  for (; now <= 20_000; now += 50) speed.add(now < 10_000 ? 10_000 : 100);
  expect(speed.bytesPerSecond).toBeCloseTo(2000, -2);
  now += 6000;
  expect(speed.bytesPerSecond).toBe(0);
});

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

it('finds the names that a mistyped one may mean', () => {
  const known = [
    'google-bert/bert-base-uncased',
    'google-bert/bert-base-cased',
    'distilbert/distilbert-base-uncased',
    'FacebookAI/roberta-base',
  ];
  expect(nearestNames('google-bert/bert-base-uncasd', known)[0]).toBe(known[0]);
  expect(nearestNames('bert/bert-base-cased', known)[0]).toBe(known[1]);
  expect(nearestNames('facebookai/roberta-bas', known)).toContain(known[3]);
  expect(nearestNames('x/quite-another-thing-altogether', known)).toEqual([]);
  expect(searchableParts('google-bert/bert-base-uncasd')).toEqual(['uncasd', 'bert', 'base']);
});
