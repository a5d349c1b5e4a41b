import path from 'node:path';
import {
  dataExtensionOf,
  FORMAT_OF_EXTENSION,
  isCompressed,
  isTableFormat,
  TABLE_FORMATS,
  type DataFormat,
} from '../../core/data/dataFormats.js';
import type { FileDialect } from '../../core/data/fileDialect.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import { inputError, type AppError, type AppErrorData } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import {
  Fingerprint,
  fingerprintFile,
  refuseChanged,
  type FingerprintOptions,
  type ReadableFile,
} from './fingerprints.js';
import { readConll } from './readers/conllReader.js';
import { dataError, isBadData } from './readers/fileErrors.js';
import { readJsonLines } from './readers/jsonLinesReader.js';
import { readLabelledText } from './readers/labelledTextReader.js';
import type { ReaderOptions } from './readers/reader.js';
import { readTable } from './readers/delimitedTable.js';

export interface RecordFileOptions extends Pick<
  ReaderOptions,
  'shownAs' | 'dialect' | 'keepsBlank' | 'onDoubt' | 'tap' | 'signal'
> {
  /** `null`: determined by the file extension. */
  readonly format: DataFormat | null;
  /** Called for each skipped row; if absent, its error is thrown. */
  readonly onBad?: ReaderOptions['onBad'];
}

/**
 * Streams the records of a table in order. Throws `Data` with the line of an invalid row, and
 * `UserInput` for a file whose format is not that of a table.
 */
export function readRecords(
  file: string,
  { format, onBad = rethrow, ...others }: RecordFileOptions,
): AsyncGenerator<DataRecord> {
  const { shownAs } = others;
  const options: ReaderOptions = { ...others, onBad };
  const known = recordFormatOf(shownAs, format);
  switch (known) {
    case 'csv':
    case 'tsv':
      return readTable(file, { ...options, format: known });
    case 'jsonl':
      return readJsonLines(file, options);
    case 'json':
      return readLazily(
        file,
        options,
        async () => (await import('./readers/jsonReader.js')).readJson,
      );
    case 'parquet':
      if (isCompressed(shownAs)) throw dataError(shownAs, problem('data.compressedParquet'));
      return readLazily(
        file,
        options,
        async () => (await import('./readers/parquetReader.js')).readParquet,
      );
    case 'conll':
      return readConll(file, options);
    case 'folders':
      return readLabelledText(file, options);
    case 'txt':
    case 'md':
    case 'html':
    case 'code':
    case null:
      throw noTable(shownAs);
  }
}

export interface AllRecordsOptions extends FingerprintOptions {
  readonly dialect?: FileDialect;
  /** Called for each skipped row and file; if absent, their errors are thrown. */
  readonly onBad?: (error: AppErrorData) => void;
}

/**
 * Streams the records of several tables in order. Throws `Data`, also for a file that has changed
 * since its fingerprint was taken, and `Cancelled`.
 */
export async function* recordsOf(
  files: readonly ReadableFile[],
  format: DataFormat | null,
  options: AllRecordsOptions,
): AsyncGenerator<DataRecord> {
  const { workspaceFolder, dialect, signal, onBad } = options;
  const reporting =
    onBad === undefined
      ? {}
      : {
          onBad: (error: AppError) => {
            onBad(error.data);
          },
        };
  for (const file of files) {
    const tap = file.sha256 === undefined ? undefined : new Fingerprint();
    const reading = { shownAs: file.path, format, dialect, tap, signal, ...reporting };
    try {
      yield* readRecords(path.resolve(workspaceFolder, file.path), reading);
    } catch (thrown) {
      if (!isBadData(thrown)) throw thrown;
      // The change explains more than the error in the changed file.
      if (tap !== undefined) refuseChanged(file, await fingerprintFile(file, options));
      if (onBad === undefined) throw thrown;
      onBad(thrown.data);
      continue;
    }
    if (tap !== undefined) refuseChanged(file, tap.of(file));
  }
}

type Reader = (file: string, options: ReaderOptions) => AsyncGenerator<DataRecord>;

/** Loads the library of a rare format with the first file of that format. */
async function* readLazily(
  file: string,
  options: ReaderOptions,
  load: () => Promise<Reader>,
): AsyncGenerator<DataRecord> {
  const read = await load();
  yield* read(file, options);
}

/** Format by file extension; `null` if it is unknown. */
export function formatOf(file: string): DataFormat | null {
  return FORMAT_OF_EXTENSION[dataExtensionOf(file)] ?? null;
}

/** Format of a file with records. A table beside label folders keeps the format of its extension. */
function recordFormatOf(file: string, format: DataFormat | null): DataFormat | null {
  if (format !== null && format !== 'folders') return format;
  const own = formatOf(file);
  return format === null || (own !== null && isTableFormat(own)) ? own : format;
}

function rethrow(error: AppError): never {
  throw error;
}

function noTable(file: string): AppError {
  const formats = { list: TABLE_FORMATS, join: 'or' } as const;
  return inputError(problem('data.unknownTableFormat', { file, formats }));
}
