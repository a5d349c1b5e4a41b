import path from 'node:path';
import type { DataSelection } from '../../core/data/dataSelection.js';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { DataFile } from '../../core/runs/schema.js';
import { Fingerprint } from './fingerprints.js';
import { readRecords } from './labelledFiles.js';
import { collectDataFiles } from './textFiles.js';

/**
 * Files of the shifted sample of a selection with fingerprints, and their number of rows; `null` without
 * one. Throws `Data` or `UserInput`.
 */
export async function inspectShifted(
  selection: DataSelection,
  signal?: AbortSignal,
): Promise<DataSnapshot['shifted']> {
  const { shifted = [], workspaceFolder, format, dialect, skipBad } = selection;
  if (shifted.length === 0) return null;
  const found = await collectDataFiles(
    { ...selection, paths: shifted, exclude: [], ignoreSplitNames: true },
    'labelled',
    signal,
  );
  const files: DataFile[] = [];
  let rows = 0;
  for (const file of found.files) {
    const tap = new Fingerprint();
    const absolute = path.resolve(workspaceFolder, file.path);
    const options = { shownAs: file.path, format, dialect, tap, signal };
    const records = readRecords(absolute, {
      ...options,
      ...(skipBad ? { onBad: () => undefined } : {}),
    });
    while ((await records.next()).done !== true) rows++;
    files.push(tap.of(file));
  }
  if (rows === 0) throw inputError(problem('data.shiftedEmpty', { paths: shifted.join(', ') }));
  return { files, rows };
}
