import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CodePart, DataFormat } from '../../../core/data/dataFormats.js';
import type { TextColumns, TextRecord } from '../../../core/data/records.js';
import { describeError, type AppErrorData } from '../../../core/errors.js';
import type { CleaningStep } from '../../../core/cleaning/steps.js';
import { throwIfCancelled } from '../../runtime/pauses.js';
import { ReadBytes } from '../../files/readBytes.js';
import type { CollectedFile } from '../textFiles.js';
import { readTextRecords } from '../textRecords.js';

export interface DatasetProgress {
  /** Bytes of the data that are done, as near as can be told. */
  readonly bytes: number;
  readonly total: number;
  readonly message: string;
}

export interface PassOptions {
  readonly workspaceFolder: string;
  readonly dataFormat?: DataFormat | null;
  readonly columns?: TextColumns | null;
  readonly cleaning?: readonly CleaningStep[];
  readonly code?: CodePart;
  readonly skipBad?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DatasetProgress) => void;
}

/** Others get their turn at least this often. */
const TURN_MILLISECONDS = 12;
/** So many reasons for leaving rows out are told. */
const MOST_REASONS = 20;

/** The records of the data, as often as they are needed, and what was left out of them. */
export class DatasetPass {
  skippedCount = 0;
  /** The first of them. */
  skippedReasons: string[] = [];

  constructor(
    private readonly files: readonly CollectedFile[],
    private readonly options: PassOptions,
  ) {}

  /** Streams the records; others get their turn in between. Throws `Cancelled` or `Data`. */
  async *records(message: string): AsyncGenerator<TextRecord> {
    const { signal } = this.options;
    const meter = new ReadBytes(this.files);
    const report = (): void => {
      this.options.onProgress?.({ bytes: meter.bytes, total: meter.total, message });
    };
    this.skippedCount = 0;
    this.skippedReasons = [];
    let turn = performance.now();
    for await (const record of this.read(this.files)) {
      throwIfCancelled(signal);
      yield record;
      meter.add(record.file, record.text.text);
      if (performance.now() - turn < TURN_MILLISECONDS) continue;
      report();
      await setImmediate();
      turn = performance.now();
    }
    throwIfCancelled(signal);
    meter.end();
    report();
  }

  /** Names of the columns that the files' first rows have beside their text. */
  async columnNames(): Promise<string[]> {
    const names = new Set<string>();
    for (const file of this.files) {
      for await (const { values, text } of this.read([file])) {
        for (const [name, value] of Object.entries(values ?? {})) {
          if (value !== text.text) names.add(name);
        }
        break;
      }
    }
    return [...names];
  }

  /** SHA-256 of every file. */
  async fingerprints(): Promise<{ file: string; bytes: number; sha256: string }[]> {
    const { workspaceFolder, signal } = this.options;
    const found: { file: string; bytes: number; sha256: string }[] = [];
    for (const { path: file } of this.files) {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const part of fs.createReadStream(path.resolve(workspaceFolder, file))) {
        throwIfCancelled(signal);
        hash.update(part as Buffer);
        bytes += (part as Buffer).length;
      }
      found.push({ file, bytes, sha256: hash.digest('hex') });
    }
    return found;
  }

  private read(files: readonly CollectedFile[]): AsyncGenerator<TextRecord> {
    const { workspaceFolder, columns = null, dataFormat = null, cleaning = [] } = this.options;
    const { skipBad = false, signal, code } = this.options;
    return readTextRecords(files, {
      workspaceFolder,
      columns,
      format: dataFormat,
      cleaning,
      atLeast: 0,
      ...(skipBad
        ? {
            onBad: (error: AppErrorData): void => {
              this.skip(error);
            },
          }
        : {}),
      ...(code === undefined ? {} : { code }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  private skip(error: AppErrorData): void {
    if (this.skippedCount++ < MOST_REASONS) this.skippedReasons.push(describeError(error).message);
  }
}
