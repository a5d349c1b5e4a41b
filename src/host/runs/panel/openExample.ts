import path from 'node:path';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { readRunSpec } from '../../../node/runs/runSpecFile.js';
import { showDataLine } from '../../platform/showDataLine.js';

/**
 * Opens the data file of an example beside the panel, at its line. The name of the file comes from a
 * run folder, so only data files of the run are opened. Throws `UserInput` for any other file.
 */
export async function openExample(
  directory: string,
  { file, line }: { readonly file: string; readonly line: number },
): Promise<void> {
  const { data, workspaceFolder } = await readRunSpec(directory);
  const absolute = (name: string): string => path.resolve(workspaceFolder, name);
  const isKnown = data.files.some((known) => absolute(known.path) === absolute(file));
  if (!isKnown) throw inputError(problem('runs.notItsData', { file }));
  await showDataLine(absolute(file), line);
}
