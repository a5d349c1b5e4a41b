import { AppError, modelError } from '../errors.js';
import { problem } from '../messages/message.js';
import type { Tensor, TensorDataByType, TensorType } from '../ports.js';
import type { Attribute, Dimension, GraphNode, GraphView, ValueInfo } from './node.js';
import { Graph } from './graph.js';
import { MICROSOFT } from './ops.js';
import { decodeUtf8, encodeUtf8, ProtobufReader, ProtobufWriter, WIRE } from './protobuf.js';

/**
 * Converts ONNX files (https://onnx.ai/onnx/repo-docs/IR.html) to graphs and back. Field numbers
 * are those of onnx.proto. Tensors stored as raw data remain views of the file's bytes.
 */

const TYPE_NUMBERS: Readonly<Record<TensorType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};
/** Place of a tensor's values: another file. */
const EXTERNAL = 1;
const DOUBLE = 11;
const BFLOAT16 = 16;
/** Read as float32, because no computation uses another floating-point type. */
const READ_AS_FLOAT32 = [DOUBLE, BFLOAT16];
const TYPES = new Map<number, TensorType>([
  ...Object.entries(TYPE_NUMBERS).map(([type, n]) => [n, type as TensorType] as const),
  ...READ_AS_FLOAT32.map((n) => [n, 'float32'] as const),
]);

const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
} as const;

export interface EncodeOptions {
  readonly producer?: string;
  /** Receives the bytes of large initializers by location, as external data; they are not copied. */
  readonly external?: Map<string, Uint8Array>;
}

/** Initializers of fewer bytes stay in the file. */
const LEAST_EXTERNAL = 1 << 16;

/** Serializes a graph as an ONNX model. */
export function encodeModel(graph: GraphView, options: EncodeOptions = {}): Uint8Array {
  const model = new ProtobufWriter();
  model.varint(1, graph.opset >= 21 ? 10 : 8).string(2, options.producer ?? 'masklab');
  model.message(7, (w) => {
    writeGraph(w, graph, options.external);
  });
  model.message(8, (w) => w.string(1, '').varint(2, graph.opset));
  if (graph.nodes.some((node) => node.domain === MICROSOFT)) {
    model.message(8, (w) => w.string(1, MICROSOFT).varint(2, 1));
  }
  return model.join();
}

/** Parts of a file's graph that remain. */
export interface KeptParts {
  /** Places of the nodes in the graph of the file. */
  readonly nodes: ReadonlySet<number>;
  /** Names of initializers. */
  readonly constants: ReadonlySet<string>;
}

/**
 * Gives a model file another end: its outputs are those of `end`, whose inputs are values of the
 * file. Everything that is kept stays byte for byte, so weights in other files remain there.
 */
export function replaceEnd(bytes: Uint8Array, kept: KeptParts, end: GraphView): Uint8Array {
  return withGraph(bytes, (graph, w) => {
    copyGraph(graph, w, kept);
    writeNodes(w, end);
    writeOutputs(w, end);
  }).join();
}

/** Copies a model file, but for its graph, which `write` writes from its bytes. */
function withGraph(
  bytes: Uint8Array,
  write: (graph: Uint8Array, w: ProtobufWriter) => void,
): ProtobufWriter {
  const model = new ProtobufWriter();
  const reader = new ProtobufReader(bytes);
  reader.forEachField((field, wire) => {
    if (field !== 7) copyField(reader, model, field, wire);
    else
      model.message(7, (w) => {
        write(reader.slice(), w);
      });
  });
  return model;
}

function copyGraph(bytes: Uint8Array, w: ProtobufWriter, kept: KeptParts): void {
  const r = new ProtobufReader(bytes);
  let place = 0;
  const dropped = new Set<string>();
  // Before IR version 4, initializers were also listed as inputs.
  const listed: { field: number; name: string; bytes: Uint8Array }[] = [];
  r.forEachField((field, wire) => {
    if (field === 1) {
      const node = r.slice();
      if (kept.nodes.has(place++)) w.bytes(1, node);
    } else if (field === 5) {
      const tensor = r.slice();
      const name = tensorName(tensor);
      if (kept.constants.has(name)) w.bytes(5, tensor);
      else dropped.add(name);
    } else if (field === 11) {
      const value = r.slice();
      listed.push({ field, name: readValue(value).name, bytes: value });
    } else if (field === 12 || field === 13) r.skip(wire);
    else copyField(r, w, field, wire);
  });
  for (const { field, name, bytes: value } of listed) {
    if (!dropped.has(name)) w.bytes(field, value);
  }
}

