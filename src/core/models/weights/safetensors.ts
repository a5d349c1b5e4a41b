import { modelError, type AppError } from '../../errors.js';
import { parseJsonText } from '../../jsonText.js';
import { message, problem, type Message } from '../../messages/message.js';
import { decodeUtf8, encodeUtf8 } from '../../graph/protobuf.js';
import * as z from 'zod';
import { floatsToHalves, halvesToFloats } from './halfPrecision.js';
import type { CompactValues, ParameterTensor } from '../model.js';

/** https://huggingface.co/docs/safetensors: u64 header length, JSON header, raw tensors. */
const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/** Limit of the format. */
const MAX_HEADER_BYTES = 100_000_000;

/** A tensor in a file: little-endian, row-major. */
export interface StoredTensor {
  /** Type name in the format, such as `F32`. */
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
  /** One for each row of a matrix of 8-bit integers that holds weights: value = integer × scale. */
  readonly scales?: Float32Array;
}

/** Bytes per value of the types of weights and buffers. */
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2 },
  ...{ I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 },
};

/** Location of a tensor in a file, relative to the end of the header. */
export interface TensorPlace extends Omit<StoredTensor, 'bytes'> {
  readonly start: number;
  readonly end: number;
}

/** Length of the header, from the first bytes of a file, without the 8 bytes before it. */
export function headerLength(bytes: Uint8Array, path: string): number {
  if (bytes.length < 8) throw broken(path, message('models.fileTooShort'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw broken(path, message('models.headerCutOff'));
  return length;
}

/**
 * Reads the header of a safetensors file.
 *
 * @throws AppError `Model` with `path` and the reason.
 */
export function parseHeader(
  bytes: Uint8Array,
  { path, dataLength }: { path: string; dataLength: number },
): Map<string, TensorPlace> {
  let json: Record<string, unknown>;
  try {
    json = parseJsonText(decodeUtf8(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw broken(path, message('models.headerNotJson'), cause);
  }
  const entries = Object.entries(json).filter(([name]) => name !== '__metadata__');
  const header = headerSchema.safeParse(Object.fromEntries(entries));
  if (!header.success) throw broken(path, message('models.headerMalformed'), header.error);
  const places = new Map<string, TensorPlace>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header.data)) {
    const [start, end] = offsets;
    const width = WIDTHS[dtype];
    if (end > dataLength || end < start) {
      throw broken(path, message('models.tensorCutOff', { name }));
    }
    if (width === undefined) {
      throw broken(path, message('models.tensorType', { name, type: dtype }));
    }
    if (end - start !== shape.reduce((a, b) => a * b, width)) {
      throw broken(path, message('models.tensorSize', { name }));
    }
    places.set(name, { dtype, dims: shape, start, end });
  }
  refuseOverlaps(places, path);
  return places;
}

/** Tensors that share bytes would be read as often as they are named, into much more memory. */
function refuseOverlaps(places: ReadonlyMap<string, TensorPlace>, path: string): void {
  let last = 0;
  for (const [name, { start, end }] of [...places].sort(([, a], [, b]) => a.start - b.start)) {
    if (start < last && end > start) throw broken(path, message('models.tensorOverlaps', { name }));
    last = Math.max(last, end);
  }
}

function broken(path: string, reason: Message, cause?: unknown): AppError {
  return modelError(path, problem('models.unreadableWeights', { reason }), cause);
}

/**
 * Reads all floating-point tensors of a safetensors file as float32; integer tensors are buffers
 * and are ignored. Throws `Model` like `parseHeader`.
 */
export function readSafetensors(bytes: Uint8Array, path: string): Map<string, ParameterTensor> {
  const length = headerLength(bytes, path);
  if (8 + length > bytes.length) throw broken(path, message('models.headerCutOff'));
  const data = bytes.subarray(8 + length);
  const header = bytes.subarray(8, 8 + length);
  const tensors = new Map<string, ParameterTensor>();
  for (const [name, place] of parseHeader(header, { path, dataLength: data.length })) {
    const { dtype, dims, start, end } = place;
    // Copied, because offsets in the file need not be aligned (a Buffer's `slice` does not copy).
    const copy = new Uint8Array(data.subarray(start, end));
    if (dtype.includes('F')) tensors.set(name, widenTensor({ dtype, dims, bytes: copy }));
  }
  return tensors;
}

/**
 * Values as float32, sharing the memory of aligned float32; those in fewer bytes are widened when
 * they are asked for. Throws a `RangeError` for integers without scales.
 */
export function widenTensor({ dtype, dims, bytes, scales }: StoredTensor): ParameterTensor {
  const { buffer, byteOffset, byteLength } = bytes;
  const aligned = byteOffset % 8 === 0 && buffer instanceof ArrayBuffer;
  const raw = (aligned ? bytes : new Uint8Array(bytes)).buffer as ArrayBuffer;
  const start = aligned ? byteOffset : 0;
  if (dtype === 'I8' && scales !== undefined) {
    return compactTensor(dims, {
      type: 'int8',
      values: new Int8Array(raw, start, byteLength),
      scales,
    });
  }
  if (dtype === 'F16') {
    const values = new Uint16Array(raw, start, byteLength / 2);
    return compactTensor(dims, { type: 'float16', values });
  }
  return { dims, data: widen(raw, start, byteLength, dtype) };
}

function compactTensor(dims: readonly number[], compact: CompactValues): ParameterTensor {
  let data: Float32Array | undefined;
  return {
    dims,
    get compact() {
      return data === undefined ? compact : undefined;
    },
    get data() {
      data ??=
        compact.type === 'int8'
          ? scaleRows(compact.values, compact.scales)
          : halvesToFloats(compact.values);
      return data;
    },
  };
}

/** Integers times the scale of their row, row-major. */
export function scaleRows(values: Int8Array, scales: Float32Array): Float32Array {
  const width = values.length / scales.length;
  const data = new Float32Array(values.length);
  for (let row = 0, i = 0; row < scales.length; row++) {
    const scale = scales[row]!;
    for (const end = i + width; i < end; i++) data[i] = values[i]! * scale;
  }
  return data;
}

/** Stored values, sharing their memory. */
export function storedFloats({ dims, data }: ParameterTensor): StoredTensor {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype: 'F32', dims, bytes };
}

function widen(
  buffer: ArrayBuffer,
  start: number,
  byteLength: number,
  dtype: string,
): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer, start, byteLength / 4);
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer, start, byteLength / 8));
  if (dtype !== 'BF16') throw new RangeError(`${dtype} is not a type of weights`);
  const halves = new Uint16Array(buffer, start, byteLength / 2);
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

