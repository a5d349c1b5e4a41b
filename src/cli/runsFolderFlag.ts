import { runsFolderOf } from '../node/runs/runDirectory.js';
import { outputFolderOf } from './outputFolder.js';
import type { CommandValues, Flag } from './usage.js';

/** Flag that selects the folder of the runs. */
export const RUNS_FOLDER_FLAG: Flag = {
  shape: '<folder>',
  help: 'Folder of the runs',
  otherwise: '.masklab/runs in the current folder',
};

/** Absolute path of the folder that `--out` names. Throws `CommandLineError` for a file. */
export function runsFolderFrom(values: CommandValues): string {
  const given = values.text('out');
  return given === undefined ? runsFolderOf(process.cwd()) : outputFolderOf(given, 'out');
}
