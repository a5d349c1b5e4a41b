import path from 'node:path';
import {
  FORMAT_OF_EXTENSION,
  TABLE_FORMATS,
  type DataFormat,
} from '../../core/data/dataFormats.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import { AppError, type AppErrorData } from '../../core/errors.js';
import {
  Fingerprint,
  fingerprintFile,
  refuseChanged,
  type FingerprintOptions,
  type ReadableFile,
} from './fingerprints.js';
import { readConll } from './readers/conllReader.js';
import { isBadData } from './readers/fileErrors.js';
import { readJsonLines } from './readers/jsonLinesReader.js';
import type { ReaderOptions } from './readers/reader.js';
import { readTable } from './readers/delimitedTable.js';

export interface RecordFileOptions extends Pick<
  ReaderOptions,
  'shownAs' | 'encoding' | 'tap' | 'signal'
> {
  /** Null to go by the file's ending. */
  readonly format: DataFormat | null;
  /** Hears of rows that are left out; without it they are thrown. */
  readonly onBad?: ReaderOptions['onBad'];
}

/**
 * The records of a table, one by one, in order, as a stream. Throws `Data` with the line of a row
 * that cannot be read, `UserInput` for a file whose format is none of a table.
 */
export function readRecords(
  file: string,
  { shownAs, format, encoding = null, onBad = rethrow, tap, signal }: RecordFileOptions,
): AsyncGenerator<DataRecord> {
  const options: ReaderOptions = { shownAs, encoding, onBad, tap, signal };
  const known = format ?? formatOf(shownAs);
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
      return readLazily(
        file,
        options,
        async () => (await import('./readers/parquetReader.js')).readParquet,
      );
    case 'conll':
      return readConll(file, options);
    case 'txt':
    case 'md':
    case 'html':
    case 'code':
    case null:
      throw noTable(shownAs);
  }
}

export interface AllRecordsOptions extends FingerprintOptions {
  /** Hears of rows and files that are left out; without it they are thrown. */
  readonly onBad?: (error: AppErrorData) => void;
}

/**
 * The records of several tables, one by one, in order. Throws `Data`, also for a file that has
 * changed since its fingerprint was taken, and `Cancelled`.
 */
export async function* recordsOf(
  files: readonly ReadableFile[],
  format: DataFormat | null,
  options: AllRecordsOptions,
): AsyncGenerator<DataRecord> {
  const { workspaceFolder, signal, onBad } = options;
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
    const reading = { shownAs: file.path, format, tap, signal, ...reporting };
    try {
      yield* readRecords(path.resolve(workspaceFolder, file.path), reading);
    } catch (thrown) {
      if (!isBadData(thrown)) throw thrown;
      // That it has changed says more than what is wrong with it now.
      if (tap !== undefined) refuseChanged(file, await fingerprintFile(file, options));
      if (onBad === undefined) throw thrown;
      onBad(thrown.data);
      continue;
    }
    if (tap !== undefined) refuseChanged(file, tap.of(file));
  }
}

type Reader = (file: string, options: ReaderOptions) => AsyncGenerator<DataRecord>;

/** The libraries of a rarer format are loaded with the first file of it. */
async function* readLazily(
  file: string,
  options: ReaderOptions,
  load: () => Promise<Reader>,
): AsyncGenerator<DataRecord> {
  const read = await load();
  yield* read(file, options);
}

/** The format that a file's ending tells; null where it tells none. */
export function formatOf(file: string): DataFormat | null {
  return FORMAT_OF_EXTENSION[path.extname(file).toLowerCase()] ?? null;
}

function rethrow(error: AppError): never {
  throw error;
}

function noTable(file: string): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: `What columns ${file} holds cannot be told from its ending.`,
      remedy: `Choose a table, or say how it is written with --format: ${TABLE_FORMATS.join(', ')}.`,
    },
  });
}