function copyField(r: ProtobufReader, w: ProtobufWriter, field: number, wire: number): void {
  if (wire === WIRE.bytes) w.bytes(field, r.slice());
  else if (wire === WIRE.varint) w.varint(field, r.varint());
  else r.skip(wire);
}

/** A graph that was decoded from a file and changed since. */
export interface ChangedGraph {
  readonly graph: GraphView;
  /** Nodes and initializers as decoded. */
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Bytes of initializers that remain with other values, or were stored in another file. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

/**
 * Gives a model file the nodes and initializers of a graph that was decoded from it. Nodes that
 * remain, inputs and outputs stay byte for byte. The bytes are a list of pieces.
 */
export function encodeChanged(bytes: Uint8Array, changed: ChangedGraph): ProtobufWriter {
  return withGraph(bytes, (graph, w) => {
    copyChanged(graph, w, changed);
  });
}

function copyChanged(
  bytes: Uint8Array,
  w: ProtobufWriter,
  { graph, nodes, constants, contents }: ChangedGraph,
): void {
  const r = new ProtobufReader(bytes);
  const places = new Map(nodes.map((node, place) => [node, place]));
  const isKept = (name: string): boolean =>
    constants.has(name) && graph.constants.get(name) === constants.get(name);
  const inFile: Uint8Array[] = [];
  r.forEachField((field, wire) => {
    if (field === 1) inFile.push(r.slice());
    else if (field === 5) {
      const tensor = r.slice();
      const name = tensorName(tensor);
      const content = contents.get(name);
      if (!isKept(name)) return;
      if (content === undefined) w.bytes(5, tensor);
      else
        w.message(5, (t) => {
          copyTensor(tensor, t, content);
        });
    } else if (field === 11) {
      const value = r.slice();
      const { name } = readValue(value);
      if (!constants.has(name) || isKept(name)) w.bytes(11, value);
    } else if (field === 13) r.skip(wire);
    else copyField(r, w, field, wire);
  });
  for (const node of graph.nodes) {
    const place = places.get(node);
    if (place !== undefined) w.bytes(1, inFile[place]!);
    else
      w.message(1, (n) => {
        writeNode(n, node);
      });
  }
  for (const [name, tensor] of graph.constants) {
    if (!isKept(name))
      w.message(5, (t) => {
        writeTensor(t, name, tensor);
      });
  }
}

/** Fields of a tensor with its values: floats, integers, text, raw, and those in another file. */
const VALUE_FIELDS = [4, 5, 6, 7, 9, 10, 11, 13, 14];

function copyTensor(bytes: Uint8Array, w: ProtobufWriter, content: Uint8Array): void {
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (VALUE_FIELDS.includes(field)) r.skip(wire);
    else copyField(r, w, field, wire);
  });
  w.bytes(9, content);
}

function tensorName(bytes: Uint8Array): string {
  let name = '';
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 8) name = r.string();
    else r.skip(wire);
  });
  return name;
}

function writeGraph(
  w: ProtobufWriter,
  graph: GraphView,
  external?: EncodeOptions['external'],
): void {
  writeNodes(w, graph, external);
  w.string(2, 'masklab');
  for (const name of graph.inputs)
    w.message(11, (v) => {
      writeValue(v, name, graph.info(name));
    });
  writeOutputs(w, graph);
}

function writeNodes(
  w: ProtobufWriter,
  graph: GraphView,
  external?: EncodeOptions['external'],
): void {
  for (const node of graph.nodes)
    w.message(1, (n) => {
      writeNode(n, node);
    });
  for (const [name, tensor] of graph.constants)
    w.message(5, (t) => {
      writeTensor(t, name, tensor, external);
    });
}

function writeOutputs(w: ProtobufWriter, graph: GraphView): void {
  for (const name of graph.outputs)
    w.message(12, (v) => {
      const info = graph.values.get(name);
      if (info) writeValue(v, name, info);
      // Types that were not inferred here are inferred by the runtime.
      else v.string(1, name);
    });
}

function writeNode(w: ProtobufWriter, node: GraphNode): void {
  for (const input of node.inputs) w.string(1, input);
  for (const output of node.outputs) w.string(2, output);
  w.string(3, node.name).string(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    w.message(5, (a) => {
      writeAttribute(a, name, attribute);
    });
  }
  if (node.domain !== '') w.string(7, node.domain);
}

