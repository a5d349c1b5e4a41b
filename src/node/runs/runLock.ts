import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import { isLive } from '../../core/runs/status.js';
import { bootedAt, isAlive } from './runDirectory.js';
import { readRun } from './runReader.js';
import { storageError } from '../files/storage.js';

const LOCK_FILE = 'trainer.lock';

/** A trainer that has said its last word may need a moment to be gone. */
const PATIENCE_MILLISECONDS = 3000;

/**
 * Makes this process the one trainer of a run. Throws `UserInput` while another one lives; a lock
 * whose process is gone is taken over.
 */
export async function lockRun(
  directory: string,
  { patience = PATIENCE_MILLISECONDS }: { patience?: number } = {},
): Promise<{ release(): void }> {
  const file = path.join(directory, LOCK_FILE);
  const deadline = Date.now() + patience;
  while (!tryLock(file)) {
    const owner = readOwner(file);
    const isHeld = owner === null ? Date.now() < deadline : await holds(owner, directory);
    if (!isHeld) {
      fs.rmSync(file, { force: true });
    } else if (Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } else {
      throw new AppError({
        code: 'UserInput',
        details: {
          problem: `This run is already being trained by process ${owner?.pid ?? 'unknown'} on ${owner?.host ?? 'this machine'}.`,
          remedy: 'Wait for it, or stop that run first.',
        },
      });
    }
  }
  return {
    release: () => {
      fs.rmSync(file, { force: true });
    },
  };
}

/** The process that made a lock file, and when. */
interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly since: number;
}

/** On this machine the process is looked for; for another one the run's heartbeat speaks. */
async function holds({ host, pid, since }: Owner, directory: string): Promise<boolean> {
  if (host !== os.hostname()) return isLive((await readRun(directory)).status);
  return pid !== process.pid && since >= bootedAt() && isAlive(pid);
}

function tryLock(file: string): boolean {
  try {
    fs.writeFileSync(file, `${process.pid} ${os.hostname()}`, { flag: 'wx' });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw storageError(file, thrown);
  }
}

/** Null for a lock that is gone, or whose maker has not written its name yet. */
function readOwner(file: string): Owner | null {
  try {
    const match = /^(\d+) (.+)$/.exec(fs.readFileSync(file, 'utf8'));
    if (match === null) return null;
    return { pid: Number(match[1]), host: match[2]!, since: fs.statSync(file).mtimeMs };
  } catch {
    return null;
  }
}
