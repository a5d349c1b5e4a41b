/** A process that competes for the lock of a run; its parent tells it when. */
import fs from 'node:fs';
import path from 'node:path';
import { lockRun, type RunLock } from '../../src/node/runs/runLock.js';

export interface Contest {
  readonly directory: string;
  readonly action: 'lock' | 'release';
}

let held: RunLock | null = null;

process.on('message', (contest: Contest) => {
  if (contest.action === 'lock') void lock(contest.directory);
  else release(contest.directory);
});

async function lock(directory: string): Promise<void> {
  try {
    held = await lockRun(directory, { patience: 0 });
    // Fails where somebody else owns the run at the same time.
    fs.writeFileSync(path.join(directory, 'inside'), String(process.pid), { flag: 'wx' });
    process.send!({ owns: true });
  } catch (thrown) {
    process.send!({ owns: false, reason: String(thrown) });
  }
}

function release(directory: string): void {
  if (held !== null) {
    fs.rmSync(path.join(directory, 'inside'));
    held.release();
    held = null;
  }
  process.send!({ owns: false, reason: 'released' });
}
