import { describe, expect, it } from 'vitest';
import { mapAtOnce } from '../../../src/core/collections/mapAtOnce.js';

describe('mapAtOnce', () => {
  it('keeps the order of the items and at most as many pending as allowed', async () => {
    let pending = 0;
    let most = 0;
    const results = await mapAtOnce([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++pending);
      for (let i = 0; i < item; i++) await Promise.resolve();
      pending--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('rejects with the first error', async () => {
    const failing = mapAtOnce([1, 2], 2, (item) => Promise.reject(new RangeError(`${item}`)));
    await expect(failing).rejects.toThrow('1');
  });
});
