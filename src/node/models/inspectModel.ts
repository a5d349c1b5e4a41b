import path from 'node:path';
import type { InspectedModel } from '../../core/models/inspectedModel.js';
import { readModelShape } from './modelFiles.js';
import { fingerprintModelFolder } from './modelFingerprint.js';
import { modelName } from '../../core/models/modelName.js';

/** Inspects the folder of a model to start a run from. Throws `Model` or `Cancelled`. */
export async function inspectModel(
  folder: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<InspectedModel> {
  return {
    path: path.resolve(folder),
    name: modelName(path.resolve(folder)),
    sha256: await fingerprintModelFolder(folder, signal),
    ...(await readModelShape(folder)),
  };
}