function writeAttribute(w: ProtobufWriter, name: string, attribute: Attribute): void {
  w.string(1, name);
  switch (attribute.kind) {
    case 'float':
      w.float(2, attribute.value);
      break;
    case 'int':
      w.varint(3, attribute.value);
      break;
    case 'string':
      w.bytes(4, encodeUtf8(attribute.value));
      break;
    case 'tensor':
      w.message(5, (t) => {
        writeTensor(t, '', attribute.value);
      });
      break;
    case 'graph':
      w.message(6, (g) => {
        writeGraph(g, attribute.value);
      });
      break;
    case 'floats':
      for (const value of attribute.value) w.float(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) w.varint(8, value);
      break;
  }
  w.varint(20, ATTRIBUTE_TYPES[attribute.kind]);
}

function writeTensor(
  w: ProtobufWriter,
  name: string,
  tensor: Tensor,
  external?: EncodeOptions['external'],
): void {
  for (const dim of tensor.dims) w.varint(1, dim);
  w.varint(2, TYPE_NUMBERS[tensor.type]).string(8, name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (external === undefined || byteLength < LEAST_EXTERNAL) {
    w.bytes(9, bytes);
    return;
  }
  const location = `weights-${external.size}`;
  external.set(location, bytes);
  const place = { location, offset: '0', length: String(byteLength) };
  for (const [key, value] of Object.entries(place)) {
    w.message(13, (entry) => entry.string(1, key).string(2, value));
  }
  w.varint(14, EXTERNAL);
}

function writeValue(w: ProtobufWriter, name: string, info: ValueInfo): void {
  w.string(1, name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.varint(1, TYPE_NUMBERS[info.type]).message(2, (shape) => {
        for (const dim of info.dims) {
          shape.message(1, (d) => (typeof dim === 'number' ? d.varint(1, dim) : d.string(2, dim)));
        }
      });
    }),
  );
}

/** Place of a tensor's bytes in a file next to the model file. */
export interface ExternalData {
  /** Path relative to the model's folder, as in the file; not trusted. */
  readonly location: string;
  readonly offset: number;
  /** Number of bytes; `null` for the rest of the file. */
  readonly length: number | null;
}

/** Stored form of an initializer: little-endian values in the file itself or in another one. */
export interface StoredTensor {
  /** ONNX's number of the element type. */
  readonly elementType: number;
  readonly place: ExternalData | { readonly start: number; readonly length: number } | null;
}

export interface DecodeOptions {
  /** Reads the bytes of a tensor in an external file; `null` leaves it without values. */
  readonly external?: (reference: ExternalData) => Uint8Array | null;
  /** Receives the locations of the initializers; `null` if values are not contiguous. */
  readonly stored?: Map<string, StoredTensor>;
}

interface ReadContext extends DecodeOptions {
  readonly opset: number;
  readonly file: Uint8Array;
}

/** Parses an ONNX model. `path` is used only in errors. */
export function decodeModel(bytes: Uint8Array, path: string, options: DecodeOptions = {}): Graph {
  try {
    let opset = 0;
    let graphBytes: Uint8Array | undefined;
    const model = new ProtobufReader(bytes);
    model.forEachField((field, wire) => {
      if (field === 7) graphBytes = model.slice();
      else if (field === 8) {
        const { domain, version } = readOpset(model.slice());
        if (domain === '' || domain === 'ai.onnx') opset = version;
      } else model.skip(wire);
    });
    if (!graphBytes) throw new RangeError('no graph');
    return readGraph(graphBytes, { ...options, opset, file: bytes });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw modelError(path, problem('models.unreadableOnnx', { reason }), cause);
  }
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  const result = { domain: '', version: 0 };
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) result.domain = r.string();
    else if (field === 2) result.version = r.number();
    else r.skip(wire);
  });
  return result;
}

function readGraph(bytes: Uint8Array, context: ReadContext): Graph {
  const graph = new Graph(context.opset);
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) graph.nodes.push(readNode(r.slice(), context));
    else if (field === 5) {
      const { name, tensor, stored } = readTensor(r.slice(), context);
      graph.constant(name, tensor);
      context.stored?.set(name, stored);
    } else if (field === 11 || field === 12 || field === 13) {
      const { name, info } = readValue(r.slice());
      if (info) graph.values.set(name, info);
      if (field === 11) graph.inputs.push(name);
      if (field === 12) graph.outputs.push(name);
    } else if (field === 15) throw new RangeError('sparse weights');
    else r.skip(wire);
  });
  // Before IR version 4, initializers were also listed as inputs.
  const inputs = graph.inputs.filter((name) => !graph.constants.has(name));
  graph.inputs.splice(0, graph.inputs.length, ...inputs);
  return graph;
}

