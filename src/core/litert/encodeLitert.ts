import { Builder, type Offset } from 'flatbuffers';
import { modelError } from '../errors.js';
import { formatBytes } from '../format.js';
import { problem } from '../messages/message.js';
import type { LitertModel, LitertOperator, LitertSubgraph, LitertTensor } from './litertModel.js';
import { builtinOf, LITERT_TYPES, type LitertOp, type OptionKind } from './litertOperators.js';

/** Version of the schema that files are written in. */
const SCHEMA_VERSION = 3;
const IDENTIFIER = 'TFL3';
/** Data of buffers starts at multiples of it, so that weights can be used where they are mapped. */
const ALIGNMENT = 16;
/** Operator numbers of this size and above are in a second field. */
const EXTENDED_CODE = 127;

/** Largest file of the format: offsets are 31 bits wide. */
const MAX_BYTES = 2 ** 31 - 1;

/** A `.tflite` file, to be written piece by piece. */
export interface EncodedLitert {
  readonly byteLength: number;
  /** Pieces in order. Weights are made one at a time. */
  readonly pieces: () => Generator<Uint8Array, void>;
}

/**
 * Encodes a model as a FlatBuffer. Everything but the data of the buffers comes first, at a size of
 * some kilobytes; the data follows, so that weights are neither copied into a builder nor held in
 * memory together.
 */
export function encodeLitert(model: LitertModel, path: string): EncodedLitert {
  const { head, places } = encodeHead(model);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const parts: { start: number; index: number }[] = [];
  let end = head.length;
  for (const [index, place] of places.entries()) {
    const { byteLength } = model.buffers[index]!;
    if (place === null) continue;
    // A vector is its length, followed by its data; an offset leads from its own place to it.
    const start = alignedTo(end + 4) - 4;
    view.setUint32(place, start - place, true);
    parts.push({ start, index });
    end = start + 4 + byteLength;
  }
  const byteLength = alignedTo(end);
  if (byteLength > MAX_BYTES) {
    const sizes = { size: formatBytes(byteLength), limit: formatBytes(MAX_BYTES) };
    throw modelError(path, problem('models.litertTooLarge', sizes));
  }
  return {
    byteLength,
    *pieces() {
      yield head;
      let at = head.length;
      for (const { start, index } of parts) {
        const { byteLength: size, bytes } = model.buffers[index]!;
        const before = new Uint8Array(start + 4 - at);
        new DataView(before.buffer).setUint32(before.length - 4, size, true);
        yield before;
        yield bytes();
        at = start + 4 + size;
      }
      yield new Uint8Array(byteLength - at);
    },
  };
}

function alignedTo(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}

/** The tables, and the place of each buffer's offset to its data; `null` for an empty buffer. */
function encodeHead(model: LitertModel): { head: Uint8Array; places: (number | null)[] } {
  const builder = new Builder(1 << 16);
  const tables = new Tables(builder);
  const kinds = operatorKinds(model);
  const data = tables.emptyData();
  const buffers = model.buffers.map(({ byteLength }) =>
    tables.table([byteLength === 0 ? null : ['offset', data]]),
  );
  const operatorCodes = [...kinds.values()].map(({ op, version }) => {
    const { code } = builtinOf(op);
    return tables.table([
      ['int8', Math.min(code, EXTENDED_CODE)],
      null,
      ['int32', version],
      ['int32', code],
    ]);
  });
  const indexOf = new Map([...kinds.keys()].map((key, index) => [key, index]));
  const subgraphs = model.subgraphs.map((subgraph) =>
    addSubgraph(tables, subgraph, ({ op, version }) => indexOf.get(kindKey(op, version))!),
  );
  const signatures = model.subgraphs.map((subgraph, index) =>
    addSignature(tables, subgraph, index),
  );
  const vectors = [operatorCodes, subgraphs, buffers, signatures].map((offsets) =>
    tables.offsets(offsets),
  );
  const [codes, graphs, stored, signed] = vectors as [Offset, Offset, Offset, Offset];
  const description = builder.createString(model.description);
  const root = tables.table([
    ['int32', SCHEMA_VERSION],
    ['offset', codes],
    ['offset', graphs],
    ['offset', description],
    ['offset', stored],
    null,
    null,
    ['offset', signed],
  ]);
  builder.finish(root, IDENTIFIER);
  const head = builder.asUint8Array().slice();
  const view = new DataView(head.buffer);
  const places = buffers.map((offset, i) => {
    if (model.buffers[i]!.byteLength === 0) return null;
    const table = head.length - offset;
    const vtable = table - view.getInt32(table, true);
    return table + view.getUint16(vtable + 4, true);
  });
  return { head, places };
}

const kindKey = (op: LitertOp, version: number): string => `${op}:${version}`;

