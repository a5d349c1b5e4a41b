import { isUtf8 } from 'node:buffer';
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { RefusedFile } from '../../../core/fileProblem.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { openDataFile } from './dataFile.js';
import { dataError, unreadable } from './fileErrors.js';
import { boundedCompressors, ExpansionLimit } from './parquetLimits.js';
import { checkPages } from './parquetPages.js';
import { ParquetSource } from './parquetSource.js';
import { tooLong, type ReaderOptions } from './reader.js';

/** Rows that are decoded at once if the pages of a part of a row group can be located. */
const ROWS_AT_ONCE = 10_000;
/** Bytes of a column that are decoded at once in that case, which takes about 10 ms. */
const BYTES_AT_ONCE = 2_000_000;
/** Maximum bytes of a row group that is decoded as a whole because its pages cannot be located. */
const LARGEST_GROUP = 1_000_000_000;
/** Maximum rows of such a group. */
const MOST_ROWS = 50_000_000;
/** Ranges of a row group that can fail before the rest of it is given up. */
const MOST_FAILURES = 100;
/** Times that a page may be decoded because several ranges of rows share it. */
const MOST_DECODINGS = 100;

/**
 * Records of a Parquet file, row group by row group. Structures become columns with dots in their
 * names; lists and maps stay values. If a row group cannot be decoded, all of its rows are invalid.
 */
export async function* readParquet(
  file: string,
  options: ReaderOptions,
): AsyncGenerator<DataRecord> {
  const { shownAs, tap, signal } = options;
  const handle = await openDataFile(file, signal).catch((thrown: unknown) => {
    throw unreadable(shownAs, thrown);
  });
  const pace = new Pace(signal);
  try {
    const source = await ParquetSource.of(handle, { tap, pace });
    const metadata = await metadataOf(source, shownAs);
    refuseCodecs(metadata, shownAs);
    const leaves = parquetSchema(metadata).children.flatMap((child) => leavesOf(child));
    const limit = new ExpansionLimit(shownAs, source.byteLength);
    let first = 0;
    for (const group of metadata.row_groups) {
      const largestPage = await prepare(source, { metadata, group, first, options, limit, pace });
      let failures = 0;
      for (const { start, end } of largestPage === null ? [] : rangesOf(group, largestPage)) {
        const range = { start: first + start, end: first + end };
        const rows = await rowsIn(range, { source, metadata, group, options, limit });
        if (rows === null && ++failures > MOST_FAILURES) break;
        for (const [i, row] of (rows ?? []).entries()) {
          if (pace.isOver) await pace.turn();
          const place = { file: shownAs, line: range.start + i + 1 };
          const values = valuesOf(row, leaves);
          limit.countText(values);
          if (isTooLong(values)) options.onBad(tooLong(place, 'data.rowTooLong'));
          else yield { ...place, values };
        }
      }
      first += Number(group.num_rows);
    }
    await source.finish();
  } finally {
    await handle.close();
  }
}

async function metadataOf(source: AsyncBuffer, file: string): Promise<FileMetaData> {
  try {
    const end = source.byteLength;
    const magic = end < 12 ? '' : Buffer.from(await source.slice(end - 4, end)).toString('latin1');
    if (magic === 'PARE') {
      throw dataError(file, problem('data.encrypted'));
    }
    return await parquetMetadataAsync(source, { geoparquet: false });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw dataError(file, problem('data.invalidParquet', { reason: messageOf(thrown) }));
  }
}

function refuseCodecs({ row_groups: groups }: FileMetaData, file: string): void {
  const columns = groups.flatMap((group) => group.columns);
  const column = columns.find(({ meta_data: data }) => {
    const codec = data?.codec ?? 'UNCOMPRESSED';
    return codec !== 'UNCOMPRESSED' && compressors[codec] === undefined;
  });
  if (column?.meta_data === undefined) return;
  const { codec, path_in_schema: path } = column.meta_data;
  throw dataError(file, problem('data.unsupportedCompression', { codec }), {
    column: path.join('.'),
  });
}

interface GroupContext {
  readonly metadata: FileMetaData;
  readonly group: RowGroup;
  readonly options: ReaderOptions;
  readonly limit: ExpansionLimit;
}

/**
 * Holds a row group and checks its pages. Gives the number of values of its largest page, or `null`
 * if all of its rows are invalid.
 */
