import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { AppError, inputError, type AppErrorData } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import { message, problem } from '../../core/messages/message.js';
import { RUN_FILES, runStateSchema, type RunState } from '../../core/runs/schema.js';
import { isLive } from '../../core/runs/status.js';
import type { ProcessToken, Sighting } from '../../core/runs/processToken.js';
import type { Launcher, StartOptions } from './launcher.js';
import { lookFor, tokenOf } from './processes.js';
import { refuseLinksIn, requestControl } from './runDirectory.js';
import { readRun } from './runReader.js';
import { RunMemory } from './runMemory.js';
import { trainerEnvironment, type LaunchOptions } from './trainerProcess.js';
import { initialRunState, MAX_STATE_BYTES, storedState } from './runState.js';
import { readTextSync } from '../files/regularFile.js';
import { storageError, storing, writeJsonAtomically } from '../files/storage.js';

const MAX_LOG_BYTES = 1 << 26;

/** The trainer that this process started last for each run. */
const latestPid = new Map<string, number>();

/** Exit status of a trainer that found another one at work and left the run to it. */
export const ALREADY_TRAINED = 3;

/**
 * Starts trainers on this machine, as detached processes that outlive the window. Their output lands
 * in the run directory. A trainer that ends before it has taken over is recorded as failed, except
 * one that found another at work.
 */
export class LocalLauncher implements Launcher {
  private readonly memory: RunMemory;

  constructor(private readonly options: LaunchOptions) {
    this.memory = new RunMemory(options);
  }

  memoryOf(directory: string): Promise<number | null> {
    return this.memory.of(directory);
  }

  isAlive(token: ProcessToken, directory: string): Promise<Sighting> {
    return lookFor(token, directory);
  }

  pause(directory: string): Promise<void> {
    return requestControl(directory, 'pause');
  }

  unpause(directory: string): Promise<void> {
    return requestControl(directory, 'resume');
  }

  stop(directory: string): Promise<void> {
    return requestControl(directory, 'stop');
  }

  async start(directory: string, options: StartOptions = {}): Promise<ProcessToken> {
    const { takeOver = false } = options;
    refuseLinksIn(directory);
    await refuseUnlessIdle(directory, takeOver);
    // The exit of an earlier trainer may be reported only now and no longer matters.
    latestPid.delete(directory);
    const control = path.join(directory, RUN_FILES.control);
    // A request left over from before does not concern the process that is about to start.
    storing(control, () => {
      fs.rmSync(control, { force: true });
    });
    await updateState(directory, {
      status: 'queued',
      process: await tokenOf(process.pid, directory),
      error: null,
      activity: message('runs.startingTrainer'),
    });
    return tokenOf(await this.spawn(directory, options), directory);
  }

  private spawn(directory: string, { takeOver = false, until = 1 }: StartOptions): Promise<number> {
    const { trainerPath, execPath } = this.options;
    const logFile = path.join(directory, RUN_FILES.stderr);
    const log = storing(logFile, () => fs.openSync(logFile, 'a'));
    return new Promise((resolve, reject) => {
      const args = [
        ...[trainerPath, directory],
        ...(takeOver ? ['--take-over'] : []),
        ...(until < 1 ? [`--until=${until}`] : []),
      ];
      const child = spawn(execPath, args, {
        cwd: path.dirname(trainerPath),
        detached: true,
        stdio: ['ignore', log, log],
        windowsHide: true,
        env: trainerEnvironment(process.env, process.platform),
      });
      fs.closeSync(log);
      child.once('error', (thrown) => {
        const error = notStarted(thrown);
        void recordFailure(directory, error.data).then(() => {
          reject(error);
        });
      });
      child.once('exit', (exitCode, signal) => {
        // A run that was stopped and resumed at once is queued again while its old trainer exits.
        if (exitCode === ALREADY_TRAINED || latestPid.get(directory) !== child.pid) return;
        if (readState(directory)?.status !== 'queued') return;
        const stderrTail = readTail(logFile);
        const details = { process: 'trainer' as const, exitCode, signal, stderrTail };
        void recordFailure(directory, { code: 'ProcessCrashed', details });
      });
      child.once('spawn', () => {
        child.unref();
        latestPid.set(directory, child.pid!);
        resolve(child.pid!);
      });
    });
  }
}

function notStarted(thrown: Error): AppError {
  const reason = thrown.message;
  return inputError(problem('runs.trainerNotStarted', { reason }), { cause: thrown });
}

async function refuseUnlessIdle(directory: string, takeOver: boolean): Promise<void> {
  const { id, status, state } = await readRun(directory);
  if (status === 'finished') {
    throw inputError(problem('runs.alreadyFinished', { id }));
  }
  if (!isLive(status) || state?.process == null || state.status === 'queued') return;
  const { pid, host } = state.process;
  const isVerified = (await lookFor(state.process, directory)) === 'alive';
  if (!isVerified && takeOver) return;
  throw new AppError({ code: 'RunOwned', details: { pid, host, isVerified } });
}

/** Best effort: if the state cannot be written, readers see a run that never started. */
async function recordFailure(directory: string, error: AppErrorData): Promise<void> {
  try {
    await updateState(directory, { status: 'failed', activity: null, error });
  } catch (thrown) {
    console.error(thrown);
  }
}

function readTail(file: string): string {
  try {
    return readTextSync(file, MAX_LOG_BYTES, 'refused').trim().slice(-600);
  } catch {
    return '';
  }
}

async function updateState(directory: string, changes: Partial<RunState>): Promise<void> {
  const state = readState(directory) ?? initialRunState();
  const file = path.join(directory, RUN_FILES.state);
  if (!fs.existsSync(directory)) throw storageError(directory, new Error('the run is gone'));
  const heartbeat = new Date().toISOString();
  await writeJsonAtomically(file, storedState({ ...state, ...changes, heartbeat }));
}

function readState(directory: string): RunState | null {
  try {
    const text = readTextSync(path.join(directory, RUN_FILES.state), MAX_STATE_BYTES, 'refused');
    return runStateSchema.parse(parseJsonText(text));
  } catch {
    return null;
  }
}