function readNode(bytes: Uint8Array, context: ReadContext): GraphNode {
  const node = { op: '', domain: '', name: '', inputs: [] as string[], outputs: [] as string[] };
  const attributes: Record<string, Attribute> = {};
  const metadata: Record<string, string> = {};
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) node.inputs.push(r.string());
    else if (field === 2) node.outputs.push(r.string());
    else if (field === 3) node.name = r.string();
    else if (field === 4) node.op = r.string();
    else if (field === 5) {
      const { name, attribute } = readAttribute(r.slice(), context);
      if (attribute) attributes[name] = attribute;
    } else if (field === 7) node.domain = r.string();
    else if (field === 9) {
      const { key, value } = readEntry(r.slice());
      metadata[key] = value;
    } else r.skip(wire);
  });
  if (node.domain === 'ai.onnx') node.domain = '';
  return { ...node, attributes, ...(Object.keys(metadata).length > 0 && { metadata }) };
}

/** A key and its value, in metadata and external references. */
function readEntry(bytes: Uint8Array): { key: string; value: string } {
  const entry = { key: '', value: '' };
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) entry.key = r.string();
    else if (field === 2) entry.value = r.string();
    else r.skip(wire);
  });
  return entry;
}

function readAttribute(
  bytes: Uint8Array,
  context: ReadContext,
): { name: string; attribute: Attribute | undefined } {
  let name = '';
  let type = 0;
  let single: Attribute | undefined;
  const floats: number[] = [];
  const ints: number[] = [];
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) name = r.string();
    else if (field === 2) single = { kind: 'float', value: r.float() };
    else if (field === 3) single = { kind: 'int', value: r.number() };
    else if (field === 4) single = { kind: 'string', value: decodeUtf8(r.slice()) };
    else if (field === 5) single = { kind: 'tensor', value: readTensor(r.slice(), context).tensor };
    else if (field === 6)
      single = { kind: 'graph', value: readGraph(r.slice(), withoutPlaces(context)) };
    else if (field === 7) floats.push(...repeated(r, wire, (packed) => packed.float()));
    else if (field === 8) ints.push(...repeated(r, wire, (packed) => packed.number()));
    else if (field === 20) type = r.number();
    else r.skip(wire);
  });
  if (type === ATTRIBUTE_TYPES.floats)
    return { name, attribute: { kind: 'floats', value: floats } };
  if (type === ATTRIBUTE_TYPES.ints) return { name, attribute: { kind: 'ints', value: ints } };
  return { name, attribute: single };
}

/** Only locations of the main graph's initializers are needed, not those of subgraphs. */
function withoutPlaces({ opset, file, external }: ReadContext): ReadContext {
  return { opset, file, ...(external && { external }) };
}

/** Next value of a repeated scalar field or, if packed, its next values. */
function repeated(
  r: ProtobufReader,
  wire: number,
  read: (from: ProtobufReader) => number,
): number[] {
  if (wire !== WIRE.bytes) return [read(r)];
  const bytes = r.slice();
  const packed = new ProtobufReader(bytes);
  const values: number[] = [];
  while (!packed.done) values.push(read(packed));
  return values;
}

