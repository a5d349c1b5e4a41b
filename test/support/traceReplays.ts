import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const SCRIPT = path.join(import.meta.dirname, '../parity/replay_trace.py');

export interface TraceReplay {
  readonly steps: number;
  readonly largestLossDifference: number;
  readonly largestNormDifference: number;
}

/** Replays traces in one process, since torch takes seconds to load. */
export class TraceReplays {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor(python: string) {
    this.child = spawn(python, ['-B', SCRIPT]);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    // A process that ended says why on its standard error.
    this.child.stdin.on('error', () => undefined);
    this.lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();
  }

  /** Throws what Python printed if the trace cannot be replayed. */
  async replay(file: string): Promise<TraceReplay> {
    this.child.stdin.write(`${file}\n`);
    const line: IteratorResult<string, unknown> = await this.lines.next();
    if (line.done === true) throw new Error(this.errors);
    return JSON.parse(line.value) as TraceReplay;
  }

  close(): void {
    this.child.stdin.end();
  }
}
