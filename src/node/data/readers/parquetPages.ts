import {
  parquetSchema,
  readOffsetIndex,
  type AsyncBuffer,
  type ColumnChunk,
  type ColumnMetaData,
  type Compressors,
  type DataReader,
  type FileMetaData,
  type PageHeader,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import {
  getMaxDefinitionLevel,
  getMaxRepetitionLevel,
  getTreePath,
  isFlatColumn,
} from 'hyparquet/src/schema.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import { AppError } from '../../../core/errors.js';
import type { Pace } from '../../runtime/pace.js';

/** Maximum values of all columns of a row group that are decoded at once. */
const MOST_VALUES = 100_000_000;
/** Maximum bytes of a page whose values share their beginnings, once they are written out. */
const MOST_BYTES = 500_000_000;

/** A page that says more of itself than it can have, on which a decoder would work for very long. */
class EndlessPage extends Error {}

interface CheckContext {
  readonly source: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** Decompression of one page. */
  readonly compressors: () => Compressors;
  readonly pace: Pace;
  /** Whether pages can be decoded one by one. */
  readonly isDivisible: boolean;
}

/**
 * Checks the pages of a row group before they are decoded, since hyparquet believes the counts in
 * them: a few changed bytes can make it repeat a value billions of times. Rejects for a page that
 * would take time or memory out of proportion. Gives the number of values of the largest page.
 */
export async function checkPages(group: RowGroup, context: CheckContext): Promise<number> {
  const schema = parquetSchema(context.metadata);
  let largest = 0;
  let total = 0;
  for (const chunk of group.columns) {
    const column = chunk.meta_data;
    if (column === undefined) throw new Error('a column is not described');
    const path = getTreePath(schema, column.path_in_schema);
    const pages = await pagesOf(column, { ...context, path, rows: Number(group.num_rows) });
    await checkIndex(chunk, pages, context.source);
    const counts = pages.map(({ values }) => values);
    const most = counts.reduce((a, b) => Math.max(a, b), 0);
    largest = Math.max(largest, most);
    total += context.isDivisible ? most : counts.reduce((a, b) => a + b, 0);
    if (total > MOST_VALUES) throw new EndlessPage('too many values for a row group');
  }
  return largest;
}

interface Page {
  /** Offset of its header in the file, and after its last byte. */
  readonly start: number;
  readonly end: number;
  readonly values: number;
}

type ColumnContext = CheckContext & {
  readonly path: SchemaTree[];
  readonly rows: number;
};

async function pagesOf(column: ColumnMetaData, context: ColumnContext): Promise<Page[]> {
  const { source, path, rows, pace } = context;
  const first = Number(column.dictionary_page_offset || column.data_page_offset);
  const bytes = await source.slice(first, first + Number(column.total_compressed_size));
  const reader = { view: new DataView(bytes), offset: 0 };
  const pages: Page[] = [];
  let seen = 0;
  while (reader.offset < bytes.byteLength - 1 && (seen < rows || !isFlatColumn(path))) {
    const start = first + reader.offset;
    const next = nextPage(reader);
    if (next === null) break;
    const values = checkPage(next, column, context);
    pages.push({ start, end: first + reader.offset, values });
    seen += values;
    if (pace.isOver) await pace.turn();
  }
  return pages;
}

interface RawPage {
  readonly header: PageHeader;
  readonly content: Uint8Array;
}

/** The next page, or `null` if it is not one: nobody can decode beyond it. Throws `EndlessPage`. */
function nextPage(reader: DataReader): RawPage | null {
  try {
    const header = parquetHeader(reader);
    const { compressed_page_size: size } = header;
    requireCounts([size, 0], reader.view.byteLength);
    const content = new Uint8Array(
      reader.view.buffer,
      reader.view.byteOffset + reader.offset,
      size,
    );
    reader.offset += size;
    return { header, content };
  } catch (thrown) {
    if (thrown instanceof EndlessPage) throw thrown;
    return null;
  }
}

/**
 * Refuses a second count that is not part of the first one, and a first one above `most`. A header
 * can also lack them: hyparquet would never get past such a page.
 */
function requireCounts([all, part]: readonly [unknown, unknown], most: number): void {
  const areCounts = [all, part].every((count) => Number.isInteger(count) && Number(count) >= 0);
  if (areCounts && Number(all) <= most && Number(part) <= Number(all)) return;
  throw new EndlessPage('a page has an impossible size');
}

/** The number of values of a page, of which a dictionary has none. Throws `EndlessPage`. */
function checkPage(page: RawPage, column: ColumnMetaData, context: ColumnContext): number {
  const { data_page_header: first, data_page_header_v2: second, type } = page.header;
  const values = type === 'DATA_PAGE' ? first?.num_values : second?.num_values;
  if (type === 'DICTIONARY_PAGE' || values === undefined) return 0;
  const nulls = type === 'DATA_PAGE' ? 0 : second?.num_nulls;
  requireCounts([values, nulls], MOST_VALUES);
  try {
    if (type === 'DATA_PAGE') checkFirstVersion(page, values, { column, context });
    else checkSecondVersion(page, values, { column, context });
  } catch (thrown) {
    if (thrown instanceof EndlessPage || thrown instanceof AppError) throw thrown;
    // A page that is damaged otherwise fails when it is decoded, unless nobody needs it.
  }
  return values;
}

interface PageContext {
  readonly column: ColumnMetaData;
  readonly context: ColumnContext;
}

function checkFirstVersion(
  { header, content }: RawPage,
  values: number,
  { column, context }: PageContext,
): void {
  const reader = readerOf(plainBytes(content, header.uncompressed_page_size, { column, context }));
  const { repetition, definition } = levelsOf(context.path);
  let nulls = 0;
  if (repetition > 0) levels(reader, { most: repetition, values });
  if (definition > 0) {
    const found = levels(reader, { most: definition, values });
    nulls = found.reduce((count, level) => (level === definition ? count : count + 1), 0);
  }
  checkValues(reader, values - nulls, {
    encoding: header.data_page_header?.encoding ?? '',
    column,
  });
}

/** Checks levels that say their length, and reads them. */
function levels(reader: DataReader, { most, values }: { most: number; values: number }): number[] {
  const width = bitWidth(most);
  checkRuns({ ...reader, offset: reader.offset + 4 }, { width, values });
  const found = new Array<number>(values);
  readRleBitPackedHybrid(reader, width, found);
  return found;
}

function checkSecondVersion(
  { header, content }: RawPage,
  values: number,
  { column, context }: PageContext,
): void {
  const about = header.data_page_header_v2!;
  const { repetition, definition } = levelsOf(context.path);
  const [first, second] = [
    about.repetition_levels_byte_length,
    about.definition_levels_byte_length,
  ];
  requireCounts([content.length, first], content.length);
  requireCounts([content.length - first, second], content.length);
  const reader = readerOf(content);
  if (repetition > 0) checkRuns({ ...reader }, { width: bitWidth(repetition), values });
  reader.offset = first;
  if (definition > 0) checkRuns({ ...reader }, { width: bitWidth(definition), values });
  const rest = content.subarray(first + second);
  const plain =
    about.is_compressed === false
      ? rest
      : plainBytes(rest, header.uncompressed_page_size - first - second, { column, context });
  checkValues(readerOf(plain), values - about.num_nulls, { encoding: about.encoding, column });
}

function checkValues(
  reader: DataReader,
  values: number,
  { encoding, column }: { encoding: string; column: ColumnMetaData },
): void {
  switch (encoding) {
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
    case 'RLE': {
      const isBoolean = column.type === 'BOOLEAN';
      const width = isBoolean ? 1 : reader.view.getUint8(reader.offset);
      reader.offset += isBoolean ? 4 : 1;
      if (width > 0) checkRuns(reader, { width, values });
      return;
    }
    case 'DELTA_BINARY_PACKED':
    case 'DELTA_LENGTH_BYTE_ARRAY':
      checkBlocks({ ...reader });
      return;
    case 'DELTA_BYTE_ARRAY': {
      let bytes = 0;
      for (let part = 0; part < 2; part++) {
        checkBlocks({ ...reader });
        const lengths = new Int32Array(values);
        deltaBinaryUnpack(reader, values, lengths);
        for (const length of lengths) bytes += length;
      }
      if (bytes > MOST_BYTES) throw new EndlessPage('the values of a page are too long');
      return;
    }
    default:
      // Others are decoded value by value, each from separate bytes.
      return;
  }
}

/** Checks that no run is longer than the values that are asked for. */
function checkRuns(
  reader: DataReader,
  { width, values }: { readonly width: number; readonly values: number },
): void {
  for (let seen = 0; seen < values;) {
    const header = readVarInt(reader);
    const isPacked = (header & 1) === 1;
    const count = (header >>> 1) * (isPacked ? 8 : 1);
    if (count > values + (isPacked ? 7 : 0)) {
      // Packed values that are too many end with their bytes.
      if (!isPacked || width === 0) throw new EndlessPage('a run is longer than its page');
    }
    reader.offset += isPacked ? (header >>> 1) * width : (width + 7) >> 3;
    seen += count;
  }
}

/** Checks that the blocks of delta encoding lead forward. */
function checkBlocks(reader: DataReader): void {
  const [size, parts] = [readVarInt(reader), readVarInt(reader)];
  if (size < 0 || parts < 0) throw new EndlessPage('a block has a negative size');
}

/** Checks that an index leads to these pages and nowhere else. */
async function checkIndex(
  { offset_index_offset: offset, offset_index_length: length }: ColumnChunk,
  pages: readonly Page[],
  source: AsyncBuffer,
): Promise<void> {
  if (!offset || !length) return;
  const start = Number(offset);
  const view = new DataView(await source.slice(start, start + length));
  const ends = new Map(pages.map((page) => [page.start, page.end]));
  for (const place of readOffsetIndex({ view, offset: 0 }).page_locations) {
    const from = Number(place.offset);
    if (ends.get(from) !== from + place.compressed_page_size) {
      throw new EndlessPage('the index of pages is wrong');
    }
  }
}

function plainBytes(
  bytes: Uint8Array,
  length: number,
  { column, context }: PageContext,
): Uint8Array {
  return decompressPage(bytes, length, column.codec, context.compressors());
}

function readerOf({ buffer, byteOffset, byteLength }: Uint8Array): DataReader {
  return { view: new DataView(buffer, byteOffset, byteLength), offset: 0 };
}

function levelsOf(path: SchemaTree[]): { repetition: number; definition: number } {
  return { repetition: getMaxRepetitionLevel(path), definition: getMaxDefinitionLevel(path) };
}

/** Bits of the largest level. */
function bitWidth(level: number): number {
  return 32 - Math.clz32(level);
}
