import fs from 'node:fs/promises';
import path from 'node:path';
import type { DataFilesSpec } from '../../core/specs/preparationSpec.js';
import { refuseChanged } from '../data/fingerprints.js';
import { unreadable } from '../data/readers/fileErrors.js';

/**
 * Refuses files that are gone, or of another size than when they were inspected, before hours are
 * spent on reading them. Whoever reads them compares their content as well. Throws `Data`.
 */
export async function refuseChangedFiles({ data, workspaceFolder }: DataFilesSpec): Promise<void> {
  for (const file of data.files) {
    const { size } = await fs
      .stat(path.resolve(workspaceFolder, file.path))
      .catch((thrown: unknown) => {
        throw unreadable(file.path, thrown);
      });
    if (size !== file.bytes) refuseChanged(file, { ...file, sha256: '' });
  }
}
