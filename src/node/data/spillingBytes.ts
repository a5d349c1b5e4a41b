import fs from 'node:fs';
import { AppError } from '../../core/errors.js';
import { message } from '../../core/messages/message.js';
import { MemoryBytes, type ByteStore } from '../../core/data/examples/exampleStore.js';
import { storing } from '../files/storage.js';

/** Maximum bytes that stay in memory, where they take no more than a small model. */
const MEMORY_LIMIT = 32 << 20;

/**
 * Bytes that stay in memory up to a limit and continue in a file beyond it. The file is created from
 * scratch and removed by `close`.
 */
export class SpillingBytes implements ByteStore {
  private readonly pending = new MemoryBytes();
  /** Number of bytes in the file; pending bytes follow. */
  private written = 0;
  private file: number | null = null;

  constructor(
    private readonly path: string,
    private readonly limit = MEMORY_LIMIT,
  ) {
    fs.rmSync(path, { force: true });
  }

  append(bytes: Uint8Array): void {
    const { length } = this.pending;
    if (length > 0 && length + bytes.length > this.limit) this.flush();
    this.pending.append(bytes);
  }

  /** A view, valid until the next `append`. Throws `Storage` if the file cannot be read. */
  read(offset: number, length: number): Uint8Array {
    if (offset >= this.written) return this.pending.read(offset - this.written, length);
    const bytes = new Uint8Array(length);
    storing(this.path, () => {
      for (let at = 0; at < length;) {
        const read = fs.readSync(this.file!, bytes, at, length - at, offset + at);
        if (read === 0) throw truncated(this.path);
        at += read;
      }
    });
    return bytes;
  }

  close(): void {
    if (this.file === null) return;
    fs.closeSync(this.file);
    this.file = null;
    fs.rmSync(this.path, { force: true });
  }

  private flush(): void {
    storing(this.path, () => {
      this.file ??= fs.openSync(this.path, 'wx+');
      const bytes = this.pending.read(0, this.pending.length);
      for (let at = 0; at < bytes.length;) {
        at += fs.writeSync(this.file, bytes, at, bytes.length - at, this.written + at);
      }
      this.written += bytes.length;
    });
    this.pending.clear();
  }
}

function truncated(path: string): AppError {
  return new AppError({
    code: 'Storage',
    details: { path, reason: 'other', message: message('storage.truncated') },
  });
}
