import fs from 'node:fs';
import path from 'node:path';
import type { WantedExportHead } from '../../core/models/import/attachHead.js';
import type { ImportedModel } from '../../core/models/imported.js';
import { createImportedModel } from '../../core/models/imported.js';
import type { Patch, WrittenExport } from '../../core/models/import/writeBack.js';
import { copyRegularSync } from '../files/regularFile.js';
import { damaged, externalFile, readExportFile, readExternalData } from './exportFiles.js';
import { modelFiles, ONNX_FILE } from './modelFiles.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';

/**
 * Imports the model of a folder with `onnx/model.onnx`, with another head than its own if `head`
 * is given and differs.
 *
 * @throws AppError `Model` for missing files or an export that cannot be trained, `UnsupportedOp`
 * with all operators that have no gradient.
 */
export async function importOnnxFolder(
  folder: string,
  config: unknown,
  head?: WantedExportHead,
): Promise<ImportedModel> {
  const file = path.join(folder, ONNX_FILE);
  const bytes = await readExportFile(folder);
  try {
    return await createImportedModel({
      bytes,
      path: file,
      readExternal: (reference) => readExternalData(folder, reference),
      config,
      runtime: createOnnxRuntime(),
      ...(head && { head }),
    });
  } catch (thrown) {
    throw damaged(file, thrown);
  }
}

/**
 * Writes `onnx/model.onnx` below `target`, and copies the external data files of the original with
 * the trained values.
 */
export function writeOnnxFiles(target: string, source: string, written: WrittenExport): void {
  const to = path.dirname(path.join(target, ONNX_FILE));
  fs.mkdirSync(to, { recursive: true });
  fs.writeFileSync(path.join(target, ONNX_FILE), written.bytes);
  const beside = modelFiles(source).weights.map((name) => path.basename(name));
  const names = new Set([...beside, ...written.external.keys()]);
  names.delete(path.basename(ONNX_FILE));
  for (const name of names) {
    copyRegularSync(externalFile(source, name), path.join(to, name));
    patchFile(path.join(to, name), written.external.get(name) ?? []);
  }
}

function patchFile(file: string, patches: readonly Patch[]): void {
  const handle = fs.openSync(file, 'r+');
  try {
    for (const { offset, bytes } of patches) fs.writeSync(handle, bytes, 0, bytes.length, offset);
  } finally {
    fs.closeSync(handle);
  }
}
