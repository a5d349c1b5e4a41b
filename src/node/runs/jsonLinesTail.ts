import { StringDecoder } from 'node:string_decoder';
import type * as z from 'zod';
import { LineReader, parseRows } from '../../core/runs/jsonLines.js';
import { closeFile, openFile, readAt, statFile, type OpenFile } from '../files/descriptors.js';

/** Small enough that the rows of one chunk are parsed within a few milliseconds. */
const CHUNK_BYTES = 1 << 18;
/** Bytes before the cursor that must be unchanged for the file to be the one that was read. */
const ANCHOR_BYTES = 64;

/** Reads the whole lines that were appended to a file since the last read, from a byte cursor. */
export class JsonLinesTail<T> {
  private position = 0;
  private inode: number | null = null;
  private anchor = Buffer.alloc(0);
  private decoder = new StringDecoder('utf8');
  private lines = new LineReader();

  constructor(
    private readonly file: string,
    private readonly schema: z.ZodType<T>,
    private readonly emit: (rows: T[]) => void,
  ) {}

  /** Compares the file with what was read: unchanged, appended to, or replaced or cut back. */
  async look(): Promise<'same' | 'grown' | 'cut'> {
    const stats = await statFile(this.file);
    if (stats === null) return this.inode === null ? 'same' : 'cut';
    if (this.inode !== null && (stats.ino !== this.inode || stats.size < this.position)) {
      return 'cut';
    }
    if (stats.size === this.position) return 'same';
    return (await this.isAnchored()) ? 'grown' : 'cut';
  }

  /** Forgets what was read: the next read begins at the start. */
  rewind(): void {
    this.position = 0;
    this.inode = null;
    this.anchor = Buffer.alloc(0);
    this.decoder = new StringDecoder('utf8');
    this.lines = new LineReader();
  }

  /** Reads to the end in chunks, and lets other work run between them. */
  async read(isCancelled: () => boolean): Promise<void> {
    const opened = await this.open();
    if (opened === null) return;
    const { handle, stats } = opened;
    try {
      this.inode ??= stats.ino;
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const bytesRead = await bytesAt(handle, buffer, this.position);
        if (bytesRead === 0 || isCancelled()) return;
        const bytes = buffer.subarray(0, bytesRead);
        this.position += bytesRead;
        this.anchor = Buffer.concat([this.anchor, bytes.subarray(-ANCHOR_BYTES)]).subarray(
          -ANCHOR_BYTES,
        );
        const { rows } = parseRows(this.lines.push(this.decoder.write(bytes)), this.schema);
        if (rows.length > 0) this.emit(rows);
        if (bytesRead < buffer.length) return;
      }
    } finally {
      await closeFile(handle);
    }
  }

  /** A file that was cut and has grown past the cursor since has other bytes before it. */
  private async isAnchored(): Promise<boolean> {
    const { length } = this.anchor;
    if (length === 0) return true;
    const opened = await this.open();
    if (opened === null) return false;
    const { handle } = opened;
    try {
      const bytes = Buffer.alloc(length);
      await bytesAt(handle, bytes, this.position - length);
      return bytes.equals(this.anchor);
    } finally {
      await closeFile(handle);
    }
  }

  private open(): Promise<OpenFile | null> {
    return openFile(this.file).catch(() => null);
  }
}

/** Bytes read; none where the disk or the network fails for now, which the next read tries again. */
function bytesAt(handle: number, buffer: Buffer, position: number): Promise<number> {
  return readAt(handle, buffer, position).catch(() => 0);
}
