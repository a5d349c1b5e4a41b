import fs from 'node:fs';
import path from 'node:path';
import { AppError, modelError } from '../../core/errors.js';
import type { ExternalData } from '../../core/graph/onnx.js';
import { decodeModel } from '../../core/graph/onnx.js';
import { problem } from '../../core/messages/message.js';
import type { ModelSource, TensorType } from '../../core/ports.js';
import { wordCount } from '../../core/models/import/wordCount.js';
import { openRegular, openRegularSync, readBytes } from '../files/regularFile.js';
import { ONNX_FILE, unreadableModelFile } from './modelFiles.js';

/** Limit of the format. */
const MAX_BYTES = 2 ** 31;

/** Inputs and output of an export. */
export interface ExportFacts {
  readonly inputs: ReadonlyMap<string, TensorType>;
  /** Name of the logits. */
  readonly output: string;
  /** Rank of the logits: 3 for one row per token. */
  readonly rank: number;
  readonly parameterCount: number;
  /** Rows of the word embeddings; `null` if not found. */
  readonly vocabularySize: number | null;
  /** Whether weights are stored in half precision. */
  readonly isHalf: boolean;
}

/**
 * Facts about the export of a folder, or about other content of its file. Throws `Model` for a
 * folder without a readable `onnx/model.onnx`.
 */
export async function readExportFacts(
  folder: string,
  content: Uint8Array | null = null,
): Promise<ExportFacts> {
  const file = path.join(folder, ONNX_FILE);
  const bytes = content ?? (await readExportFile(folder));
  const graph = decoded(() => decodeModel(bytes, file, { external: () => null }), file);
  const floats = [...graph.constants.values()].filter(({ type }) => type.startsWith('float'));
  const output = graph.outputs.find((name) => name === 'logits') ?? graph.outputs[0] ?? '';
  return {
    inputs: new Map(graph.inputs.map((name) => [name, graph.info(name).type])),
    output,
    vocabularySize: wordCount(graph),
    isHalf: floats.some(({ type }) => type === 'float16'),
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

/** The error of an export that cannot be followed; passes over a graph trust that it is valid. */
export function damaged(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return modelError(file, problem('models.damagedExport', { reason }), thrown);
}

export async function readExportFile(folder: string): Promise<Uint8Array> {
  try {
    return await readBytes(path.join(folder, ONNX_FILE), MAX_BYTES);
  } catch (cause) {
    throw unreadableModelFile(folder, ONNX_FILE, cause);
  }
}

/**
 * Export of a folder, or other content of its file, for a session. The runtime reads external data that is beside the export, but
 * refuses links to it, as in the cache of the hub: such files are read here. Throws `Model` for
 * external data that is missing, cut off or outside of the model.
 */
export async function exportSource(
  folder: string,
  content: Uint8Array | null = null,
): Promise<ModelSource> {
  const file = path.join(folder, ONNX_FILE);
  const bytes = content ?? (await readExportFile(folder));
  const ends = new Map<string, number>();
  const external = ({ location, offset, length }: ExternalData): null => {
    ends.set(location, Math.max(ends.get(location) ?? 0, offset + (length ?? 0)));
    return null;
  };
  decoded(() => decodeModel(bytes, file, { external }), file);
  const directory = fs.realpathSync(path.dirname(file));
  const files = [...ends].map(([location, end]) => {
    const real = externalFile(folder, location);
    if (fs.statSync(real).size < end) throw modelError(real, problem('models.cutOffFile'));
    return { location, real };
  });
  const isBeside = files.every(({ real }) => path.dirname(real) === directory);
  if (isBeside && content === null) return { file };
  const read = new Map<string, Uint8Array>();
  for (const { location } of files) {
    const all = { location, offset: 0, length: null };
    read.set(location, await readExternalData(folder, all));
  }
  return { file, linked: { bytes, external: read } };
}

/** Maximum bytes per read; the system limit is 2 GiB. */
const PIECE = 1 << 30;

/** Reads part of an external data file. Throws `Model` like `externalFile`, and if it is cut off. */
export async function readExternalData(
  folder: string,
  { location, offset, length }: ExternalData,
): Promise<Uint8Array> {
  const file = externalFile(folder, location);
  let handle: fs.promises.FileHandle;
  try {
    handle = await openRegular(file);
  } catch (cause) {
    throw unreadableModelFile(path.join(folder, path.dirname(ONNX_FILE)), location, cause);
  }
  try {
    const { size } = await handle.stat();
    const end = length === null ? size : offset + length;
    if (!(offset >= 0 && offset <= end && end <= size))
      throw modelError(file, problem('models.cutOffFile'));
    const bytes = new Uint8Array(end - offset);
    for (let at = 0; at < bytes.length;) {
      const piece = Math.min(PIECE, bytes.length - at);
      const { bytesRead } = await handle.read(bytes, at, piece, offset + at);
      if (bytesRead === 0) throw modelError(file, problem('models.cutOffFile'));
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/**
 * Real path of an external data file. Its name comes from the export and is not trusted: the file
 * must be beside the export. It may be a link to a file in the folder of the model, or in the hub's
 * cache of this very model. Throws `Model` for any other file, and for a Git LFS pointer.
 */
export function externalFile(folder: string, location: string): string {
  const file = path.join(folder, ONNX_FILE);
  const directory = path.dirname(file);
  const outside = (): AppError =>
    modelError(file, problem('models.fileOutside', { name: location }));
  if (path.basename(location) !== location || location === '..') throw outside();
  try {
    const real = fs.realpathSync(path.join(directory, location));
    if (!rootsOf(folder).some((root) => real.startsWith(root + path.sep))) throw outside();
    fs.closeSync(openRegularSync(real));
    return real;
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadableModelFile(directory, location, cause);
  }
}

/** Folders that may hold the files of a model: its own, and its part of the hub's cache. */
function rootsOf(folder: string): string[] {
  const roots = [fs.realpathSync(folder)];
  const [, cache] = CACHED.exec(path.resolve(folder)) ?? [];
  if (cache !== undefined) roots.push(fs.realpathSync(cache));
  return roots;
}

/** `models--<organization>--<name>/snapshots/<revision>`, whose files are links to `blobs`. */
const CACHED = /^(.*[\\/]models--[^\\/]+)[\\/]snapshots[\\/][^\\/]+$/;
