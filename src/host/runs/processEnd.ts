import os from 'node:os';
import type { RunState } from '../../core/runs/schema.js';
import { isAlive } from '../../node/runs/runDirectory.js';

const POLL_MILLISECONDS = 50;

/**
 * Resolves with true once the trainer process in `state` is gone: it writes that it has stopped
 * before it ends, and until then it may hold files open, which Windows does not delete. Resolves
 * with false when it is still there after `timeout` milliseconds. A trainer on another machine, or
 * none, counts as gone.
 */
export async function trainerGone(
  state: Pick<RunState, 'pid' | 'host'> | null,
  { timeout }: { readonly timeout: number },
): Promise<boolean> {
  if (state === null || state.pid === null || state.host !== os.hostname()) return true;
  const deadline = Date.now() + timeout;
  while (isAlive(state.pid)) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
  return true;
}
