import { createHash } from 'node:crypto';
import path from 'node:path';
import type { SplitName } from '../../core/data/records.js';
import { problem } from '../../core/messages/message.js';
import type { DataFile } from '../../core/runs/schema.js';
import { bytesOf, type FileTap } from './readers/dataFile.js';
import { dataError, unreadable } from './readers/fileErrors.js';

/** A file to read. If it has a fingerprint, the reader verifies it while reading. */
export interface ReadableFile {
  /** Absolute, or relative to the workspace folder. */
  readonly path: string;
  readonly sha256?: string;
  /** Split given by the name of the file or its folder. */
  readonly split?: SplitName;
}

export interface FingerprintOptions {
  readonly workspaceFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/** SHA-256 of a file, computed while it is read for another purpose. */
export class Fingerprint implements FileTap {
  bytes = 0;
  /** Bytes of the text: after decompression, if the file is compressed. */
  get textBytes(): number {
    return this.decompressed > 0 ? this.decompressed : this.bytes;
  }
  /** False after the first character that is not white space. */
  isBlank = true;
  private decompressed = 0;
  private readonly hash = createHash('sha256');

  onBytes(piece: Uint8Array): void {
    this.hash.update(piece);
    this.bytes += piece.byteLength;
  }

  onDecompressed(piece: Uint8Array): void {
    this.decompressed += piece.byteLength;
  }

  onText(text: string): void {
    if (this.isBlank && /\S/.test(text)) this.isBlank = false;
  }

  /** Fingerprint of a file that was read to its end. */
  of({ path: name, split }: ReadableFile): DataFile {
    return {
      path: name,
      bytes: this.bytes,
      sha256: this.hash.digest('hex'),
      ...(split === undefined ? {} : { split }),
    };
  }
}

/** Reads a file only for its fingerprint. Throws `Data` or `Cancelled`. */
export async function fingerprintFile(
  file: ReadableFile,
  { workspaceFolder, signal }: FingerprintOptions,
): Promise<DataFile> {
  const fingerprint = new Fingerprint();
  try {
    for await (const piece of bytesOf(path.resolve(workspaceFolder, file.path), signal)) {
      fingerprint.onBytes(piece);
    }
  } catch (thrown) {
    throw unreadable(file.path, thrown);
  }
  return fingerprint.of(file);
}

/** Throws `Data` if a file has changed since it was inspected. */
export function refuseChanged(file: ReadableFile, { sha256 }: DataFile): void {
  if (file.sha256 === undefined || file.sha256 === sha256) return;
  throw dataError(file.path, problem('data.changed'));
}
