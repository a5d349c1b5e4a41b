import path from 'node:path';
import { guessTextColumns, splitNameOf } from '../core/data/columns.js';
import { isTableFormat, type DataFormat, type TextFormat } from '../core/data/dataFormats.js';
import {
  listIn,
  recordError,
  textOf,
  wordsOf,
  type DataRecord,
} from '../core/data/labelledRows.js';
import type { TextColumns, TextRecord } from '../core/data/records.js';
import { AppError, toAppErrorData, type AppErrorData } from '../core/errors.js';
import { AlignedText } from '../core/text/alignedText.js';
import { cleanText } from '../core/text/cleaning/cleanText.js';
import type { CleaningStep } from '../core/text/cleaning/steps.js';
import { formatOf, readRecords } from './labelledFiles.js';
import { readPassages } from './readers/passages.js';
import type { CollectedFile } from './textFiles.js';

export interface TextRecordOptions {
  /** The files' paths are relative to it. */
  readonly workspaceFolder: string;
  /** Of tables; null where they are guessed, file by file. */
  readonly columns: TextColumns | null;
  /** Null or absent to go by each file's ending. */
  readonly format?: DataFormat | null;
  readonly cleaning?: readonly CleaningStep[];
  /**
   * Characters after which a passage of running text ends at the next empty line; 0 for a record a
   * paragraph.
   */
  readonly atLeast: number;
  /** What of source code is read. */
  readonly code?: 'comments' | 'all';
  /** Hears of each row and file that cannot be read and is left out; without it they are thrown. */
  readonly onBad?: (error: AppErrorData) => void;
  readonly signal?: AbortSignal;
}

/** Rows that columns are guessed from. */
const FIRST_ROWS = 100;

/**
 * The texts of files, in order, as a stream: paragraphs of running text, rows of tables. Texts of
 * which cleaning leaves nothing are left out. Throws `Data` with the file and row of what cannot be
 * read unless there is `onBad`, and `Cancelled`.
 */
export async function* readTextRecords(
  files: readonly Pick<CollectedFile, 'path'>[],
  options: TextRecordOptions,
): AsyncGenerator<TextRecord> {
  const { cleaning = [], onBad, signal } = options;
  for (const { path: shownAs } of files) {
    try {
      for await (const record of recordsOf(shownAs, options)) {
        if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
        if (cleaning.length === 0) yield record;
        else {
          const text = cleanText(record.text, cleaning);
          if (/\S/.test(text.text)) yield { ...record, text };
        }
      }
    } catch (thrown) {
      if (onBad === undefined || !isBadData(thrown)) throw thrown;
      onBad(toAppErrorData(thrown));
    }
  }
}

function isBadData(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'Data';
}

function recordsOf(shownAs: string, options: TextRecordOptions): AsyncGenerator<TextRecord> {
  const format = options.format ?? formatOf(shownAs) ?? 'txt';
  return isTableFormat(format)
    ? rowRecords(shownAs, options)
    : passageRecords(shownAs, format, options);
}

async function* passageRecords(
  shownAs: string,
  _format: TextFormat,
  { workspaceFolder, atLeast, onBad }: TextRecordOptions,
): AsyncGenerator<TextRecord> {
  const file = path.resolve(workspaceFolder, shownAs);
  for await (const { text, start, line } of readPassages(file, {
    shownAs,
    atLeast,
    onBad: reporter(onBad),
  })) {
    const aligned = AlignedText.of(text, start);
    yield {
      file: shownAs,
      line,
      text: aligned,
      pair: null,
      label: null,
      group: null,
      split: null,
      values: null,
    };
  }
}

async function* rowRecords(
  shownAs: string,
  { workspaceFolder, format = null, columns: given, onBad }: TextRecordOptions,
): AsyncGenerator<TextRecord> {
  const file = path.resolve(workspaceFolder, shownAs);
  const report = reporter(onBad);
  const first: DataRecord[] = [];
  let columns = given;
  const toRecord = (row: DataRecord): TextRecord | null => {
    try {
      return recordOfRow(row, columns!);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      report(thrown);
      return null;
    }
  };
  for await (const row of readRecords(file, { shownAs, format, onBad: report })) {
    if (columns === null) {
      first.push(row);
      if (first.length < FIRST_ROWS) continue;
      columns = guessTextColumns(first);
      for (const earlier of first) {
        const record = toRecord(earlier);
        if (record !== null) yield record;
      }
      continue;
    }
    const record = toRecord(row);
    if (record !== null) yield record;
  }
  if (columns === null && first.length > 0) {
    columns = guessTextColumns(first);
    for (const row of first) {
      const record = toRecord(row);
      if (record !== null) yield record;
    }
  }
}

function recordOfRow(row: DataRecord, columns: TextColumns): TextRecord {
  const { file, line, values } = row;
  const text =
    listIn(values[columns.text]) === null
      ? textOf(row, columns.text)
      : wordsOf(row, columns.text).join(' ');
  const pair = columns.pair === null ? null : textOf(row, columns.pair);
  const group = columns.group === null ? null : groupOf(row, columns.group);
  const split = columns.split === null ? null : splitNameOf(values[columns.split]);
  const label = columns.label === null ? null : (values[columns.label] ?? null);
  return { file, line, text: AlignedText.of(text), pair, label, group, split, values };
}

function groupOf(row: DataRecord, column: string): string | null {
  const value = row.values[column];
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw recordError(row, column, {
    problem: 'the group is neither a text nor a number',
    remedy: 'Name a column with one value a row, such as an author.',
  });
}

/** Throws what is reported where nobody listens. */
function reporter(onBad: ((error: AppErrorData) => void) | undefined): (error: AppError) => void {
  return (error) => {
    if (onBad === undefined) throw error;
    onBad(error.data);
  };
}
