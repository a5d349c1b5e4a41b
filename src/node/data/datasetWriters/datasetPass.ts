import path from 'node:path';
import type { DataRecord } from '../../../core/data/labelledRows.js';
import { textColumnsIn, type DataSelection } from '../../../core/data/dataSelection.js';
import type { TextRecord } from '../../../core/data/records.js';
import type { DataFile } from '../../../core/runs/schema.js';
import { errorMessage, type AppErrorData } from '../../../core/errors.js';
import type { Message } from '../../../core/messages/message.js';
import { throwIfCancelled } from '../../runtime/pace.js';
import { ReadBytes } from '../../files/readBytes.js';
import { formatOf, readRecords } from '../labelledFiles.js';
import type { CollectedFile } from '../textFiles.js';
import { readTextRecords } from '../textRecords.js';

export interface DatasetProgress {
  /** Approximate number of processed bytes. */
  readonly bytes: number;
  readonly total: number;
  readonly message: Message;
}

export interface PassOptions {
  readonly selection: DataSelection;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DatasetProgress) => void;
}

/** Time between two reports. */
const REPORT_MILLISECONDS = 12;
/** Maximum number of reported reasons for skipping rows. */
const MOST_REASONS = 20;

/** Reads the records of the data, repeatedly if needed, and counts the skipped rows. */
export class DatasetPass {
  skippedCount = 0;
  /** Reasons for the first skipped rows. */
  skippedReasons: Message[] = [];
  /** SHA-256 of every file that the last pass read. */
  fingerprints: { file: string; bytes: number; sha256: string }[] = [];

  constructor(
    private readonly files: readonly CollectedFile[],
    private readonly options: PassOptions,
  ) {}

  /** Streams the records. Throws `Cancelled` or `Data`. */
  async *records(message: Message): AsyncGenerator<TextRecord> {
    const { signal } = this.options;
    const meter = new ReadBytes(this.files);
    const report = (): void => {
      this.options.onProgress?.({ bytes: meter.bytes, total: meter.total, message });
    };
    this.skippedCount = 0;
    this.skippedReasons = [];
    this.fingerprints = [];
    let reported = performance.now();
    for await (const record of this.read(this.files, ({ path: file, bytes, sha256 }) => {
      this.fingerprints.push({ file, bytes, sha256 });
    })) {
      throwIfCancelled(signal);
      yield record;
      meter.add(record.file, record.text.text);
      if (performance.now() - reported < REPORT_MILLISECONDS) continue;
      report();
      reported = performance.now();
    }
    throwIfCancelled(signal);
    meter.end();
    report();
  }

  /** Names of all columns, except the text. JSON is read once more for the columns of later rows. */
  async columnNames(): Promise<string[]> {
    const names = new Set<string>();
    for (const file of this.files) {
      const textNames = new Set<string>();
      for await (const { values, text } of this.read([file])) {
        for (const [name, value] of Object.entries(values ?? {})) {
          if (value === text.text) textNames.add(name);
          else names.add(name);
        }
        break;
      }
      const format = this.options.selection.format ?? formatOf(file.path);
      if (format !== 'json' && format !== 'jsonl') continue;
      for await (const { values } of this.rowsOf(file)) {
        for (const name of Object.keys(values)) if (!textNames.has(name)) names.add(name);
      }
    }
    return [...names];
  }

  /** Rows of a table; the next pass reports the invalid ones. */
  private rowsOf(file: CollectedFile): AsyncGenerator<DataRecord> {
    const { selection, signal } = this.options;
    const { workspaceFolder, format, dialect } = selection;
    return readRecords(path.resolve(workspaceFolder, file.path), {
      ...{ shownAs: file.path, format, dialect, signal },
      onBad: () => undefined,
    });
  }

  private read(
    files: readonly CollectedFile[],
    onFile?: (file: DataFile) => void,
  ): AsyncGenerator<TextRecord> {
    const { selection, signal } = this.options;
    const { workspaceFolder, columns, format, dialect, cleaning, skipBad, code } = selection;
    return readTextRecords(files, {
      ...{ workspaceFolder, format, dialect, cleaning, signal },
      columns: textColumnsIn(columns),
      atLeast: 0,
      ...(skipBad
        ? {
            onBad: (error: AppErrorData): void => {
              this.skip(error);
            },
          }
        : {}),
      ...(code === null ? {} : { code }),
      onFile,
    });
  }

  private skip(error: AppErrorData): void {
    if (this.skippedCount++ < MOST_REASONS) this.skippedReasons.push(errorMessage(error));
  }
}
