import path from 'node:path';
import { exportComparisonSchema, type ExportComparison } from '../../core/runs/exportComparison.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { writeJsonAtomically } from '../files/storage.js';
import { parseJson, StampedFiles } from './stampedFiles.js';

/** Writes `exports.json` of a run. Rejects with `Storage`. */
export async function writeExportComparison(
  directory: string,
  comparison: ExportComparison,
): Promise<void> {
  await writeJsonAtomically(path.join(directory, RUN_FILES.exports), comparison);
}

/** Comparison of a run's exports; `null` for a run without a readable one. */
export async function readExportComparison(directory: string): Promise<ExportComparison | null> {
  const files = new StampedFiles((content, name) =>
    parseJson(exportComparisonSchema, content, name),
  );
  return (await files.read(path.join(directory, RUN_FILES.exports))).value;
}
