import path from 'node:path';
import { AppError } from '../../core/errors.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { checkTextFile } from '../data/textFiles.js';

/** Refuses files that are no longer what the run was created from. */
export async function refuseChangedFiles({ data, workspaceFolder }: RunSpec): Promise<void> {
  for (const file of data.files) {
    const absolute = path.resolve(workspaceFolder, file.path);
    const { sha256 } = await checkTextFile(absolute, { shownAs: file.path });
    if (sha256 === file.sha256) continue;
    throw new AppError({
      code: 'Data',
      details: {
        file: file.path,
        problem: 'has changed since this run was created',
        remedy: 'Put the file back as it was to resume, or start a new run on the changed data.',
      },
    });
  }
}
