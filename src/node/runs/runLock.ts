import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import {
  processTokenSchema,
  type ProcessToken,
  type Sighting,
} from '../../core/runs/processToken.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { readTextSync } from '../files/regularFile.js';
import { asideOf, storageError, storing, sweepAsides } from '../files/storage.js';
import { lookFor, tokenOf } from './processes.js';
import { refuseLinksIn } from './runDirectory.js';
import { MAX_STATE_BYTES } from './runState.js';

/** A trainer that has written its last state may need a moment to be gone. */
const PATIENCE_MILLISECONDS = 3000;
const POLL_MILLISECONDS = 50;

const OWNER_FILE = 'owner.json';
const MAX_OWNER_BYTES = 1 << 16;
const RELEASED_FILE = 'released';

export interface RunLock {
  readonly token: ProcessToken;
  /** False once another trainer has taken over; then this one must not write any more. */
  isHeld(): boolean;
  release(): void;
}

export interface LockOptions {
  /** Milliseconds to wait for an owner that may be about to end. */
  readonly patience?: number;
  /** Takes over from an owner on another machine, which this machine cannot ask. */
  readonly takeOver?: boolean;
}

/**
 * Makes this process the one trainer of a run. Throws `RunOwned` while another one lives; an owner
 * that is gone is replaced at once.
 *
 * The lock is a folder of numbered claims, each a folder that holds its owner's token. The highest
 * number owns the run until its owner has released it or is gone; both are final. A process claims
 * the next number by renaming a finished folder to it, which fails if somebody else was first: of
 * all that saw the same owner gone, one succeeds. The highest claim is never removed, so one that
 * slept between looking and claiming finds its number taken, or, if lower claims were swept
 * meanwhile, a higher one beside its own, and withdraws. An owner that was presumed gone wrongly
 * sees the higher claim at its next step and ends.
 */
export async function lockRun(
  directory: string,
  { patience = PATIENCE_MILLISECONDS, takeOver = false }: LockOptions = {},
): Promise<RunLock> {
  refuseLinksIn(directory);
  const folder = path.join(directory, RUN_FILES.lock);
  storing(folder, () => fs.mkdirSync(folder, { recursive: true }));
  const token = await tokenOf(process.pid, directory);
  const deadline = performance.now() + patience;
  for (;;) {
    const number = highestClaim(folder);
    const state = await stateOf(folder, number, directory);
    const isFree =
      state.kind === 'free' || (await hasLost(state.sighting, { directory, takeOver }));
    if (isFree) {
      const mine = number + 1;
      if (!claim(folder, mine, token)) continue;
      if (highestClaim(folder) === mine) {
        sweepBelow(folder, mine);
        for (const written of [folder, directory]) sweepAsides(written);
        return lockOf(folder, mine, token);
      }
      fs.rmSync(path.join(folder, String(mine)), { recursive: true, force: true });
    } else if (performance.now() > deadline) throw ownedBy(state.owner, state.sighting);
    else await setTimeout(POLL_MILLISECONDS);
  }
}

/** The living process on this machine that owns the lock of a directory; `null` if none does. */
export async function lockOwner(directory: string): Promise<ProcessToken | null> {
  const folder = path.join(directory, RUN_FILES.lock);
  if (!fs.existsSync(folder)) return null;
  const state = await stateOf(folder, highestClaim(folder), directory);
  return state.kind === 'owned' && state.sighting === 'alive' ? state.owner : null;
}

type ClaimState =
  | { readonly kind: 'free' }
  | { readonly kind: 'owned'; readonly owner: ProcessToken; readonly sighting: Sighting };

async function stateOf(folder: string, number: number, directory: string): Promise<ClaimState> {
  const claimed = path.join(folder, String(number));
  if (number === 0 || fs.existsSync(path.join(claimed, RELEASED_FILE))) return { kind: 'free' };
  const owner = readOwner(path.join(claimed, OWNER_FILE));
  // A claim appears with its owner in it: one without was swept, or is damaged and owns nothing.
  if (owner === null) return { kind: 'free' };
  return { kind: 'owned', owner, sighting: await lookFor(owner, directory) };
}

async function hasLost(
  sighting: Sighting,
  { directory, takeOver }: { readonly directory: string; readonly takeOver: boolean },
): Promise<boolean> {
  if (takeOver) return sighting !== 'alive';
  return sighting === 'gone' || (sighting === 'presumedGone' && (await isStill(directory)));
}

/** 0 if nobody has ever claimed the run. */
function highestClaim(folder: string): number {
  const names = storing(folder, () => fs.readdirSync(folder));
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

function claim(folder: string, number: number, token: ProcessToken): boolean {
  const aside = asideOf(path.join(folder, String(number)));
  try {
    fs.mkdirSync(aside);
    fs.writeFileSync(path.join(aside, OWNER_FILE), JSON.stringify(token));
    fs.renameSync(aside, path.join(folder, String(number)));
    return true;
  } catch (thrown) {
    fs.rmSync(aside, { recursive: true, force: true });
    const code = (thrown as NodeJS.ErrnoException).code ?? '';
    // Windows calls a target that exists a lack of permission.
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'].includes(code);
    if (isTaken && fs.existsSync(path.join(folder, String(number)))) return false;
    throw storageError(folder, thrown);
  }
}

function sweepBelow(folder: string, number: number): void {
  for (const name of fs.readdirSync(folder)) {
    const isLower = /^\d+$/.test(name) && Number(name) < number;
    // Others may sweep too, and what stays now is swept by the next owner.
    if (isLower) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function lockOf(folder: string, number: number, token: ProcessToken): RunLock {
  return {
    token,
    isHeld: () => {
      try {
        return highestClaim(folder) === number;
      } catch {
        return false;
      }
    },
    release: () => {
      const claimed = path.join(folder, String(number));
      if (!fs.existsSync(claimed)) return;
      storing(claimed, () => {
        fs.writeFileSync(path.join(claimed, RELEASED_FILE), '');
      });
    },
  };
}

function readOwner(file: string): ProcessToken | null {
  try {
    return processTokenSchema.parse(parseJsonText(readTextSync(file, MAX_OWNER_BYTES, 'refused')));
  } catch {
    return null;
  }
}

/** True if a run's state does not change while it is watched. */
async function isStill(directory: string): Promise<boolean> {
  const file = path.join(directory, RUN_FILES.state);
  const content = (): string | null => {
    try {
      return readTextSync(file, MAX_STATE_BYTES, 'refused');
    } catch {
      return null;
    }
  };
  const before = content();
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < deadline) {
    await setTimeout(POLL_MILLISECONDS);
    if (content() !== before) return false;
  }
  return true;
}

function ownedBy({ pid, host }: ProcessToken, sighting: Sighting): AppError {
  return new AppError({
    code: 'RunOwned',
    details: { pid, host, isVerified: sighting === 'alive' },
  });
}
