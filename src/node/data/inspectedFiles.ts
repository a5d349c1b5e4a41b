import path from 'node:path';
import type { CleaningStep } from '../../core/cleaning/steps.js';
import type { BadInput } from '../../core/data/badInput.js';
import { guessTextColumns } from '../../core/data/columns.js';
import { isTableFormat } from '../../core/data/dataFormats.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import {
  inSplit,
  type SplitName,
  type TextColumns,
  type TextRecord,
} from '../../core/data/records.js';
import { weightIn } from '../../core/data/rowWeights.js';
import { LabelScan } from '../../core/data/scanLabels.js';
import { errorMessage, toAppErrorData, type AppErrorData } from '../../core/errors.js';
import type { DataReading, InspectionProgress } from '../../core/runs/dataSnapshot.js';
import { labelledTextColumns } from '../../core/specs/runData.js';
import type { DataFile } from '../../core/runs/schema.js';
import { Pace } from '../runtime/pace.js';
import { profiledParts, type BriefProfile } from './briefProfile.js';
import { Fingerprint } from './fingerprints.js';
import { formatOf, readRecords } from './labelledFiles.js';
import type { FileTap } from './readers/dataFile.js';
import { decodeFile, HTML_CHARSET } from './readers/decodeFile.js';
import { dataError, isBadData } from './readers/fileErrors.js';
import { FIRST_ROWS, firstOf, textRecord } from './readers/rowTexts.js';
import { skippedTexts } from './labelFolders.js';
import { labelledLayout, namesTextColumns, textLayout, type TableLayout } from './tableColumns.js';
import type { CollectedFile } from './textFiles.js';
import { cleanRecord, stepsFor, textRecordsIn } from './textRecords.js';
import { message, problem, type Message } from '../../core/messages/message.js';

export interface InspectedFilesOptions {
  readonly selection: DataSelection;
  readonly reading: DataReading;
  readonly kind: 'text' | 'labelled';
  readonly files: readonly CollectedFile[];
  readonly profile: BriefProfile;
  readonly bad: BadInput;
  /** Called for each skipped row and file; if absent, their errors are thrown. */
  readonly onBad: ((error: AppErrorData) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: InspectionProgress) => void;
}

/** Characters of a passage of running text that is not profiled. */
const PASSAGE = 100_000;
const MILLISECONDS_BETWEEN_REPORTS = 100;

/** Reads files one by one, each once, and collects the facts of a snapshot. */
export class InspectedFiles {
  readonly inspected: DataFile[] = [];
  readonly warnings: Message[] = [];
  /** `null` until a table with rows has been read. */
  layout: TableLayout | null = null;
  scan: LabelScan | null = null;
  /** Number of table rows. */
  rows = 0;
  /** Bytes of running text plus characters of table texts, including boilerplate. */
  textBytes = 0;
  private readonly blank: CollectedFile[] = [];
  private bytesRead = 0;
  private reported = 0;

  constructor(private readonly options: InspectedFilesOptions) {}

