import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { message, problem, type Message } from '../../../core/messages/message.js';
import { dataError } from '../readers/fileErrors.js';
import type { AsideFile } from './asideFile.js';
import type { DatasetShape, DatasetWriter, MaskedRecord } from './maskedRecord.js';
import { cellText } from '../../../core/text/csvRows.js';

/** Characters of text after which a row group ends, which bounds the memory. */
const GROUP_CHARACTERS = 4_000_000;
const GROUP_ROWS = 20_000;

type CarriedType = 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'STRING';

/**
 * Writes Apache Parquet, one row group at a time. Masks are a list of structs, ids are lists of int32.
 * The type of a copied column is that of its values in the first row group. Throws `Data` if a later
 * value has another type.
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
    formulas: () => 0,
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

/** Missing values become `null`, and 64-bit integers become numbers if that is exact. */
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
  throw dataError(
    file,
    problem('dataset.mixedTypes', {
      found: JSON.stringify(cellText(value)),
      expected: TYPE_NAMES[type],
    }),
    { ...(row === undefined ? {} : { row: Number(row) }), column },
  );
}

const TYPE_NAMES: Readonly<Record<CarriedType, Message>> = {
  BOOLEAN: message('cells.boolean'),
  INT32: message('cells.integer'),
  DOUBLE: message('cells.number'),
  STRING: message('cells.text'),
};