function readTensor(
  bytes: Uint8Array,
  context: ReadContext,
): { name: string; tensor: Tensor; stored: StoredTensor } {
  const dims: number[] = [];
  let name = '';
  let elementType = 0;
  let raw: Uint8Array | undefined;
  let packedFloats: Uint8Array | undefined;
  const numbers: number[] = [];
  const integers: bigint[] = [];
  const external = new Map<string, string>();
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) dims.push(...repeated(r, wire, (packed) => packed.number()));
    else if (field === 2) elementType = r.number();
    else if (field === 4 && wire === WIRE.bytes) packedFloats = r.slice();
    else if (field === 4) numbers.push(r.float());
    else if (field === 5) numbers.push(...repeated(r, wire, (packed) => packed.number()));
    else if (field === 7) {
      if (wire !== WIRE.bytes) integers.push(r.varint());
      else {
        const packed = new ProtobufReader(r.slice());
        while (!packed.done) integers.push(packed.varint());
      }
    } else if (field === 8) name = r.string();
    else if (field === 9) raw = r.slice();
    else if (field === 10) numbers.push(...repeated(r, wire, (packed) => packed.double()));
    else if (field === 13) {
      const { key, value } = readEntry(r.slice());
      external.set(key, value);
    } else r.skip(wire);
  });
  const type = TYPES.get(elementType);
  if (!type) throw new RangeError(`tensor ${name} has an unsupported type`);
  if (external.size > 0) {
    const place = externalData(external);
    const found = context.external?.(place);
    if (found === undefined) throw new RangeError(`tensor ${name} is stored in another file`);
    const tensor =
      found === null
        ? { ...makeTensor(type, [0], new Uint8Array(0)), dims }
        : makeTensor(type, dims, widened(found, elementType));
    return { name, tensor, stored: { elementType, place } };
  }
  const whole = raw ?? packedFloats;
  const place = whole
    ? { start: whole.byteOffset - context.file.byteOffset, length: whole.byteLength }
    : null;
  const source = whole ? widened(whole, elementType) : { numbers, integers };
  return { name, tensor: makeTensor(type, dims, source), stored: { elementType, place } };
}

function externalData(entries: ReadonlyMap<string, string>): ExternalData {
  const length = entries.get('length');
  return {
    location: entries.get('location') ?? '',
    offset: Number(entries.get('offset') ?? 0),
    length: length === undefined ? null : Number(length),
  };
}

/** Converts bytes of floating-point values to float32; other types are unchanged. */
function widened(bytes: Uint8Array, elementType: number): Uint8Array {
  if (!READ_AS_FLOAT32.includes(elementType)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = elementType === DOUBLE ? 8 : 2;
  const values = Float32Array.from({ length: bytes.byteLength / width }, (_, i) =>
    elementType === DOUBLE ? view.getFloat64(i * width, true) : bfloat16(view, i * width),
  );
  return new Uint8Array(values.buffer);
}

/** A bfloat16 is the upper half of a float32. */
function bfloat16(view: DataView, at: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint16(2, view.getUint16(at, true), true);
  return bits.getFloat32(0, true);
}

const ARRAYS = {
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  bool: Uint8Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
} as const;

function makeTensor(
  type: TensorType,
  dims: readonly number[],
  source: Uint8Array | { numbers: number[]; integers: bigint[] },
): Tensor {
  const create = ARRAYS[type];
  let data: TensorDataByType[TensorType];
  if (source instanceof Uint8Array) {
    const aligned =
      source.byteOffset % create.BYTES_PER_ELEMENT === 0 ? source : new Uint8Array(source);
    data = new create(
      aligned.buffer as ArrayBuffer,
      aligned.byteOffset,
      aligned.byteLength / create.BYTES_PER_ELEMENT,
    );
  } else if (type === 'int64') {
    data = BigInt64Array.from(source.integers);
  } else {
    data = (create as { from(values: number[]): TensorDataByType[TensorType] }).from(
      source.numbers,
    );
  }
  if (data.length !== dims.reduce((a, b) => a * b, 1)) {
    throw new RangeError(`a tensor of ${data.length} values has dims [${dims.join(', ')}]`);
  }
  return { type, dims, data } as Tensor;
}

function readValue(bytes: Uint8Array): { name: string; info: ValueInfo | undefined } {
  let name = '';
  let info: ValueInfo | undefined;
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) name = r.string();
    else if (field === 2) {
      const outer = new ProtobufReader(r.slice());
      outer.forEachField((kind, outerWire) => {
        if (kind === 1) info = readTensorType(outer.slice());
        else outer.skip(outerWire);
      });
    } else r.skip(wire);
  });
  return { name, info };
}

function readTensorType(bytes: Uint8Array): ValueInfo | undefined {
  let type: TensorType | undefined;
  const dims: Dimension[] = [];
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) type = TYPES.get(r.number());
    else if (field === 2) {
      const shape = new ProtobufReader(r.slice());
      shape.forEachField((kind, shapeWire) => {
        if (kind === 1) dims.push(readDimension(shape.slice()));
        else shape.skip(shapeWire);
      });
    } else r.skip(wire);
  });
  return type && { type, dims };
}

function readDimension(bytes: Uint8Array): Dimension {
  let dim: Dimension = 'unknown';
  const r = new ProtobufReader(bytes);
  r.forEachField((field, wire) => {
    if (field === 1) dim = r.number();
    else if (field === 2) dim = r.string();
    else r.skip(wire);
  });
  return dim;
}
