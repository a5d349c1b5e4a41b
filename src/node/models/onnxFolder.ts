import fs from 'node:fs';
import path from 'node:path';
import { AppError, modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { ImportedModel } from '../../core/models/imported.js';
import { createImportedModel } from '../../core/models/imported.js';
import type { ReadExternal } from '../../core/models/import/readExport.js';
import { decodeModel, type ExternalData } from '../../core/graph/onnx.js';
import type { Patch, WrittenExport } from '../../core/models/import/writeBack.js';
import { copyRegularSync, openRegular, readBytes } from '../files/regularFile.js';
import { modelFiles, ONNX_FILE, unreadableModelFile } from './modelFiles.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';

/** Limit of the format. */
const MAX_BYTES = 2 ** 31;

/**
 * Imports the model of a folder with `onnx/model.onnx`.
 *
 * @throws AppError `Model` for missing files or an export that cannot be trained, `UnsupportedOp`
 * with all operators that have no gradient.
 */
export async function importOnnxFolder(folder: string, config: unknown): Promise<ImportedModel> {
  const file = path.join(folder, ONNX_FILE);
  const bytes = await readExportFile(folder);
  const readExternal = readerOf(path.dirname(file), file);
  try {
    return await createImportedModel({
      bytes,
      path: file,
      readExternal,
      config,
      runtime: createOnnxRuntime(),
    });
  } catch (thrown) {
    throw damaged(file, thrown);
  }
}

/** The error of an export that cannot be followed; passes over a graph trust that it is valid. */
function damaged(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return modelError(file, problem('models.damagedExport', { reason }), thrown);
}

function readerOf(directory: string, file: string): ReadExternal {
  return async ({ location, offset, length }) => {
    const name = externalName(location, file);
    let handle: fs.promises.FileHandle;
    try {
      handle = await openRegular(path.join(directory, name));
    } catch (cause) {
      throw unreadableModelFile(directory, name, cause);
    }
    try {
      const { size } = await handle.stat();
      const end = length === null ? size : offset + length;
      if (!(offset >= 0 && offset <= end && end <= size)) {
        throw modelError(path.join(directory, name), problem('models.cutOffFile'));
      }
      const bytes = new Uint8Array(end - offset);
      await handle.read(bytes, 0, bytes.length, offset);
      return bytes;
    } finally {
      await handle.close();
    }
  };
}

/** Validates that an external data file is in the folder of the model. */
function externalName(location: string, file: string): string {
  if (path.basename(location) === location && location !== '..') return location;
  throw modelError(file, problem('models.fileOutside', { name: location }));
}

/**
 * Writes `onnx/model.onnx` below `target`, and copies the external data files of the original with
 * the trained values.
 */
export function writeOnnxFiles(target: string, source: string, written: WrittenExport): void {
  const from = path.dirname(path.join(source, ONNX_FILE));
  const to = path.dirname(path.join(target, ONNX_FILE));
  fs.mkdirSync(to, { recursive: true });
  fs.writeFileSync(path.join(target, ONNX_FILE), written.bytes);
  const beside = modelFiles(source).weights.map((name) => path.basename(name));
  const names = new Set([...beside, ...written.external.keys()]);
  names.delete(path.basename(ONNX_FILE));
  for (const location of names) {
    const name = externalName(location, path.join(source, ONNX_FILE));
    copyRegularSync(path.join(from, name), path.join(to, name));
    patchFile(path.join(to, name), written.external.get(location) ?? []);
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

/** Inputs and output of an export. */
export interface ExportFacts {
  readonly inputs: readonly string[];
  /** Name of the logits. */
  readonly output: string;
  /** Rank of the logits: 3 for one row per token. */
  readonly rank: number;
  readonly parameterCount: number;
}

/** Throws `Model` for a folder without a readable `onnx/model.onnx`. */
export async function readExportFacts(folder: string): Promise<ExportFacts> {
  const file = path.join(folder, ONNX_FILE);
  const bytes = await readExportFile(folder);
  const beside = new Set<string>();
  const external = ({ location }: ExternalData): null => {
    beside.add(externalName(location, file));
    return null;
  };
  const graph = decoded(() => decodeModel(bytes, file, { external }), file);
  // ONNX Runtime opens these files by itself.
  for (const name of beside) await refuseUnreadable(path.dirname(file), name);
  const floats = [...graph.constants.values()].filter(({ type }) => type.startsWith('float'));
  const output = graph.outputs.find((name) => name === 'logits') ?? graph.outputs[0] ?? '';
  return {
    inputs: graph.inputs,
    output,
    rank: graph.values.get(output)?.dims.length ?? 0,
    parameterCount: floats.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0),
  };
}

function decoded<T>(decode: () => T, file: string): T {
  try {
    return decode();
  } catch (thrown) {
    throw damaged(file, thrown);
  }
}

async function refuseUnreadable(directory: string, name: string): Promise<void> {
  try {
    await (await openRegular(path.join(directory, name))).close();
  } catch (cause) {
    throw unreadableModelFile(directory, name, cause);
  }
}

async function readExportFile(folder: string): Promise<Uint8Array> {
  try {
    return await readBytes(path.join(folder, ONNX_FILE), MAX_BYTES);
  } catch (cause) {
    throw unreadableModelFile(folder, ONNX_FILE, cause);
  }
}