export interface WriteSafetensorsOptions {
  /** Stores float32 values rounded to float16. */
  readonly halfPrecision?: boolean;
  /** Entries of the header's metadata, in addition to the format's. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Serializes tensors in the order of the map. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, ParameterTensor | StoredTensor>,
  options: WriteSafetensorsOptions = {},
): Uint8Array {
  const parts = [...safetensorsParts(tensors, options)];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Serializes tensors in parts, only one of which needs to be in memory. */
export function* safetensorsParts(
  tensors: ReadonlyMap<string, ParameterTensor | StoredTensor>,
  { halfPrecision = false, metadata = {} }: WriteSafetensorsOptions = {},
): Generator<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  const stored = [...tensors].map(([name, tensor]) => {
    const asStored = 'data' in tensor ? storedFloats(tensor) : tensor;
    return { name, tensor: asStored, halved: halfPrecision && asStored.dtype === 'F32' };
  });
  let offset = 0;
  for (const { name, tensor, halved } of stored) {
    const end = offset + tensor.bytes.length / (halved ? 2 : 1);
    const dtype = halved ? 'F16' : tensor.dtype;
    header[name] = { dtype, shape: tensor.dims, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(header);
  const headerBytes = encodeUtf8(json.padEnd(Math.ceil(json.length / 8) * 8));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  yield size;
  yield headerBytes;
  for (const { tensor, halved } of stored) {
    yield halved ? new Uint8Array(floatsToHalves(widenTensor(tensor).data).buffer) : tensor.bytes;
  }
}
