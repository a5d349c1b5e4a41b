import { modelError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { ParameterTensor } from '../model.js';
import { storedFloats, widenTensor, type StoredTensor } from './safetensors.js';

/**
 * Weights as symmetric 8-bit integers with one scale per row: value = integer × scale. Rows are
 * outputs of a projection, or tokens of an embedding. In safetensors, the scales are a one-column
 * tensor with the suffix `_scale`, as in compressed-tensors; `config.json` then has a
 * `quantization_config`.
 */
export interface QuantizedTensor {
  readonly dims: readonly number[];
  readonly values: Int8Array;
  /** One per row. */
  readonly scales: Float32Array;
}

const SCALE = '_scale';

/** `quantization_config` for weights in this format. */
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

/** Rounds a matrix to signed integers of so many bits, scaling each row by its largest value. */
export function quantizeRows({ dims, data }: ParameterTensor, bits: 7 | 8 = 8): QuantizedTensor {
  const most = 2 ** (bits - 1) - 1;
  const [rows = 1] = dims;
  const width = data.length / rows;
  const values = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    let largest = 0;
    for (let i = from; i < from + width; i++) largest = Math.max(largest, Math.abs(data[i]!));
    // The scale of a row of zeros is arbitrary.
    const scale = Math.fround(largest / most) || 1;
    scales[row] = scale;
    for (let i = from; i < from + width; i++) {
      values[i] = Math.max(-most, Math.min(most, Math.round(data[i]! / scale)));
    }
  }
  return { dims, values, scales };
}

/** Only matrices are quantized; biases and norms are small and need their precision. */
export function isQuantizable({ dims }: { readonly dims: readonly number[] }): boolean {
  return dims.length === 2;
}

/** Matrices, and kernels of convolutions, which only imported graphs have. */
export function isReducible({ dims }: { readonly dims: readonly number[] }): boolean {
  return isQuantizable({ dims }) || (dims.length > 2 && dims[0]! > 1);
}

/** Quantizes the float32 matrices among the tensors of a safetensors file. */
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
 * Joins matrices of integers with their scales; other tensors are unchanged. Throws `Model` if scales
 * do not match their integers.
 */
export function joinScales(
  tensors: ReadonlyMap<string, StoredTensor>,
  path: string,
): Map<string, StoredTensor> {
  const joined = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (name.endsWith(SCALE) && tensors.get(name.slice(0, -SCALE.length))?.dtype === 'I8') continue;
    const scale = tensor.dtype === 'I8' ? tensors.get(name + SCALE) : undefined;
    if (scale === undefined) {
      joined.set(name, tensor);
      continue;
    }
    const { data: scales } = widenTensor(scale);
    const [rows = 0] = tensor.dims;
    if (scales.length !== rows) {
      throw modelError(path, problem('models.scaleCount', { name, rows, scales: scales.length }));
    }
    joined.set(name, { ...tensor, scales });
  }
  return joined;
}
