import { floatsToHalves } from '../weights/halfPrecision.js';
import type { ParameterTensor } from '../model.js';
import type { StoredTensor } from '../../graph/onnx.js';
import { graphError } from '../../graph/node.js';
import { transposeMatrix } from './findParameters.js';
import type { ParameterBinding } from './specialize.js';

/** Bytes that replace others in a file. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface WrittenExport {
  /** Complete model file. */
  readonly bytes: Uint8Array;
  /** Changes in external data files, by location. */
  readonly external: ReadonlyMap<string, readonly Patch[]>;
}

/**
 * Writes new values into the trained initializers of a file. Nothing else changes, so the file runs
 * wherever the original does.
 */
export function writeBack(options: {
  readonly file: Uint8Array;
  readonly stored: ReadonlyMap<string, StoredTensor>;
  readonly bindings: ReadonlyMap<string, ParameterBinding>;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
}): WrittenExport {
  const { file, stored, bindings, parameters } = options;
  const bytes = new Uint8Array(file);
  const external = new Map<string, Patch[]>();
  for (const [initializer, binding] of bindings) {
    const values = storedValues(binding, parameters);
    const entry = stored.get(initializer);
    if (!values) continue;
    const encoded = entry && encodeValues(values, entry.elementType);
    if (!encoded || !entry.place) {
      throw graphError(initializer, 'a tensor with contiguous values', 'another form');
    }
    if ('start' in entry.place) bytes.set(encoded, entry.place.start);
    else {
      const { location, offset } = entry.place;
      external.set(location, [...(external.get(location) ?? []), { offset, bytes: encoded }]);
    }
  }
  return { bytes, external };
}

/** Values of an initializer, or `null` if one of its parameters is missing. */
export function storedValues(
  binding: ParameterBinding,
  parameters: ReadonlyMap<string, ParameterTensor>,
): Float32Array | null {
  const parts: Float32Array[] = [];
  for (const { parameter, transposed } of binding) {
    const tensor = parameters.get(parameter);
    if (!tensor) return null;
    const [rows = 1, columns = 1] = tensor.dims;
    parts.push(transposed ? transposeMatrix(tensor.data, rows, columns) : tensor.data);
  }
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Encodes values as ONNX stores them: float32, float16, float64 or bfloat16. */
export function encodeValues(values: Float32Array, elementType: number): Uint8Array | null {
  switch (elementType) {
    case 1:
      return asBytes(values);
    case 10:
      return asBytes(floatsToHalves(values));
    case 11:
      return asBytes(Float64Array.from(values));
    case 16:
      return asBytes(roundToBfloat16(values));
    default:
      return null;
  }
}

function asBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Upper half of each float32, rounded to nearest, ties to even. */
function roundToBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (x) => (x + 0x7fff + ((x >>> 16) & 1)) >>> 16);
}
