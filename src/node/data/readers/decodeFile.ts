import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { FileDialect } from '../../../core/data/fileDialect.js';
import { AppError, inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import type { FileTap } from './dataFile.js';
import { dataError, unreadable } from './fileErrors.js';
import { plainBytesOf } from './plainBytes.js';

export interface DecodeOptions {
  readonly shownAs: string;
  readonly dialect?: Pick<FileDialect, 'encoding'> | undefined;
  /** Finds the name of the encoding in the first kilobyte of the file if none is given. */
  readonly declaration?: RegExp;
  readonly tap?: FileTap | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Declaration of the encoding in an HTML page. */
export const HTML_CHARSET = /<meta\b[^>]*\bcharset\s*=\s*["']?\s*([\w.:-]+)/i;

/**
 * The text of a file, chunk by chunk, without its byte order mark: UTF-8, UTF-16 with a mark, or the
 * given encoding, also of a compressed file. Throws `Data` for binary content, for an invalid encoding (with the line and the
 * probable encoding) and for a file that cannot be read, and `Cancelled`.
 */
export async function* decodeFile(file: string, options: DecodeOptions): AsyncGenerator<string> {
  const { shownAs, tap, signal } = options;
  let decoder: PieceDecoder | null = null;
  let encoding = 'utf-8';
  try {
    for await (const piece of plainBytesOf(file, { shownAs, tap, signal })) {
      if (decoder === null) {
        encoding = encodingOf(piece, options);
        if (encoding === 'utf-8') refuseBinary(piece, shownAs);
        decoder = encoding === 'utf-8' ? new Utf8Decoder() : new OtherDecoder(encoding);
      }
      const text = decoder.decode(piece);
      if (text === '') continue;
      tap?.onText?.(text);
      yield text;
    }
    const text = decoder?.end() ?? '';
    if (text === '') return;
    tap?.onText?.(text);
    yield text;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    if (!(thrown instanceof BrokenPiece)) throw unreadable(shownAs, thrown);
    // Loaded only when needed, which is rare.
    const { brokenEncoding } = await import('./brokenEncoding.js');
    throw await brokenEncoding(file, { shownAs, encoding, offset: thrown.offset, signal });
  }
}

/** Decodes a file chunk by chunk. Throws `BrokenPiece`. */
interface PieceDecoder {
  decode(piece: Buffer): string;
  end(): string;
}

/** Thrown for invalid bytes between `offset` and the end of the current chunk. */
class BrokenPiece extends Error {
  constructor(readonly offset: number) {
    super('broken encoding');
  }
}

/** Decodes UTF-8, the encoding of nearly all files, several times as fast as `TextDecoder`. */
class Utf8Decoder implements PieceDecoder {
  private tail: Buffer = Buffer.alloc(0);
  private offset = 0;

  decode(piece: Buffer): string {
    const bytes = this.tail.length === 0 ? piece : Buffer.concat([this.tail, piece]);
    const end = bytes.length - lengthOfTail(bytes);
    const text = this.textOf(bytes.subarray(0, end));
    this.tail = Buffer.from(bytes.subarray(end));
    return text;
  }

  end(): string {
    return this.textOf(this.tail);
  }

  private textOf(bytes: Buffer): string {
    if (isAscii(bytes)) {
      this.offset += bytes.length;
      return bytes.toString('latin1');
    }
    if (!isUtf8(bytes)) throw new BrokenPiece(this.offset);
    const hasMark = this.offset === 0 && bytes.subarray(0, 3).equals(UTF8_MARK);
    this.offset += bytes.length;
    return bytes.toString('utf8', hasMark ? UTF8_MARK.length : 0);
  }
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Number of bytes at the end that begin a character which continues in the next chunk. */
function lengthOfTail(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0;
  }
  return 0;
}

class OtherDecoder implements PieceDecoder {
  private readonly decoder: TextDecoder;
  private offset = 0;

  constructor(encoding: string) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  decode(piece: Buffer): string {
    return this.step(piece, true);
  }

  end(): string {
    return this.step(Buffer.alloc(0), false);
  }

  private step(piece: Buffer, stream: boolean): string {
    try {
      const text = this.decoder.decode(piece, { stream });
      this.offset += piece.length;
      return text;
    } catch {
      throw new BrokenPiece(this.offset);
    }
  }
}

function encodingOf(start: Buffer, options: DecodeOptions): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (UTF8_MARK.equals(start.subarray(0, 3))) return 'utf-8';
  const { dialect, declaration } = options;
  const encoding = dialect?.encoding ?? null;
  if (encoding === null) return declaration === undefined ? 'utf-8' : declared(start, declaration);
  const known = encodingNamed(encoding);
  if (known !== null) return known;
  throw inputError(problem('data.unknownEncoding', { encoding }));
}

/** Encoding by a name of the WHATWG or of Python, such as `latin-1`; `null` for other names. */
function encodingNamed(name: string): string | null {
  const spellings = [name, name.replaceAll('_', '-'), name.replaceAll(/[-_ ]|-?sig$/gi, '')];
  for (const spelling of spellings) {
    try {
      return new TextDecoder(spelling).encoding;
    } catch {
      // The next spelling may be known.
    }
  }
  return null;
}

/** Declared encoding of a file, unless it is unknown or the file is clearly UTF-8. */
function declared(start: Buffer, declaration: RegExp): string {
  const isUnicode =
    isUtf8(start.subarray(0, start.length - lengthOfTail(start))) && !isAscii(start);
  if (isUnicode) return 'utf-8';
  const name = declaration.exec(start.toString('latin1', 0, 1024))?.[1];
  try {
    const { encoding } = new TextDecoder(name);
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
  } catch {
    return 'utf-8';
  }
}

/** NUL characters that even a short text file may have. */
const MOST_STRAY_NULS = 2;
/** Control characters of text: white space and escape. */
const BLANKS: readonly number[] = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b];

function refuseBinary(start: Uint8Array, shownAs: string): void {
  const padded = start.subarray(0, 8192);
  // A file whose writer was interrupted can end in a block of them.
  const sample = padded.subarray(0, padded.findLastIndex((byte) => byte !== 0) + 1);
  const nuls = sample.reduce((count, byte) => count + Number(byte === 0), 0);
  if (nuls === 0 && (sample.length > 0 || padded.length === 0)) return;
  // A few of them in a text are damage, which costs their rows only.
  const isText =
    sample.length > 0 &&
    isUtf8(sample.subarray(0, sample.length - lengthOfTail(sample))) &&
    !sample.some((byte) => byte > 0 && byte < 32 && !BLANKS.includes(byte));
  if (isText && (nuls <= MOST_STRAY_NULS || nuls < sample.length / 100)) return;
  const wide = wideEncodingOf(sample);
  throw wide === null
    ? dataError(shownAs, problem('data.binaryFile'))
    : dataError(shownAs, problem('data.noByteOrderMark', { guess: wide }), { row: 1 });
}

/** Detects UTF-16 by zeros in every second byte, as in text of mostly Latin letters. */
function wideEncodingOf(bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | null {
  const zeros = [0, 0];
  for (const [i, byte] of bytes.entries()) if (byte === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  const most = bytes.length * 0.3;
  if (odd > most && even === 0) return 'UTF-16LE';
  return even > most && odd === 0 ? 'UTF-16BE' : null;
}
