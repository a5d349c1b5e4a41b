import path from 'node:path';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { readRunAudit } from '../../../node/runs/runAudit.js';
import { isInside } from '../../../node/runs/runSpecFile.js';
import { readRunWorkspace } from '../../../node/runs/runWorkspace.js';
import { showDataLine } from '../../platform/showDataLine.js';

/**
 * Opens the data file of an example beside the panel, at its line. The name of the file comes from a
 * run folder, so only data files of the run are opened, and audited files of its workspace folder.
 * Throws `UserInput` for any other file.
 */
export async function openExample(
  directory: string,
  { file, line }: { readonly file: string; readonly line: number },
): Promise<void> {
  const { spec, workspaceFolder } = await readRunWorkspace(directory);
  const absolute = (name: string): string => path.resolve(workspaceFolder, name);
  const isIn = (names: readonly string[]): boolean =>
    names.some((name) => absolute(name) === absolute(file));
  const isKnown =
    isIn(spec?.data.files.map((known) => known.path) ?? []) ||
    (isInside(absolute(file), workspaceFolder) &&
      isIn((await readRunAudit(directory))?.data.files ?? []));
  if (!isKnown) throw inputError(problem('runs.notItsData', { file }));
  await showDataLine(absolute(file), line);
}
