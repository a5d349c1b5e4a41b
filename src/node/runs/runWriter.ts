import fs from 'node:fs';
import path from 'node:path';
import { parseJsonText } from '../../core/jsonText.js';
import type { Message } from '../../core/messages/message.js';
import {
  RUN_FILES,
  runControlSchema,
  type LogRow,
  type MetricsRow,
  type RunControl,
  type RunState,
  type SampleRow,
} from '../../core/runs/schema.js';
import { copyRegularSync, readTextSync } from '../files/regularFile.js';
import { appendRunLog } from './runLog.js';
import { storedState } from './runState.js';
import {
  appendJsonLine,
  asideOf,
  renameWithRetriesSync,
  storing,
  syncToDisk,
  writeJsonAtomicallySync,
} from '../files/storage.js';

/** Byte lengths of the append-only files; a checkpoint records them. */
export interface AppendedBytes {
  readonly metrics: number;
  readonly samples: number;
}

const MAX_CONTROL_BYTES = 1 << 16;
const HEARTBEAT_MILLISECONDS = 500;

/** The trainer's side of a run directory. */
export class RunWriter {
  /** In time that a changed clock does not affect. */
  private lastWritten = -Infinity;

  constructor(
    private readonly directory: string,
    private state: RunState,
  ) {}

  /** Updates `state.json`; unless `now` is set, at most every half second. */
  update(changes: Partial<RunState>, { now = true }: { now?: boolean } = {}): void {
    this.state = { ...this.state, ...changes };
    const time = performance.now();
    if (!now && time - this.lastWritten < HEARTBEAT_MILLISECONDS) return;
    this.lastWritten = time;
    this.state = { ...this.state, heartbeat: new Date().toISOString() };
    writeJsonAtomicallySync(this.file(RUN_FILES.state), storedState(this.state));
  }

  get current(): RunState {
    return this.state;
  }

  metrics(row: MetricsRow): void {
    appendJsonLine(this.file(RUN_FILES.metrics), row);
  }

  samples(row: SampleRow): void {
    appendJsonLine(this.file(RUN_FILES.samples), row);
  }

  log(level: LogRow['level'], message: Message, topic?: LogRow['topic']): void {
    appendRunLog(this.directory, level, message, topic);
  }

  /** Takes the control file away, if there is one. One that does not parse is dropped. */
  takeControl(): RunControl['command'] | null {
    const file = this.file(RUN_FILES.control);
    let text: string;
    try {
      text = readTextSync(file, MAX_CONTROL_BYTES, 'refused');
    } catch {
      return null;
    }
    storing(file, () => {
      fs.rmSync(file, { force: true });
    });
    try {
      const control = runControlSchema.safeParse(parseJsonText(text));
      return control.success ? control.data.command : null;
    } catch {
      return null;
    }
  }

  /** Lengths of the appended files, all of which is on disk when this returns. */
  appendedBytes(): AppendedBytes {
    for (const name of [RUN_FILES.metrics, RUN_FILES.samples]) syncToDisk(this.file(name));
    return { metrics: this.bytes(RUN_FILES.metrics), samples: this.bytes(RUN_FILES.samples) };
  }

  /** Cuts the append-only files back to where they were at a checkpoint. */
  cutBack({ metrics, samples }: AppendedBytes): void {
    this.cut(RUN_FILES.metrics, metrics);
    this.cut(RUN_FILES.samples, samples);
  }

  private bytes(name: string): number {
    return fs.statSync(this.file(name), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Written aside and renamed: a reader that tails the file sees that it is another one. */
  private cut(name: string, length: number): void {
    const file = this.file(name);
    if (this.bytes(name) === length) return;
    const aside = asideOf(file);
    storing(file, () => {
      if (length > 0) copyRegularSync(file, aside, 'refused');
      else fs.writeFileSync(aside, '');
      fs.truncateSync(aside, length);
      renameWithRetriesSync(aside, file);
    });
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}
