import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { bytesOf, type FileTap } from './dataFile.js';
import { refuseBomb } from './decompressionLimit.js';
import { dataError } from './fileErrors.js';

export interface PlainBytesOptions {
  readonly shownAs: string;
  /** Observes the bytes of the file as they are, compressed or not. */
  readonly tap?: FileTap | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes at the start of a file that tell its compression. */
const SIGNATURES = [
  { format: 'gzip', bytes: [0x1f, 0x8b], command: 'gunzip' },
  { format: 'Zstandard', bytes: [0x28, 0xb5, 0x2f, 0xfd], command: 'zstd -d' },
  { format: 'bzip2', bytes: [0x42, 0x5a, 0x68], command: 'bunzip2' },
  { format: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], command: 'unxz' },
  { format: 'ZIP', bytes: [0x50, 0x4b, 0x03, 0x04], command: 'unzip' },
  { format: '7-Zip', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], command: '7z x' },
  { format: 'LZ4', bytes: [0x04, 0x22, 0x4d, 0x18], command: 'lz4 -d' },
] as const;
type Format = (typeof SIGNATURES)[number]['format'];

/** Files of office programs, which are ZIP archives as well. */
const OFFICE_FILE = /\.(?:xlsx|xlsm|ods|docx|odt|pptx|odp)$/i;

/**
 * The bytes of a text file, decompressed if it is compressed with gzip or, where Node.js can, with
 * Zstandard. Throws `Data` for other compressed files, for damaged ones and for those that are
 * suspiciously large when decompressed, the error of the system, and `Cancelled`.
 */
export async function* plainBytesOf(
  file: string,
  options: PlainBytesOptions,
): AsyncGenerator<Buffer> {
  const { shownAs, tap, signal } = options;
  const raw = bytesOf(file, signal);
  try {
    const first = await raw.next();
    if (first.done === true) return;
    const format = formatOf(first.value);
    const decompress = format === null ? null : decompressorOf(format, shownAs);
    const source = tapped(first.value, raw, tap);
    if (decompress === null) yield* source;
    else yield* decompressed(source, { ...options, decompress, format: format! });
  } finally {
    await raw.return(undefined);
  }
}

/** Compression of a file that begins with these bytes; `null` without one. */
function formatOf(start: Uint8Array): Format | null {
  const found = SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => start[i] === byte));
  return found?.format ?? null;
}

/** Throws `Data` if the format cannot be read. */
function decompressorOf(format: Format, file: string): Transform {
  if (format === 'gzip') return zlib.createGunzip();
  // Node.js has Zstandard from 22.15 on; the types are those of the oldest version.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (format === 'Zstandard' && createZstdDecompress !== undefined) return createZstdDecompress();
  if (format === 'ZIP' && OFFICE_FILE.test(file)) throw dataError(file, problem('data.officeFile'));
  throw compressedFile(file, format);
}

/** An error for a compressed file of a format that cannot be read. */
function compressedFile(file: string, format: Format): AppError {
  const { command } = SIGNATURES.find((each) => each.format === format)!;
  return dataError(file, problem('data.compressedFile', { format, command }));
}

async function* tapped(
  first: Buffer,
  rest: AsyncGenerator<Buffer>,
  tap: FileTap | undefined,
): AsyncGenerator<Buffer> {
  tap?.onBytes(first);
  yield first;
  for await (const piece of rest) {
    tap?.onBytes(piece);
    yield piece;
  }
}

interface Decompression extends PlainBytesOptions {
  readonly decompress: Transform;
  readonly format: Format;
}

async function* decompressed(
  source: AsyncGenerator<Buffer>,
  { shownAs, tap, decompress, format }: Decompression,
): AsyncGenerator<Buffer> {
  let read = 0;
  let written = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      read += piece.length;
      yield piece;
    }
  };
  let failure: unknown = null;
  pipeline(counted(), decompress, (thrown) => {
    failure = thrown ?? null;
  });
  try {
    for await (const piece of decompress) {
      const bytes = piece as Buffer;
      written += bytes.length;
      refuseBomb(shownAs, { compressed: read, plain: written });
      tap?.onDecompressed?.(bytes);
      yield bytes;
    }
  } catch (thrown) {
    const cause = failure ?? thrown;
    if (cause instanceof AppError) throw cause;
    if (thrown instanceof AppError) throw thrown;
    throw isZlibError(cause)
      ? dataError(shownAs, problem('data.damagedCompression', { format }))
      : cause;
  }
}

function isZlibError(thrown: unknown): boolean {
  return thrown instanceof Error && 'errno' in thrown && 'code' in thrown
    ? /^(?:Z_|ZSTD_|ERR_ZLIB)/.test(String(thrown.code))
    : false;
}
