import { expect, it } from 'vitest';
import { TransferSpeed } from '../../../src/core/hub/transferSpeed.js';

it('measures the speed of the last five seconds', () => {
  let now = 0;
  const speed = new TransferSpeed(() => now);
  for (; now <= 20_000; now += 50) speed.add(now < 10_000 ? 10_000 : 100);
  expect(speed.bytesPerSecond).toBeCloseTo(2000, -2);
  now += 6000;
  expect(speed.bytesPerSecond).toBe(0);
});
