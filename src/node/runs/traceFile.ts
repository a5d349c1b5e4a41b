import fs from 'node:fs';
import path from 'node:path';
import type { StoredTensor } from '../../core/models/weights/safetensors.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { asideOf, renameWithRetriesSync, storing } from '../files/storage.js';
import { writeWeightFile } from '../models/weightFiles.js';

/** Writes a run's traced steps to `trace.safetensors` in its directory. */
export function writeTrace(
  directory: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): void {
  const file = path.join(directory, RUN_FILES.trace);
  const aside = asideOf(file);
  storing(file, () => {
    try {
      writeWeightFile(aside, tensors, { metadata });
      renameWithRetriesSync(aside, file);
    } catch (thrown) {
      fs.rmSync(aside, { force: true });
      throw thrown;
    }
  });
}
