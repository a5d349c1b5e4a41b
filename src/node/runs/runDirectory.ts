import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type * as z from 'zod';
import { observeStatus, type ObservedStatus } from '../../core/runs/status.js';
import {
  RUN_FILES,
  runSpecSchema,
  runStateSchema,
  type RunControl,
  type RunSpec,
  type RunState,
} from '../../core/runs/schema.js';
import { renamePatiently, storageError, writeJsonAtomically } from '../files/storage.js';

/** A run as a reader sees it; `spec` or `state` is null where the file is missing or unreadable. */
export interface RunSummary {
  readonly id: string;
  readonly directory: string;
  readonly spec: RunSpec | null;
  readonly state: RunState | null;
  readonly status: ObservedStatus;
  /** Why the run cannot be read, or what ended it. */
  readonly problem: string | null;
}

/** Where a workspace folder keeps its runs. */
export function runsFolderOf(workspaceFolder: string): string {
  return path.join(workspaceFolder, '.masklab', 'runs');
}

/** Where a run keeps the model it made. */
export function runModelFolder(directory: string): string {
  return path.join(directory, RUN_FILES.model);
}

/** Reads a run's spec and state. Never throws for what the directory holds. */
export async function readRun(directory: string): Promise<RunSummary> {
  const id = path.basename(directory);
  const [spec, state] = await Promise.all([
    readJson(path.join(directory, RUN_FILES.spec), runSpecSchema),
    readJson(path.join(directory, RUN_FILES.state), runStateSchema),
  ]);
  if (spec.value === null) {
    const { problem } = spec;
    return { id, directory, spec: null, state: state.value, status: 'unreadable', problem };
  }
  if (state.value === null) {
    const problem = `${state.problem ?? ''}. Resume goes on from the last checkpoint.`;
    return { id, directory, spec: spec.value, state: null, status: 'crashed', problem };
  }
  const status = observeStatus(state.value, {
    now: Date.now(),
    bootedAt: bootedAt(),
    host: os.hostname(),
    isAlive,
  });
  const ended =
    status === 'crashed'
      ? 'The trainer ended without saying why. Resume goes on from the last checkpoint.'
      : (state.value.error?.message ?? null);
  return { id, directory, spec: spec.value, state: state.value, status, problem: ended };
}

/** All runs of a runs folder, newest first. A folder that does not exist has none. */
export async function listRuns(runsFolder: string): Promise<RunSummary[]> {
  return Promise.all((await listRunDirectories(runsFolder)).map(readRun));
}

/** Directories of the runs of a runs folder, newest first. */
export async function listRunDirectories(runsFolder: string): Promise<string[]> {
  let entries: fs.Dirent[];
  try {
    entries = await fs.promises.readdir(runsFolder, { withFileTypes: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError(runsFolder, thrown);
  }
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => path.join(runsFolder, entry.name))
    .sort()
    .reverse();
}

/** Asks the trainer of a run for something; it looks at the next step border. */
export function requestControl(directory: string, command: RunControl['command']): void {
  const control: RunControl = { version: 1, command };
  writeJsonAtomically(path.join(directory, RUN_FILES.control), control);
}

/** Removes a run: renamed aside first, so that a deletion cut short leaves no half-run behind. */
export async function deleteRun(directory: string): Promise<void> {
  const aside = path.join(path.dirname(directory), `.deleted-${path.basename(directory)}`);
  try {
    await fs.promises.rm(aside, { recursive: true, force: true });
    renamePatiently(directory, aside);
    await fs.promises.rm(aside, { recursive: true, force: true, maxRetries: 3 });
  } catch (thrown) {
    throw storageError(directory, thrown);
  }
}

/** Removes what a deletion or a creation that was cut short left behind. */
export async function sweepRunsFolder(runsFolder: string): Promise<void> {
  const names = await fs.promises.readdir(runsFolder).catch(() => []);
  const yesterday = Date.now() - 86_400_000;
  for (const name of names.filter((entry) => /^\.(deleted-|.*\.tmp$)/.test(entry))) {
    const leftover = path.join(runsFolder, name);
    const stats = await fs.promises.stat(leftover).catch(() => null);
    if (stats === null || (name.endsWith('.tmp') && stats.mtimeMs > yesterday)) continue;
    // What cannot be removed now is tried again the next time.
    await fs.promises.rm(leftover, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** When this machine started, in milliseconds since 1970. */
export function bootedAt(): number {
  return Date.now() - os.uptime() * 1000;
}

/** True while a process with this id exists on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readJson<T>(
  file: string,
  schema: z.ZodType<T>,
): Promise<{ value: T | null; problem: string | null }> {
  const name = path.basename(file);
  try {
    const parsed = schema.safeParse(JSON.parse(await fs.promises.readFile(file, 'utf8')));
    if (parsed.success) return { value: parsed.data, problem: null };
    const issue = parsed.error.issues[0];
    const place = issue === undefined ? '' : ` at "${issue.path.join('.')}": ${issue.message}`;
    return { value: null, problem: `${name} is not what this version of Masklab writes${place}` };
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { value: null, problem: missing ? `${name} is missing` : `${name}: ${reason}` };
  }
}
