import { describe, expect, it } from 'vitest';
import { renameWithRetries, renameWithRetriesSync } from '../../../src/node/files/storage.js';

/** Fails as a held file does, so many times. */
function heldFor(times: number, code = 'EPERM'): { rename: () => void; attempts: () => number } {
  let attempts = 0;
  return {
    attempts: () => attempts,
    rename: () => {
      attempts += 1;
      if (attempts <= times) throw Object.assign(new Error('held'), { code });
    },
  };
}
const asynchronous = (rename: () => void) => () => Promise.resolve().then(rename);

describe('renaming a file that another process holds', () => {
  it('is repeated on Windows, with the thread free between attempts', async () => {
    const { rename, attempts } = heldFor(2);
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 1);
    await renameWithRetries('a', 'b', { rename: asynchronous(rename), platform: 'win32' });
    clearInterval(ticking);
    expect(attempts()).toBe(3);
    expect(ticks).toBeGreaterThan(1);
  });

  it('is repeated by processes that may block', () => {
    const { rename, attempts } = heldFor(2);
    renameWithRetriesSync('a', 'b', { rename, platform: 'win32' });
    expect(attempts()).toBe(3);
  });

  it('gives up after ten attempts', async () => {
    const { rename, attempts } = heldFor(100);
    await expect(
      renameWithRetries('a', 'b', { rename: asynchronous(rename), platform: 'win32' }),
    ).rejects.toThrow('held');
    expect(attempts()).toBe(10);
  });

  it('is not repeated elsewhere, or for another reason', async () => {
    const elsewhere = heldFor(2);
    await expect(
      renameWithRetries('a', 'b', { rename: asynchronous(elsewhere.rename), platform: 'linux' }),
    ).rejects.toThrow('held');
    const full = heldFor(2, 'ENOSPC');
    expect(() => {
      renameWithRetriesSync('a', 'b', { rename: full.rename, platform: 'win32' });
    }).toThrow('held');
    expect([elsewhere.attempts(), full.attempts()]).toEqual([1, 1]);
  });
});
