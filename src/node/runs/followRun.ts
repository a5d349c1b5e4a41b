import fs from 'node:fs';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type * as z from 'zod';
import { LineReader, parseRows } from '../../core/runs/jsonLines.js';
import {
  RUN_FILES,
  logRowSchema,
  metricsRowSchema,
  sampleRowSchema,
  type LogRow,
  type MetricsRow,
  type SampleRow,
} from '../../core/runs/schema.js';
import { RunReader, type RunSummary } from './runReader.js';

export interface RunListener {
  onState?(summary: RunSummary): void;
  /** A resumed run cut its files back to its checkpoint: forget all rows; they come again. */
  onReset?(): void;
  onMetrics?(rows: MetricsRow[]): void;
  onLog?(rows: LogRow[]): void;
  onSamples?(rows: SampleRow[]): void;
}

export interface RunFollower {
  dispose(): void;
}

const POLL_MILLISECONDS = 1000;
const SETTLE_MILLISECONDS = 50;

/**
 * Replays a run from its start, then tails it: each file is read on from where the last read
 * ended. `fs.watch` makes it prompt; a slow poll catches what a watch misses (network folders)
 * and notices a trainer that died.
 */
export function followRun(directory: string, listener: RunListener): RunFollower {
  const tails = [
    new Tail(path.join(directory, RUN_FILES.metrics), metricsRowSchema, (rows) => {
      listener.onMetrics?.(rows);
    }),
    new Tail(path.join(directory, RUN_FILES.log), logRowSchema, (rows) => {
      listener.onLog?.(rows);
    }),
    new Tail(path.join(directory, RUN_FILES.samples), sampleRowSchema, (rows) => {
      listener.onSamples?.(rows);
    }),
  ];
  const reader = new RunReader();
  let disposed = false;
  let reading = false;
  let again = false;
  let lastState = '';
  let settle: NodeJS.Timeout | null = null;

  const read = async (): Promise<void> => {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    try {
      await readOnce();
    } finally {
      reading = false;
    }
    if (again) {
      again = false;
      soon();
    }
  };
  const readOnce = async (): Promise<void> => {
    const summary = await reader.read(directory);
    const isReset = await anyCut(tails);
    if (isCancelled()) return;
    if (isReset) {
      for (const tail of tails) tail.rewind();
      listener.onReset?.();
    }
    for (const tail of tails) {
      await tail.read(isCancelled);
      if (isCancelled()) return;
    }
    const state = JSON.stringify([summary.status, summary.state, summary.problem]);
    if (state !== lastState) {
      lastState = state;
      listener.onState?.(summary);
    }
  };
  const isCancelled = (): boolean => disposed;
  const soon = (): void => {
    if (disposed) return;
    settle ??= setTimeout(() => {
      settle = null;
      void read();
    }, SETTLE_MILLISECONDS);
  };

  const watcher = tryWatch(directory, soon);
  const poll = setInterval(() => void read(), POLL_MILLISECONDS);
  void read();

  return {
    dispose: () => {
      disposed = true;
      watcher?.close();
      clearInterval(poll);
      if (settle !== null) clearTimeout(settle);
    },
  };
}

function tryWatch(directory: string, onChange: () => void): fs.FSWatcher | null {
  try {
    const watcher = fs.watch(directory, onChange);
    // A watch may fail later (the folder is deleted, too many watches): the poll goes on.
    watcher.on('error', () => {
      watcher.close();
    });
    return watcher;
  } catch {
    return null;
  }
}

async function anyCut(tails: readonly { wasCut(): Promise<boolean> }[]): Promise<boolean> {
  return (await Promise.all(tails.map((tail) => tail.wasCut()))).includes(true);
}

const CHUNK_BYTES = 1 << 20;

/** Reads the whole lines that were appended to a file since the last read. */
class Tail<T> {
  private position = 0;
  private inode: number | null = null;
  private decoder = new StringDecoder('utf8');
  private lines = new LineReader();

  constructor(
    private readonly file: string,
    private readonly schema: z.ZodType<T>,
    private readonly emit: (rows: T[]) => void,
  ) {}

  /** True when the file was replaced or cut since the last read. */
  async wasCut(): Promise<boolean> {
    if (this.inode === null) return false;
    try {
      const { ino, size } = await fs.promises.stat(this.file);
      return ino !== this.inode || size < this.position;
    } catch {
      return this.position > 0;
    }
  }

  rewind(): void {
    this.position = 0;
    this.inode = null;
    this.decoder = new StringDecoder('utf8');
    this.lines = new LineReader();
  }

  async read(isCancelled: () => boolean): Promise<void> {
    let handle: fs.promises.FileHandle;
    try {
      handle = await fs.promises.open(this.file, 'r');
    } catch {
      return;
    }
    try {
      this.inode ??= (await handle.stat()).ino;
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, this.position);
        if (bytesRead === 0 || isCancelled()) return;
        this.position += bytesRead;
        const text = this.decoder.write(buffer.subarray(0, bytesRead));
        const { rows } = parseRows(this.lines.push(text), this.schema);
        if (rows.length > 0) this.emit(rows);
      }
    } finally {
      await handle.close();
    }
  }
}
