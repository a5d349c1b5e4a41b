import fs from 'node:fs/promises';
import path from 'node:path';
import type { DataFilesSpec } from '../../core/specs/preparationSpec.js';
import { refuseChanged } from '../data/fingerprints.js';
import { unreadable } from '../data/readers/fileErrors.js';

/**
 * Refuses missing files and files whose size has changed since inspection, before they are read. Their
 * content is verified while it is read. Throws `Data`.
 */
export async function refuseChangedFiles({ data, workspaceFolder }: DataFilesSpec): Promise<void> {
  for (const file of [...data.files, ...(data.shifted?.files ?? [])]) {
    const { size } = await fs
      .stat(path.resolve(workspaceFolder, file.path))
      .catch((thrown: unknown) => {
        throw unreadable(file.path, thrown);
      });
    if (size !== file.bytes) refuseChanged(file, { ...file, sha256: '' });
  }
}
