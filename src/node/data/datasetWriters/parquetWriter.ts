import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { AppError } from '../../../core/errors.js';
import type { AsideFile } from './asideFile.js';
import type { DatasetShape, DatasetWriter, MaskedRecord } from './maskedRecord.js';
import { cellText } from './textWriters.js';

/** Characters of text after which a row group ends: what is held in memory at most. */
const GROUP_CHARACTERS = 4_000_000;
const GROUP_ROWS = 20_000;

type CarriedType = 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'STRING';

/**
 * Apache Parquet, a row group at a time. Masks are a list of structs, ids lists of int32; a carried
 * column has the type that its values in the first row group have. Throws `Data` where a later one
 * is of another type.
 */
export function parquetWriter(file: AsideFile, shape: DatasetShape): DatasetWriter {
  const bytes = new ByteWriter();
  let writer: ParquetWriter | null = null;
  let types: ReadonlyMap<string, CarriedType> = new Map();
  let rows: MaskedRecord[] = [];
  let characters = 0;

  const flush = async (): Promise<void> => {
    if (writer === null) {
      types = new Map(shape.columns.map((name) => [name, typeOf(rows, name)]));
      const schema = schemaOf(shape, types);
      writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'masklab' });
    }
    if (rows.length > 0) {
      await writer.write({ columnData: columnsOf(rows, shape, types), rowGroupSize: rows.length });
    }
    rows = [];
    characters = 0;
    await drain(bytes, file);
  };

  return {
    write: (record) => {
      rows.push(record);
      characters += record.maskedText.length * 2 + (record.inputs?.input_ids.length ?? 0) * 6;
      return characters < GROUP_CHARACTERS && rows.length < GROUP_ROWS ? null : flush();
    },
    commit: async () => {
      await flush();
      await writer!.finish();
      await drain(bytes, file);
      await file.commit();
    },
    discard: () => file.discard(),
  };
}

async function drain(bytes: ByteWriter, file: AsideFile): Promise<void> {
  await file.appendBytes(bytes.getBytes());
  bytes.index = 0;
}

function schemaOf(shape: DatasetShape, types: ReadonlyMap<string, CarriedType>): SchemaElement[] {
  const { hasText, hasInputs, columns } = shape;
  const ids = ['input_ids', 'attention_mask', 'labels'];
  const fields = [
    ...[text('source'), ...(hasText ? [text('text')] : []), text('maskedText')],
    ...listOf('masks', [
      { name: 'element', num_children: hasText ? 5 : 4, repetition_type: 'REQUIRED' },
      ...['start', 'end'].map((name) => integer(name)),
      ...(hasText ? [text('original')] : []),
      text('replacement'),
      { ...text('rule'), repetition_type: 'OPTIONAL' },
    ]),
    ...(hasInputs ? ids.flatMap((name) => listOf(name, [integer('element')])) : []),
    ...columns.map((name) => carried(name, types.get(name)!)),
  ];
  const count = 3 + (hasText ? 1 : 0) + (hasInputs ? ids.length : 0) + columns.length;
  return [{ name: 'root', num_children: count }, ...fields];
}

function text(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' };
}

function integer(name: string): SchemaElement {
  return { name, type: 'INT32', repetition_type: 'REQUIRED' };
}

/** The three-level list of the Parquet specification. */
function listOf(name: string, element: readonly SchemaElement[]): SchemaElement[] {
  return [
    { name, num_children: 1, converted_type: 'LIST', repetition_type: 'REQUIRED' },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    ...element,
  ];
}

function carried(name: string, type: CarriedType): SchemaElement {
  return type === 'STRING'
    ? { ...text(name), repetition_type: 'OPTIONAL' }
    : { name, type, repetition_type: 'OPTIONAL' };
}

function typeOf(rows: readonly MaskedRecord[], column: string): CarriedType {
  let type: CarriedType | null = null;
  for (const { columns } of rows) {
    const value = plain(columns[column]);
    if (value === null) continue;
    const next = typeOfValue(value);
    if (type === null || type === next) type = next;
    else if (isNumeric(type) && isNumeric(next)) type = 'DOUBLE';
    else return 'STRING';
  }
  return type ?? 'STRING';
}

function typeOfValue(value: unknown): CarriedType {
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (typeof value !== 'number') return 'STRING';
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'INT32' : 'DOUBLE';
}

function isNumeric(type: CarriedType): boolean {
  return type === 'INT32' || type === 'DOUBLE';
}

/** Nothing is null, and a 64-bit integer a number where that is exact. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value);
  return value ?? null;
}

function columnsOf(
  rows: readonly MaskedRecord[],
  { hasText, hasInputs, columns }: DatasetShape,
  types: ReadonlyMap<string, CarriedType>,
): { name: string; data: unknown[] }[] {
  const own = (name: string, of: (record: MaskedRecord) => unknown) => ({
    name,
    data: rows.map(of),
  });
  return [
    own('source', ({ source }) => source),
    ...(hasText ? [own('text', (record) => record.text)] : []),
    own('maskedText', ({ maskedText }) => maskedText),
    own('masks', ({ masks }) => masks),
    ...(hasInputs
      ? [
          own('input_ids', ({ inputs }) => inputs?.input_ids),
          own('attention_mask', ({ inputs }) => inputs?.attention_mask),
          own('labels', ({ inputs }) => inputs?.labels),
        ]
      : []),
    ...columns.map((name) => own(name, (record) => cellOf(record, name, types.get(name)!))),
  ];
}

function cellOf(record: MaskedRecord, column: string, type: CarriedType): unknown {
  const value = plain(record.columns[column]);
  if (value === null) return null;
  if (type === 'STRING') return cellText(value);
  const own = typeOfValue(value);
  if (own === type || (type === 'DOUBLE' && own === 'INT32')) return value;
  const [file = record.source, row] = record.source.split(/:(?=\d+$)/);
  throw new AppError({
    code: 'Data',
    details: {
      file,
      ...(row === undefined ? {} : { row: Number(row) }),
      column,
      problem: `holds ${JSON.stringify(cellText(value))}, where the rows before held ${WORD[type]}`,
      remedy: 'Write the dataset as .jsonl or .csv, or make the column uniform.',
    },
  });
}

const WORD: Readonly<Record<CarriedType, string>> = {
  BOOLEAN: 'true or false',
  INT32: 'whole numbers',
  DOUBLE: 'numbers',
  STRING: 'text',
};