  async readAll(): Promise<void> {
    const { files } = this.options;
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const file of files) {
      const fingerprint = new Fingerprint();
      const tap = this.tapOf(file, fingerprint, total);
      try {
        await this.read(file, { fingerprint, tap });
      } catch (thrown) {
        const { onBad } = this.options;
        if (onBad === undefined || !isBadData(thrown)) throw thrown;
        await this.keepReadable(file, toAppErrorData(thrown), onBad);
      }
    }
    this.warnings.push(...this.blankMessages());
  }

  /** Label folders can have thousands of empty files. */
  private blankMessages(): Message[] {
    return this.options.selection.format === 'folders'
      ? skippedTexts('data.emptyFilesSkipped', this.blank)
      : this.blank.map(({ path: file }) => message('data.emptyFileSkipped', { file }));
  }

  private async read(
    file: CollectedFile,
    { fingerprint, tap }: { readonly fingerprint: Fingerprint; readonly tap: FileTap },
  ): Promise<void> {
    const { selection, kind } = this.options;
    const format = selection.format ?? formatOf(file.path) ?? 'txt';
    const isTable = kind === 'labelled' || isTableFormat(format);
    const rows = isTable ? await this.readTable(file, tap) : await this.readText(file, tap);
    const isBlank = format === 'parquet' ? fingerprint.bytes === 0 : fingerprint.isBlank;
    if (isBlank) {
      this.blank.push(file);
      return;
    }
    const isFirstTable = isTable && this.layout === null;
    const needsRows = kind === 'labelled' || namesTextColumns(selection.columns);
    if (isFirstTable && needsRows && rows === 0) throw dataError(file.path, problem('data.noRows'));
    if (!isTable) this.textBytes += fingerprint.textBytes;
    this.inspected.push(fingerprint.of(file));
  }

  private async readText({ path: shownAs, split }: CollectedFile, tap: FileTap): Promise<number> {
    const { selection, profile, onBad, signal } = this.options;
    const { workspaceFolder, dialect, code, cleaning } = selection;
    const format = selection.format ?? formatOf(shownAs) ?? 'txt';
    const steps = stepsFor(format, cleaning);
    const pace = new Pace(signal);
    let count = 0;
    for await (const record of textRecordsIn(shownAs, format, {
      ...{ workspaceFolder, dialect, columns: null, signal, tap },
      atLeast: profile.isOpen ? 0 : PASSAGE,
      ...(code === null ? {} : { code }),
      ...(onBad === undefined ? {} : { onBad }),
    })) {
      count++;
      if (!profile.isOpen) continue;
      for (const part of profiledParts(record)) {
        if (pace.isOver) await pace.turn();
        const cleaned = cleanedOf(part, steps);
        if (cleaned !== null) profile.add(inSplit(cleaned, split));
      }
    }
    return count;
  }

  /** Reads a table and returns its number of rows. */
  private async readTable({ path: shownAs, split }: CollectedFile, tap: FileTap): Promise<number> {
    const { selection, onBad, signal } = this.options;
    const { workspaceFolder, dialect, format } = selection;
    const rows = readRecords(path.resolve(workspaceFolder, shownAs), {
      ...{ shownAs, format, dialect, tap, signal },
      onDoubt: (doubt) => {
        this.warnings.push(doubt);
      },
      ...(onBad === undefined
        ? {}
        : {
            onBad: ({ data }) => {
              onBad(data);
            },
          }),
    });
    const before = this.rows;
    let table: TextColumns | null = null;
    try {
      const { first, failure } = await firstOf(rows, FIRST_ROWS);
      if (first.length > 0) {
        table = this.tableOf(first);
        for (const row of first) this.addRow(row, { columns: table, split });
      }
      if (failure !== null) throw failure.thrown;
      for await (const row of rows) this.addRow(row, { columns: table, split });
    } finally {
      await rows.return(undefined);
    }
    return this.rows - before;
  }

  /** Columns from which the rows of a table become texts. The first table decides for all of them. */
  private tableOf(first: readonly DataRecord[]): TextColumns {
    const { selection, reading, kind, files } = this.options;
    if (this.layout === null) {
      this.layout =
        kind === 'labelled'
          ? labelledLayout(first, selection, reading)
          : textLayout(first, selection);
      const { labelled } = this.layout;
      const { group = null, split = null } = selection.columns;
      if (labelled !== null) {
        const splitting = { ...reading, groupColumn: group, splitColumn: split, files };
        this.scan = new LabelScan(labelled, splitting, this.options.bad);
      }
    }
    const { labelled, text } = this.layout;
    return labelled === null
      ? guessTextColumns(first, text ?? {})
      : labelledTextColumns(labelled, selection.columns);
  }

  private addRow(
    row: DataRecord,
    { columns, split }: { columns: TextColumns | null; split: SplitName | undefined },
  ): void {
    this.rows++;
    const { scan } = this;
    const { bad } = this.options;
    if (scan !== null) {
      const { weight = null } = this.options.selection.columns;
      bad.attempt(() => {
        if (weight !== null) weightIn(row, weight);
        scan.add(row);
      });
    }
    if (columns === null) return;
    // An invalid row is reported once.
    const record =
      scan === null ? bad.attempt(() => textRecord(row, columns)) : textOrNull(row, columns);
    const cleaned = record === null ? null : cleanedOf(record, this.options.selection.cleaning);
    if (cleaned === null) return;
    this.textBytes += cleaned.text.length;
    this.options.profile.add(inSplit(cleaned, split));
  }

  /** Keeps a file with invalid parts if it is text at all; its valid rows were read. */
  private async keepReadable(
    file: CollectedFile,
    error: AppErrorData,
    onBad: (error: AppErrorData) => void,
  ): Promise<void> {
    const { selection, signal } = this.options;
    // A file of a label folder is one example, and bad examples are counted.
    if (selection.format === 'folders') {
      onBad(error);
      return;
    }
    const fingerprint = new Fingerprint();
    const format = selection.format ?? formatOf(file.path);
    try {
      const absolute = path.resolve(selection.workspaceFolder, file.path);
      const declaration = format === 'html' ? { declaration: HTML_CHARSET } : {};
      const reading = {
        shownAs: file.path,
        dialect: selection.dialect,
        tap: fingerprint,
        signal,
        ...declaration,
      };
      for await (const text of decodeFile(absolute, reading)) fingerprint.onText(text);
    } catch (thrown) {
      if (!isBadData(thrown)) throw thrown;
      this.warnings.push(message('data.badFileSkipped', { error: errorMessage(error) }));
      return;
    }
    onBad(error);
    if (format === null || !isTableFormat(format)) this.textBytes += fingerprint.textBytes;
    this.inspected.push(fingerprint.of(file));
  }

  private tapOf({ path: name }: CollectedFile, fingerprint: Fingerprint, total: number): FileTap {
    return {
      onBytes: (piece) => {
        fingerprint.onBytes(piece);
        this.bytesRead += piece.byteLength;
        const now = performance.now();
        if (now - this.reported < MILLISECONDS_BETWEEN_REPORTS) return;
        this.reported = now;
        const fraction = Math.min(1, this.bytesRead / Math.max(1, total));
        const told = message('data.readingFile', { file: name });
        this.options.onProgress({ message: told, fraction, kind: this.options.kind });
      },
      onDecompressed: (piece) => {
        fingerprint.onDecompressed(piece);
      },
      onText: (text) => {
        fingerprint.onText(text);
      },
    };
  }
}

function cleanedOf(record: TextRecord, steps: readonly CleaningStep[]): TextRecord | null {
  return steps.length === 0 ? record : cleanRecord(record, steps, null);
}

function textOrNull(row: DataRecord, columns: TextColumns): TextRecord | null {
  try {
    return textRecord(row, columns);
  } catch (thrown) {
    if (isBadData(thrown)) return null;
    throw thrown;
  }
}
