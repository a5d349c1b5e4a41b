import path from 'node:path';
import { runsFolderOf } from '../node/runs/runDirectory.js';
import type { CommandValues, Flag } from './usage.js';

/** Flag that selects the folder of the runs. */
export const RUNS_FOLDER_FLAG: Flag = {
  shape: '<folder>',
  help: 'Folder of the runs',
  otherwise: '.masklab/runs in the current folder',
};

/** Absolute path of the folder that `--out` names. */
export function runsFolderFrom(values: CommandValues): string {
  return path.resolve(values.text('out') ?? runsFolderOf(process.cwd()));
}
