import path from 'node:path';
import type { RunSpec } from '../../core/runs/schema.js';
import { readRunSpec } from './runSpecFile.js';

export interface RunWorkspace {
  /** Null for a run of another tool, and if it cannot be read. */
  readonly spec: RunSpec | null;
  /** Folder that the paths of the run and of its audit are relative to. */
  readonly workspaceFolder: string;
}

/** The spec of a run, and the folder of its workspace even without one. */
export async function readRunWorkspace(directory: string): Promise<RunWorkspace> {
  const spec = await readRunSpec(directory).catch(() => null);
  return { spec, workspaceFolder: spec?.workspaceFolder ?? path.resolve(directory, '../../..') };
}