function operatorKinds({ subgraphs }: LitertModel): Map<string, { op: LitertOp; version: number }> {
  return new Map(
    subgraphs
      .flatMap(({ operators }) => operators)
      .map(({ op, version }) => [kindKey(op, version), { op, version }]),
  );
}

function addSubgraph(
  tables: Tables,
  { name, tensors, operators, inputs, outputs }: LitertSubgraph,
  indexOf: (operator: LitertOperator) => number,
): Offset {
  const parts = [
    tables.offsets(tensors.map((tensor) => addTensor(tables, tensor))),
    tables.integers(inputs),
    tables.integers(outputs),
    tables.offsets(operators.map((operator) => addOperator(tables, operator, indexOf(operator)))),
    tables.builder.createString(name),
  ];
  return tables.table(parts.map((part) => ['offset', part]));
}

function addTensor(tables: Tables, { name, type, dims, buffer, scales }: LitertTensor): Offset {
  const { builder } = tables;
  const shape = tables.integers(dims);
  const text = builder.createString(name);
  const quantization = scales && tables.shared(scales, () => addScales(tables, scales));
  return tables.table([
    ['offset', shape],
    ['int8', LITERT_TYPES[type]],
    ['int32', buffer],
    ['offset', text],
    quantization === undefined ? null : ['offset', quantization],
    null,
    null,
    null,
    ['int8', 1],
  ]);
}

/** Symmetric quantization along the first axis: every zero point is 0. */
function addScales(tables: Tables, scales: Float32Array): Offset {
  const { builder } = tables;
  builder.startVector(4, scales.length, 4);
  for (let i = scales.length - 1; i >= 0; i--) builder.addFloat32(scales[i]!);
  const values = builder.endVector();
  builder.startVector(8, scales.length, 8);
  for (let i = 0; i < scales.length; i++) builder.addInt64(0n);
  const zeros = builder.endVector();
  return tables.table([null, null, ['offset', values], ['offset', zeros]]);
}

function addOperator(tables: Tables, operator: LitertOperator, index: number): Offset {
  const { table, fields = [] } = builtinOf(operator.op);
  const inputs = tables.integers(operator.inputs);
  const outputs = tables.integers(operator.outputs);
  const options =
    table === undefined
      ? null
      : tables.table(fields.map((kind, i) => [kind, operator.options[i] ?? 0]));
  return tables.table([
    ['int32', index],
    ['offset', inputs],
    ['offset', outputs],
    options === null ? null : ['int8', table!],
    options === null ? null : ['offset', options],
  ]);
}

function addSignature(
  tables: Tables,
  { name, tensors, inputs, outputs }: LitertSubgraph,
  index: number,
): Offset {
  const { builder } = tables;
  const named = (indices: readonly number[]): Offset =>
    tables.offsets(
      indices.map((tensor) => {
        const text = builder.createString(tensors[tensor]!.name);
        return tables.table([
          ['offset', text],
          ['int32', tensor],
        ]);
      }),
    );
  const [given, made, key] = [named(inputs), named(outputs), builder.createString(name)];
  return tables.table([
    ['offset', given],
    ['offset', made],
    ['offset', key],
    null,
    ['int32', index],
  ]);
}

/** Type and value of a field in a table; `null` leaves it out. */
type Field = readonly [OptionKind | 'offset', number] | null;

/** Tables and vectors of a FlatBuffer under construction. Fields are given in the order of slots. */
class Tables {
  private readonly known = new Map<object, Offset>();

  constructor(readonly builder: Builder) {}

  /** A table that several others refer to. */
  shared(key: object, add: () => Offset): Offset {
    const offset = this.known.get(key) ?? add();
    this.known.set(key, offset);
    return offset;
  }

  table(fields: readonly Field[]): Offset {
    this.builder.startObject(fields.length);
    for (const [slot, field] of fields.entries()) {
      if (field) this.field(slot, field);
    }
    return this.builder.endObject();
  }

  private field(slot: number, [kind, value]: NonNullable<Field>): void {
    switch (kind) {
      case 'int8':
      case 'bool':
        this.builder.addFieldInt8(slot, value, 0);
        break;
      case 'int32':
        this.builder.addFieldInt32(slot, value, 0);
        break;
      case 'float32':
        this.builder.addFieldFloat32(slot, value, 0);
        break;
      case 'offset':
        this.builder.addFieldOffset(slot, value, 0);
    }
  }

  offsets(values: readonly Offset[]): Offset {
    this.builder.startVector(4, values.length, 4);
    for (const value of values.toReversed()) this.builder.addOffset(value);
    return this.builder.endVector();
  }

  integers(values: readonly number[]): Offset {
    this.builder.startVector(4, values.length, 4);
    for (const value of values.toReversed()) this.builder.addInt32(value);
    return this.builder.endVector();
  }

  /** Placeholder of data that is written after the tables. */
  emptyData(): Offset {
    this.builder.startVector(1, 0, ALIGNMENT);
    return this.builder.endVector();
  }
}
