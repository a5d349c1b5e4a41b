import type { AsyncBuffer, RowGroup } from 'hyparquet';
import type { Pace } from '../../runtime/pace.js';
import type { DataFileHandle, FileTap } from './dataFile.js';

/** Maximum bytes of a row group that is held. Columns of a larger one are read when they are needed. */
const MOST_HELD = 1_000_000_000;
/** Bytes at the end of the file that are read first: they contain the footer or its end. */
const TAIL_BYTES = 1 << 19;
/** Bytes per call of a tap. */
const PIECE_BYTES = 1 << 20;

/** Bytes of the file, held in memory. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly bytes: ArrayBuffer;
}

interface SourceOptions {
  readonly tap: FileTap | undefined;
  readonly pace: Pace;
}

/**
 * A Parquet file that is read once, first its end and then from its start, in whatever order its parts
 * are decoded: the end and the current row group are held. Each requested part arrives in a separate
 * turn of the event loop, so that decoding column after column does not block other work.
 */
export class ParquetSource implements AsyncBuffer {
  readonly byteLength: number;
  private held: Stretch[] = [];
  /** Offset up to which the tap has seen the file. */
  private seen = 0;
  private lastTurn: Promise<void> = Promise.resolve();
  /** Number of the current request for parts; those of earlier ones are refused. */
  private request = 0;

  private constructor(
    private readonly handle: DataFileHandle,
    private readonly tail: Stretch,
    private readonly options: SourceOptions,
  ) {
    this.byteLength = handle.size;
  }

  /** Throws `RangeError` and `Cancelled`. */
  static async of(handle: DataFileHandle, options: SourceOptions): Promise<ParquetSource> {
    const start = Math.max(0, handle.size - TAIL_BYTES);
    const { buffer: bytes } = await handle.read(start, handle.size);
    return new ParquetSource(handle, { start, end: handle.size, bytes }, options);
  }

  /** Holds a row group instead of the previous one. Throws `RangeError` and `Cancelled`. */
  async hold(group: RowGroup): Promise<void> {
    this.held = [];
    const borders = bordersOf(group);
    const [first = 0, last = 0] = [borders[0], borders.at(-1)];
    if (last - first > MOST_HELD) return;
    await this.show(first);
    for (const [i, end] of borders.entries()) {
      const start = borders[i - 1];
      if (start === undefined) continue;
      const bytes = await this.read(start, end);
      this.held.push({ start, end, bytes: bytes.buffer });
      await this.see(start, bytes);
    }
  }

  slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    return observed(this.part(start, end));
  }

  private async part(start: number, end: number): Promise<ArrayBuffer> {
    const { request } = this;
    const own = this.lastTurn.then(() => this.options.pace.turn());
    this.lastTurn = own.catch(() => undefined);
    const to = Math.min(end, this.byteLength);
    const reading = this.bytesOf(start, to);
    // Fails only in its own turn, when whoever asked for several parts knows that another has failed.
    reading.catch(() => undefined);
    await own;
    if (request === this.request) return reading;
    throw new Error('an earlier part of the file could not be decoded');
  }

  /** Refuses the parts that are still asked for, because another one could not be decoded. */
  abandon(): void {
    this.request++;
  }

  private async bytesOf(start: number, end: number): Promise<ArrayBuffer> {
    return this.heldBytes(start, end) ?? (await this.read(start, end)).buffer;
  }

  /** Shows the rest of the file to the tap. */
  async finish(): Promise<void> {
    this.held = [];
    await this.show(this.byteLength);
  }

  private heldBytes(start: number, end: number): ArrayBuffer | null {
    const [first, last] = [this.held[0], this.held.at(-1)];
    if (first === undefined || start < first.start || end > last!.end) return null;
    const parts = this.held.filter((part) => part.start < end && part.end > start);
    // Columns are requested as a whole, and can be large.
    if (parts[0]?.start === start && parts[0].end === end) return parts[0].bytes;
    const bytes = new Uint8Array(end - start);
    for (const part of parts) {
      const from = Math.max(start, part.start);
      const length = Math.min(end, part.end) - from;
      bytes.set(new Uint8Array(part.bytes, from - part.start, length), from - start);
    }
    return bytes.buffer;
  }

  /** Reads bytes; those in the tail are not read again. */
  private async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const { tail, handle } = this;
    if (end <= tail.start || end > tail.end) return handle.read(start, end);
    const from = Math.max(start, tail.start);
    const held = new Uint8Array(tail.bytes, from - tail.start, end - from);
    if (start === from) return held.slice();
    const bytes = Buffer.allocUnsafeSlow(end - start);
    bytes.set(await handle.read(start, from));
    bytes.set(held, from - start);
    return bytes;
  }

  /** Reads the file up to `end` for the tap only. */
  private async show(end: number): Promise<void> {
    if (this.options.tap === undefined) return;
    while (this.seen < end) {
      const start = this.seen;
      await this.see(start, await this.read(start, Math.min(end, start + PIECE_BYTES)));
    }
  }

  private async see(start: number, bytes: Uint8Array): Promise<void> {
    const { tap, pace } = this.options;
    for (let at = Math.max(0, this.seen - start); at < bytes.length; at += PIECE_BYTES) {
      tap?.onBytes(bytes.subarray(at, at + PIECE_BYTES));
      if (pace.isOver) await pace.turn();
    }
    this.seen = Math.max(this.seen, start + bytes.length);
  }
}

/**
 * A promise that may fail without anybody having waited for it, and so may all that is made of it: of
 * columns that are read at the same time, hyparquet drops those that follow a damaged one, and their
 * failure would end the process. Whoever waits gets the failure as always.
 */
function observed<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  const then = promise.then.bind(promise);
  promise.then = (onFulfilled, onRejected) => observed(then(onFulfilled, onRejected));
  return promise;
}

/** Start and end offsets of the columns of a row group, in order. */
function bordersOf({ columns }: RowGroup): number[] {
  const borders = columns.flatMap(({ meta_data: column }) => {
    if (column === undefined) return [];
    // As in hyparquet: an offset of zero means that there is no dictionary page.
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    return [start, start + Number(column.total_compressed_size)];
  });
  return [...new Set(borders)].sort((a, b) => a - b);
}
