import { AppError } from '../errors.js';
import { decodeUtf8, encodeUtf8 } from '../graph/protobuf.js';
import * as z from 'zod';
import { floatsToHalves, halvesToFloats } from './halfPrecision.js';
import type { ParameterTensor } from './model.js';

/** https://huggingface.co/docs/safetensors: u64 header length, JSON header, raw tensors. */
const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads every floating-point tensor of a safetensors file, widened to float32 (F32, F16, BF16);
 * integer tensors, which are buffers and no weights, are left out.
 *
 * @throws AppError `Model` that names `path` and what is wrong with it.
 */
export function readSafetensors(bytes: Uint8Array, path: string): Map<string, ParameterTensor> {
  const broken = (reason: string, cause?: unknown): AppError => {
    const problem = `not a readable safetensors file (${reason})`;
    const remedy = 'Download or copy the file again.';
    return new AppError({ code: 'Model', details: { path, problem, remedy } }, { cause });
  };
  if (bytes.length < 8) throw broken('it is too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > MAX_HEADER_BYTES || 8 + headerLength > bytes.length) {
    throw broken('its header is cut off');
  }
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(decodeUtf8(bytes.subarray(8, 8 + headerLength))) as Record<string, unknown>;
  } catch (cause) {
    throw broken('its header is no JSON', cause);
  }
  const entries = Object.entries(json).filter(([name]) => name !== '__metadata__');
  const header = headerSchema.safeParse(Object.fromEntries(entries));
  if (!header.success) throw broken('its header is malformed', header.error);

  const data = bytes.subarray(8 + headerLength);
  const tensors = new Map<string, ParameterTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header.data)) {
    const [start, end] = offsets;
    const count = shape.reduce((a, b) => a * b, 1);
    const width = dtype === 'F32' ? 4 : dtype === 'F16' || dtype === 'BF16' ? 2 : 0;
    if (end > data.length || end < start) throw broken(`tensor ${name} is cut off`);
    if (width === 0) {
      if (/^(I|U|BOOL)/.test(dtype)) continue;
      throw broken(`tensor ${name} has type ${dtype}, known are F32, F16 and BF16`);
    }
    if (end - start !== count * width) throw broken(`tensor ${name} has the wrong size`);
    // Copied, because offsets in the file need not be aligned (a Buffer's `slice` copies nothing).
    const raw = new Uint8Array(data.subarray(start, end));
    tensors.set(name, { dims: shape, data: widen(raw.buffer, dtype) });
  }
  return tensors;
}

function widen(raw: ArrayBuffer, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(raw);
  const halves = new Uint16Array(raw);
  if (dtype === 'F16') return halvesToFloats(halves);
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

export interface WriteSafetensorsOptions {
  /** Stores values rounded to float16. */
  readonly halfPrecision?: boolean;
}

/** Serializes tensors in the order of the map. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, ParameterTensor>,
  { halfPrecision = false }: WriteSafetensorsOptions = {},
): Uint8Array {
  const width = halfPrecision ? 2 : 4;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { dims, data }] of tensors) {
    const end = offset + data.length * width;
    header[name] = {
      dtype: halfPrecision ? 'F16' : 'F32',
      shape: dims,
      data_offsets: [offset, end],
    };
    offset = end;
  }
  let json = JSON.stringify(header);
  json = json.padEnd(Math.ceil(json.length / 8) * 8);
  const headerBytes = encodeUtf8(json);
  const file = new Uint8Array(8 + headerBytes.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let at = 8 + headerBytes.length;
  for (const { data } of tensors.values()) {
    const values = halfPrecision ? floatsToHalves(data) : data;
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}