async function prepare(
  source: ParquetSource,
  { first, pace, ...context }: GroupContext & { readonly first: number; readonly pace: Pace },
): Promise<number | null> {
  const { metadata, group, options, limit } = context;
  try {
    await source.hold(group);
    return await checkPages(group, {
      ...{ source, metadata, pace, isDivisible: isDivisible(group) },
      compressors: () => boundedCompressors(limit),
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const range = { start: first, end: first + Number(group.num_rows) };
    options.onBad(undecodable(range, options.shownAs, messageOf(thrown)));
    return null;
  }
}

/** Ranges of rows to decode: parts if their pages can be located, else the whole group. */
function* rangesOf(
  group: RowGroup,
  largestPage: number,
): Generator<{ start: number; end: number }> {
  const rows = Number(group.num_rows);
  const part = Math.min(ROWS_AT_ONCE, rowsWithin(BYTES_AT_ONCE, group));
  const step = isDivisible(group) ? Math.max(part, Math.ceil(largestPage / MOST_DECODINGS)) : rows;
  for (let start = 0; start < rows; start += step) {
    yield { start, end: Math.min(rows, start + step) };
  }
}

/** Whether pages can be located by row: by an offset index, or if there are no lists, by their counts. */
function isDivisible({ columns }: RowGroup): boolean {
  return columns.every(
    ({ offset_index_offset: index, meta_data: column }) =>
      index !== undefined || column?.path_in_schema.length === 1,
  );
}

function rowsWithin(bytes: number, { columns, num_rows: rows }: RowGroup): number {
  const sizes = columns.map(({ meta_data: column }) => Number(column?.total_uncompressed_size));
  return Math.max(1, Math.floor((Number(rows) * bytes) / Math.max(1, ...sizes)));
}

async function rowsIn(
  { start, end }: { start: number; end: number },
  context: GroupContext & { readonly source: ParquetSource },
): Promise<Record<string, unknown>[] | null> {
  const { source, metadata, group, options, limit } = context;
  const place = { file: options.shownAs, line: start + 1 };
  const isWhole = end - start === Number(group.num_rows);
  const isLarge = Number(group.total_byte_size) > LARGEST_GROUP || end - start > MOST_ROWS;
  if (isWhole && !isDivisible(group) && isLarge) {
    options.onBad(
      recordError(
        place,
        null,
        problem('data.rowGroupTooLarge', { limit: { bytes: LARGEST_GROUP } }),
      ),
    );
    return null;
  }
  try {
    const rows = await parquetReadObjects({
      file: source,
      metadata,
      rowStart: start,
      rowEnd: end,
      compressors: boundedCompressors(limit),
      utf8: false,
      useOffsetIndex: !isWhole,
    });
    // A group can say that it has more rows than its pages have.
    const missing = rows.findIndex((row) =>
      Object.values(row).every((value) => value === undefined),
    );
    if (missing === -1) return rows;
    options.onBad(undecodable({ start: start + missing, end }, options.shownAs, 'no values'));
    return missing === 0 ? null : rows.slice(0, missing);
  } catch (thrown) {
    source.abandon();
    if (thrown instanceof AppError) throw thrown;
    const tooLarge = thrown instanceof RefusedFile ? thrown.reason : null;
    options.onBad(
      tooLarge === null
        ? undecodable({ start, end }, options.shownAs, messageOf(thrown))
        : recordError(place, null, tooLarge),
    );
    return null;
  }
}

function isTooLong(values: Readonly<Record<string, unknown>>): boolean {
  return Object.values(values).some(
    (value) => typeof value === 'string' && value.length > LONGEST_LINE,
  );
}

function undecodable(
  { start, end }: { start: number; end: number },
  file: string,
  reason: string,
): AppError {
  return recordError(
    { file, line: start + 1 },
    null,
    problem('data.undecodableRows', { last: end, reason }),
  );
}

/** A column of the records, and its path in a row. */
interface Leaf {
  readonly name: string;
  readonly path: readonly string[];
}

function leavesOf({ element, children, path }: SchemaTree): Leaf[] {
  const isStructure =
    children.length > 0 &&
    element.repetition_type !== 'REPEATED' &&
    element.converted_type === undefined &&
    element.logical_type === undefined;
  return isStructure
    ? children.flatMap((child) => leavesOf(child))
    : [{ name: path.join('.'), path }];
}

function valuesOf(row: Record<string, unknown>, leaves: readonly Leaf[]): Record<string, unknown> {
  return Object.fromEntries(leaves.map(({ name, path }) => [name, plain(valueAt(row, path))]));
}

function valueAt(row: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (value as Record<string, unknown> | null)?.[name], row);
}

/** A value as in JSON; bytes that are not text become `null`. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return isUtf8(value) ? Buffer.from(value).toString() : null;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
