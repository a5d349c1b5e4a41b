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
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { AppError } from '../../../core/errors.js';
import { pauses } from '../../runtime/pauses.js';
import { openDataFile, type DataFileHandle, type FileTap } from './dataFile.js';
import { dataError, unreadable } from './fileErrors.js';
import type { ReaderOptions } from './reader.js';

/** Rows that are decoded at once where a file says where its pages are. */
const ROWS_AT_ONCE = 10_000;
/** A group of rows is decoded as a whole where the file does not say where its pages are. */
const LARGEST_GROUP = 1_000_000_000;
/** Rows that are given between two looks at whether to go on. */
const ROWS_A_LOOK = 500;
/** Bytes that are read ahead for a tap; those further on are left for the end. */
const READ_AHEAD = 1 << 26;

/**
 * A parquet file, group of rows by group of rows. Structures become columns with dots in their
 * names; lists and maps stay values. Rows of a group that cannot be decoded are bad together.
 */
export async function* readParquet(
  file: string,
  options: ReaderOptions,
): AsyncGenerator<DataRecord> {
  const { shownAs, tap, signal } = options;
  const handle = await openDataFile(file, signal).catch((thrown: unknown) => {
    throw unreadable(shownAs, thrown);
  });
  const inOrder = tap === undefined ? null : new InOrder(handle, tap);
  const pause = pauses(signal);
  try {
    const source = sourceOf(handle, inOrder);
    const metadata = await metadataOf(sourceOf(handle, null), shownAs);
    refuseCodecs(metadata, shownAs);
    const leaves = parquetSchema(metadata).children.flatMap((child) => leavesOf(child));
    let first = 0;
    for (const group of metadata.row_groups) {
      for (const { start, end } of rangesOf(group)) {
        const range = { start: first + start, end: first + end };
        const rows = await rowsIn(range, { source, metadata, group, options });
        for (const [i, row] of rows.entries()) {
          if (i % ROWS_A_LOOK === 0) await pause();
          yield { file: shownAs, line: range.start + i + 1, values: valuesOf(row, leaves) };
        }
      }
      first += Number(group.num_rows);
    }
    await inOrder?.through(handle.size);
  } finally {
    await handle.close();
  }
}

function sourceOf(handle: DataFileHandle, inOrder: InOrder | null): AsyncBuffer {
  const { size } = handle;
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = await handle.read(start, Math.min(end, size));
      await inOrder?.see(start, bytes);
      return bytes.buffer;
    },
  };
}

/** Shows a tap every byte once and in order, in whatever order the file is read. */
class InOrder {
  private at = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly handle: DataFileHandle,
    private readonly tap: FileTap,
  ) {}

  see(start: number, bytes: Uint8Array): Promise<void> {
    return this.next(async () => {
      if (start - this.at > READ_AHEAD || start + bytes.length <= this.at) return;
      await this.readTo(start);
      this.tap.onBytes(bytes.subarray(this.at - start));
      this.at = start + bytes.length;
    });
  }

  /** Shows what is left before a place. */
  through(end: number): Promise<void> {
    return this.next(() => this.readTo(end));
  }

  /** One at a time: columns may be read side by side. */
  private next(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step);
    return this.last;
  }

  private async readTo(end: number): Promise<void> {
    while (this.at < end) {
      const piece = await this.handle.read(this.at, Math.min(end, this.at + PIECE_BYTES));
      this.tap.onBytes(piece);
      this.at += piece.length;
    }
  }
}

const PIECE_BYTES = 1 << 20;

async function metadataOf(source: AsyncBuffer, file: string): Promise<FileMetaData> {
  try {
    const end = source.byteLength;
    const magic = end < 12 ? '' : Buffer.from(await source.slice(end - 4, end)).toString('latin1');
    if (magic === 'PARE') {
      throw dataError(file, {
        problem: 'is encrypted',
        remedy: 'Write it without encryption.',
      });
    }
    return await parquetMetadataAsync(source, { geoparquet: false });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw dataError(file, {
      problem: `is not a whole parquet file (${messageOf(thrown)})`,
      remedy: 'It may be cut off: copy or write it again.',
    });
  }
}

function refuseCodecs({ row_groups: groups }: FileMetaData, file: string): void {
  const columns = groups.flatMap((group) => group.columns);
  const column = columns.find(({ meta_data: data }) => {
    const codec = data?.codec ?? 'UNCOMPRESSED';
    return codec !== 'UNCOMPRESSED' && compressors[codec] === undefined;
  });
  if (column?.meta_data === undefined) return;
  throw dataError(file, {
    column: column.meta_data.path_in_schema.join('.'),
    problem: `is compressed with ${column.meta_data.codec}, which cannot be read`,
    remedy: 'Write it with zstd, snappy, gzip, brotli or lz4.',
  });
}

/** In parts where pages can be found, else as a whole. */
function rangesOf(group: RowGroup): { start: number; end: number }[] {
  const rows = Number(group.num_rows);
  const hasPages = group.columns.every((column) => column.offset_index_offset !== undefined);
  const step = hasPages ? ROWS_AT_ONCE : Math.max(1, rows);
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => ({
    start: i * step,
    end: Math.min(rows, (i + 1) * step),
  }));
}

async function rowsIn(
  { start, end }: { start: number; end: number },
  context: {
    readonly source: AsyncBuffer;
    readonly metadata: FileMetaData;
    readonly group: RowGroup;
    readonly options: ReaderOptions;
  },
): Promise<Record<string, unknown>[]> {
  const { source, metadata, group, options } = context;
  const place = { file: options.shownAs, line: start + 1 };
  const isWhole = end - start === Number(group.num_rows);
  if (isWhole && Number(group.total_byte_size) > LARGEST_GROUP) {
    options.onBad(
      recordError(place, null, {
        problem: `a group of rows is larger than ${LARGEST_GROUP / 1e9} GB`,
        remedy: 'Write the file with smaller groups of rows, such as 10,000 rows each.',
      }),
    );
    return [];
  }
  try {
    return await parquetReadObjects({
      file: source,
      metadata,
      rowStart: start,
      rowEnd: end,
      compressors,
      utf8: false,
      useOffsetIndex: !isWhole,
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    options.onBad(
      recordError(place, null, {
        problem: `the rows from here to ${end} cannot be decoded (${messageOf(thrown)})`,
        remedy: 'The file may be damaged: copy or write it again.',
      }),
    );
    return [];
  }
}

/** A column of what is read, and where a row holds it. */
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

/** The value as JSON has it; bytes that are no text become null. */
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
