import { textColumnsIn, type DataSelection } from '../../../core/data/dataSelection.js';
import type { TextRecord } from '../../../core/data/records.js';
import type { DataFile } from '../../../core/runs/schema.js';
import { errorMessage, type AppErrorData } from '../../../core/errors.js';
import type { Message } from '../../../core/messages/message.js';
import { throwIfCancelled } from '../../runtime/pace.js';
import { ReadBytes } from '../../files/readBytes.js';
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

  /** Names of the columns in the first rows of the files, except the text. */
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
