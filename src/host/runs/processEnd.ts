import type { ProcessToken, Sighting } from '../../core/runs/processToken.js';

const POLL_MILLISECONDS = 50;

/**
 * Resolves with true once the trainer process of `token` is gone: it writes that it has stopped
 * before it ends, and until then it may hold files open, which Windows does not delete. Resolves
 * with false if it is still there after `timeout` milliseconds. A trainer on another machine, or
 * none, counts as gone.
 */
export async function trainerGone(
  token: ProcessToken | null,
  {
    timeout,
    isAlive,
  }: { readonly timeout: number; readonly isAlive: (token: ProcessToken) => Promise<Sighting> },
): Promise<boolean> {
  const deadline = performance.now() + timeout;
  while (token !== null && (await isAlive(token)) === 'alive') {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
  return true;
}
