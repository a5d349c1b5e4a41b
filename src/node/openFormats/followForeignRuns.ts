import fs from 'node:fs';
import path from 'node:path';
import { AppError, toAppErrorData, type AppErrorData } from '../../core/errors.js';
import { keyHash } from '../../core/random.js';
import { pause } from '../runtime/http.js';
import { foreignFilesBelow, importRun } from './importRun.js';

export interface FollowForeignRunsOptions {
  readonly runsFolder: string;
  readonly experiment?: string | undefined;
  readonly signal: AbortSignal;
  /** Default: 5. */
  readonly pollSeconds?: number;
  /** Called for each copy that was made or brought up to date. */
  readonly onImported: (directory: string, source: string) => void;
  /** Called once for each different problem of a folder. */
  readonly onProblem: (problem: AppErrorData, source: string) => void;
}

/** Folders that a folder ending in `*` stands for at most. */
const MOST_FOLDERS = 200;

/**
 * Imports runs of other tools, and imports one again whenever its files change, until the signal is
 * aborted. The folders are only read. A folder that ends in `/*` stands for all folders in it, those
 * that come later included; one that is not there yet is waited for.
 */
export async function followForeignRuns(
  given: readonly string[],
  options: FollowForeignRunsOptions,
): Promise<void> {
  const { signal, pollSeconds = 5 } = options;
  const seen = new Map<string, string>();
  const problems = new Map<string, string>();
  while (!signal.aborted) {
    for (const source of given.flatMap(foldersOf)) {
      if (isStopped(signal)) return;
      await update(source);
    }
    await pause(pollSeconds, signal).catch(() => undefined);
  }

  async function update(source: string): Promise<void> {
    const { runsFolder, experiment, onImported, onProblem } = options;
    try {
      const stamp = stampOf(source);
      if (stamp === null || seen.get(source) === stamp) return;
      // Taken before reading: what is written meanwhile is another change.
      seen.set(source, stamp);
      const directory = await importRun(source, { runsFolder, experiment });
      problems.delete(source);
      onImported(directory, source);
    } catch (thrown) {
      const data = toAppErrorData(thrown);
      if (thrown instanceof AppError && data.code === 'Cancelled') throw thrown;
      const text = JSON.stringify(data);
      if (problems.get(source) !== text) onProblem(data, source);
      problems.set(source, text);
    }
  }
}

function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The folder itself, or the folders in it for `folder/*`; links are not followed. */
function foldersOf(given: string): string[] {
  if (!/[\\/]\*$/.test(given)) return [path.resolve(given)];
  const parent = path.resolve(given.slice(0, -2));
  try {
    return fs
      .readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .slice(0, MOST_FOLDERS)
      .map(({ name }) => path.join(parent, name));
  } catch {
    return [];
  }
}

/** Changes when a file that an import reads does; `null` without any. */
function stampOf(source: string): string | null {
  const files = foreignFilesBelow(source);
  if (files.length === 0) return null;
  return keyHash(
    ...files.map((file) => {
      const { size, mtimeMs } = fs.statSync(file, { throwIfNoEntry: false }) ?? {
        size: 0,
        mtimeMs: 0,
      };
      return `${file}\0${size}\0${mtimeMs}`;
    }),
  );
}
