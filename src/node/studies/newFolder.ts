import fs from 'node:fs';
import path from 'node:path';
import { runIdOf } from '../../core/runs/runId.js';
import { storing } from '../files/storage.js';

export interface NewFolder {
  readonly id: string;
  readonly folder: string;
  readonly createdAt: string;
  /** Receives the directories of the runs that are created. */
  readonly created: string[];
}

/**
 * Creates the folder of a study or sweep and fills it. If that fails, nothing is left behind.
 * Returns the folder. Throws `Storage` and whatever `fill` throws.
 */
export async function inNewFolder(
  studiesFolder: string,
  name: string,
  fill: (place: NewFolder) => Promise<void>,
): Promise<string> {
  const now = new Date();
  const id = freeIdIn(studiesFolder, runIdOf(name, now));
  const folder = path.join(studiesFolder, id);
  const created: string[] = [];
  try {
    storing(folder, () => fs.mkdirSync(folder, { recursive: true }));
    await fill({ id, folder, createdAt: now.toISOString(), created });
  } catch (thrown) {
    for (const left of [folder, ...created]) fs.rmSync(left, { recursive: true, force: true });
    throw thrown;
  }
  return folder;
}

function freeIdIn(folder: string, wanted: string): string {
  let id = wanted;
  for (let n = 2; fs.existsSync(path.join(folder, id)); n++) id = `${wanted}-${n}`;
  return id;
}

/** A folder relative to another one, with slashes on every system. */
export function relativeFolder(from: string, to: string): string {
  return path.relative(from, path.resolve(to)).split(path.sep).join('/');
}
