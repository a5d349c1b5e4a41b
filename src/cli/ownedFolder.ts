import path from 'node:path';
import { toAppErrorData } from '../core/errors.js';
import { isLive } from '../core/runs/status.js';
import { estimateRun } from '../node/runs/estimateRun.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { lockOwner, lockRun, type RunLock } from '../node/runs/runLock.js';
import { readRun } from '../node/runs/runReader.js';
import type { StudyPlace } from '../node/studies/studyPlan.js';
import { studiesFolderOf } from '../node/studies/studyFolder.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { exitAsStopped, onInterrupt } from './interrupts.js';
import { BUNDLED_MODEL } from './modelArgument.js';
import { printError } from './output.js';
import { TRAINER } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

/** A folder as a person at this working directory writes it. */
export function shown(folder: string): string {
  return path.relative(process.cwd(), folder) || '.';
}

/** Folders that the runs of a study or sweep file belong to. */
export function studyPlaceOf(file: string, runsFolder: string): StudyPlace {
  return {
    folder: path.dirname(path.resolve(file)),
    workspaceFolder: process.cwd(),
    bundledModel: BUNDLED_MODEL,
    runsFolder,
    studiesFolder: studiesFolderOf(process.cwd()),
    estimate: (request) => estimateRun(request, TRAINER),
  };
}

/** The one file or folder that a command is about. */
export function targetOf({ name }: CommandShape, values: CommandValues): string {
  const [target, ...others] = values.positionals;
  if (target !== undefined && others.length === 0) return target;
  throw usageError(`"masklab ${name}" requires one file or folder.`, name);
}

export interface OwnedFolder {
  readonly command: 'study' | 'sweep';
  /** Command that continues what was stopped. */
  readonly toContinue: string;
}

/**
 * Works as the one process that runs a study or sweep. Its signal is aborted by Ctrl+C and by `stop`, after
 * which the exit code is that of the signal.
 */
export async function owning(
  folder: string,
  { command, toContinue }: OwnedFolder,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const lock = await lockFolder(folder, command);
  const controller = new AbortController();
  const stopListening = onInterrupt(() => {
    printError('masklab: Stopping after this step. Progress is saved.');
    controller.abort();
  });
  try {
    await work(controller.signal);
  } finally {
    stopListening();
    lock.release();
  }
  if (!controller.signal.aborted) return;
  printError(`Stopped. Continue with: masklab ${toContinue} ${shown(folder)}`);
  printError(`Compare the runs so far with: masklab ${command} report ${shown(folder)}`);
  exitAsStopped();
}

async function lockFolder(folder: string, command: string): Promise<RunLock> {
  try {
    return await lockRun(folder);
  } catch (thrown) {
    if (toAppErrorData(thrown).code !== 'RunOwned') throw thrown;
    throw new CommandLineError(
      `${shown(folder)} is already run by another process.`,
      `Wait until it ends, or stop it with: masklab ${command} stop ${shown(folder)}`,
    );
  }
}

/** Stops the process that runs a study and its live runs. Resolves to whether there was a process. */
export async function stopOwner(folder: string, directories: readonly string[]): Promise<boolean> {
  const owner = await lockOwner(folder);
  if (owner !== null) process.kill(owner.pid, 'SIGTERM');
  const launcher = new LocalLauncher(TRAINER);
  // Where a signal ends a process at once, it stops no run.
  for (const directory of directories) {
    if (isLive((await readRun(directory)).status)) await launcher.stop(directory);
  }
  return owner !== null;
}
