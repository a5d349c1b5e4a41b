import { modelError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { ParameterTensor } from '../model.js';
import { storedFloats, widenTensor, type StoredTensor } from './safetensors.js';

/**
 * Weights as 8-bit integers, symmetric, with a scale a row: value = integer × scale. Rows are
 * outputs of a projection, or tokens of an embedding. In safetensors the scales stand beside the
 * integers, under the name with `_scale` behind it and with one column, as compressed-tensors has
 * them; `config.json` then says so in `quantization_config`.
 */
export interface QuantizedTensor {
  readonly dims: readonly number[];
  readonly values: Int8Array;
  /** One a row. */
  readonly scales: Float32Array;
}

const LARGEST = 127;
const SCALE = '_scale';

/** What a `config.json` says of weights that are stored so. */
export const QUANTIZATION_CONFIG = {
  quant_method: 'compressed-tensors',
  format: 'int-quantized',
  quantization_status: 'compressed',
  config_groups: {
    group_0: {
      targets: ['Linear', 'Embedding'],
      weights: { num_bits: 8, type: 'int', symmetric: true, strategy: 'channel' },
    },
  },
} as const;

/** Rounds a matrix to integers, each row by its largest value. */
export function quantizeRows({ dims, data }: ParameterTensor): QuantizedTensor {
  const [rows = 1] = dims;
  const width = data.length / rows;
  const values = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    let largest = 0;
    for (let i = from; i < from + width; i++) largest = Math.max(largest, Math.abs(data[i]!));
    // A row of zeros has any scale.
    const scale = Math.fround(largest / LARGEST) || 1;
    scales[row] = scale;
    for (let i = from; i < from + width; i++) {
      values[i] = Math.max(-LARGEST, Math.min(LARGEST, Math.round(data[i]! / scale)));
    }
  }
  return { dims, values, scales };
}

export function dequantizeRows({ dims, values, scales }: QuantizedTensor): ParameterTensor {
  const width = values.length / scales.length;
  const data = new Float32Array(values.length);
  for (let row = 0, i = 0; row < scales.length; row++) {
    const scale = scales[row]!;
    for (const end = i + width; i < end; i++) data[i] = values[i]! * scale;
  }
  return { dims, data };
}

/** Matrices are worth it; biases and norms are few and need their precision. */
export function isQuantizable({ dims }: { readonly dims: readonly number[] }): boolean {
  return dims.length === 2;
}

/** The tensors of a safetensors file with its float32 matrices as integers. */
export function quantizedTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
): Map<string, StoredTensor> {
  const quantized = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (tensor.dtype !== 'F32' || !isQuantizable(tensor)) {
      quantized.set(name, tensor);
      continue;
    }
    const { dims, values, scales } = quantizeRows(widenTensor(tensor));
    quantized.set(name, { dtype: 'I8', dims, bytes: new Uint8Array(values.buffer) });
    quantized.set(name + SCALE, storedFloats({ dims: [scales.length, 1], data: scales }));
  }
  return quantized;
}

/**
 * The same tensors with those that are stored as integers as float32; all others stay as they are.
 * Throws `Model` that names `path` where scales do not fit their integers.
 */
export function dequantizedTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  path: string,
): Map<string, StoredTensor> {
  const widened = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (name.endsWith(SCALE) && tensors.get(name.slice(0, -SCALE.length))?.dtype === 'I8') continue;
    const scale = tensor.dtype === 'I8' ? tensors.get(name + SCALE) : undefined;
    if (scale === undefined) {
      widened.set(name, tensor);
      continue;
    }
    const { dims, bytes } = tensor;
    const { data: scales } = widenTensor(scale);
    if (scales.length !== dims[0]) {
      const counts = { rows: dims[0] ?? 0, scales: scales.length };
      throw modelError(path, problem('models.scaleCount', { name, ...counts }));
    }
    const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    widened.set(name, storedFloats(dequantizeRows({ dims, values, scales })));
  }
  return widened;
}
