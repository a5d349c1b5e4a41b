import fs from 'node:fs';
import path from 'node:path';
import type { ParameterTensor } from '../../core/models/model.js';
import type {
  StoredTensor,
  WriteSafetensorsOptions,
} from '../../core/models/weights/safetensors.js';
import {
  headerLength,
  parseHeader,
  safetensorsParts,
} from '../../core/models/weights/safetensors.js';
import { openRegular } from '../files/regularFile.js';
import { unreadableModelFile } from './modelFiles.js';

/** Maximum bytes per read; the system limit is 2 GiB. */
const PIECE = 1 << 30;

/**
 * Reads a safetensors file of any size, each tensor into its own buffer.
 *
 * @throws AppError `Model` for a missing or broken file.
 */
export async function readWeightFile(
  folder: string,
  name: string,
): Promise<Map<string, StoredTensor>> {
  const file = path.join(folder, name);
  let handle: fs.promises.FileHandle;
  try {
    handle = await openRegular(file);
  } catch (cause) {
    throw unreadableModelFile(folder, name, cause);
  }
  try {
    const { size } = await handle.stat();
    const read = async (start: number, end: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length;) {
        const piece = Math.min(PIECE, bytes.length - at);
        const { bytesRead } = await handle.read(bytes, at, piece, start + at);
        if (bytesRead === 0) throw new RangeError(`${file} became shorter while it was read`);
        at += bytesRead;
      }
      return bytes;
    };
    const length = headerLength(await read(0, Math.min(8, size)), file);
    const dataStart = 8 + length;
    const header = await read(8, Math.min(dataStart, size));
    const places = parseHeader(header, { path: file, dataLength: size - dataStart });
    const tensors = new Map<string, StoredTensor>();
    for (const [tensor, { dtype, dims, start, end }] of places) {
      tensors.set(tensor, { dtype, dims, bytes: await read(dataStart + start, dataStart + end) });
    }
    return tensors;
  } finally {
    await handle.close();
  }
}

/** Writes a safetensors file of any size, one tensor at a time. */
export function writeWeightFile(
  file: string,
  tensors: ReadonlyMap<string, ParameterTensor | StoredTensor>,
  options: WriteSafetensorsOptions,
): void {
  writeParts(file, safetensorsParts(tensors, options));
}

/** Writes a file of any size from its parts, which are made one at a time. */
export function writeParts(file: string, parts: Iterable<Uint8Array>): void {
  const handle = fs.openSync(file, 'w');
  try {
    for (const part of parts) {
      for (let at = 0; at < part.length;) {
        at += fs.writeSync(handle, part, at, Math.min(PIECE, part.length - at));
      }
    }
  } finally {
    fs.closeSync(handle);
  }
}
