import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../../files/regularFile.js';
import { streamBytes } from '../../files/streamBytes.js';
import { Pace, throwIfCancelled } from '../../runtime/pace.js';

/** Observer of a file while it is read. */
export interface FileTap {
  /** Called with every byte of the file once, in order. */
  onBytes(piece: Uint8Array): void;
  /** Called with the decompressed bytes of a compressed file. */
  onDecompressed?(piece: Uint8Array): void;
  /** Called with the text of the file, if it is text. */
  onText?(text: string): void;
}

const SLICE_BYTES = 1 << 22;

/** Small files take no turn of the event loop; all who read them share one pace. */
const pace = new Pace(undefined);

/**
 * The bytes of a file, chunk by chunk. Every reader of data opens files here or with
 * `openDataFile`. Throws `RefusedFile`, the error of the system, and `Cancelled` between two chunks.
 */
export async function* bytesOf(
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  if (pace.isOver) await pace.turn();
  throwIfCancelled(signal);
  for await (const piece of streamBytes(file)) {
    throwIfCancelled(signal);
    yield piece;
  }
}

/** A data file that is read in any order. */
export class DataFileHandle {
  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Throws `RangeError` if the file is too short, and `Cancelled`. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    // Filling hundreds of megabytes with zeros first would block the thread.
    const bytes = Buffer.allocUnsafeSlow(end - start);
    let done = 0;
    while (done < bytes.length) {
      throwIfCancelled(this.signal);
      const length = Math.min(SLICE_BYTES, bytes.length - done);
      const { bytesRead } = await this.handle.read(bytes, done, length, start + done);
      if (bytesRead === 0) throw new RangeError('the file ends too early');
      done += bytesRead;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Opens a file for reading in any order. Rejects as `openRegular` does. */
export async function openDataFile(
  file: string,
  signal: AbortSignal | undefined,
): Promise<DataFileHandle> {
  const handle = await openRegular(file);
  return new DataFileHandle(handle, (await handle.stat()).size, signal);
}
