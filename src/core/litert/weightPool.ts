import { contentKey, sameContent } from '../graph/tensorContent.js';
import { isQuantizable, quantizeRows } from '../models/weights/quantization.js';
import type { Tensor } from '../ports.js';
import type { LitertBuffer } from './litertModel.js';

/** Storage of a constant. `integers` are 8-bit with one scale per row. */
export interface StorageForm {
  /** Whether the rows become columns; of matrices only. */
  readonly transposed?: boolean;
  readonly integers?: boolean;
}

export interface StoredConstant {
  readonly buffer: number;
  readonly dims: readonly number[];
  /** Of integers. */
  readonly scales?: Float32Array;
}

type Floats = Extract<Tensor, { type: 'float32' }>;

const EMPTY: LitertBuffer = { byteLength: 0, bytes: () => new Uint8Array() };

/** Buffers of a model. Constants of the same content share one, within and across subgraphs. */
export class WeightPool {
  readonly buffers: LitertBuffer[] = [EMPTY];
  private readonly sources = new Map<ArrayBufferView, Tensor>();
  private readonly byContent = new Map<string, Tensor[]>();
  private readonly stored = new Map<Tensor, Map<string, StoredConstant>>();
  /** Buffers by the data that they hold unchanged, whatever its dims. */
  private readonly plain = new Map<ArrayBufferView, number>();

  add(tensor: Tensor, form: StorageForm = {}): StoredConstant {
    const source = this.shared(tensor);
    const known = this.stored.get(source) ?? new Map<string, StoredConstant>();
    this.stored.set(source, known);
    const key = `${form.transposed === true}:${form.integers === true}`;
    const before = known.get(key);
    if (before) return { ...before, dims: storedDims(tensor, form) };
    const made = this.store(source, form);
    known.set(key, made);
    return made;
  }

  /** The first tensor of the same content, which the caller's is one with. */
  private shared(tensor: Tensor): Tensor {
    const before = this.sources.get(tensor.data);
    if (before?.dims.join() === tensor.dims.join()) return before;
    const key = contentKey(tensor);
    const alike = this.byContent.get(key) ?? [];
    const same = alike.find((other) => sameContent(other, tensor));
    if (!same) this.byContent.set(key, [...alike, tensor]);
    const source = same ?? tensor;
    this.sources.set(tensor.data, source);
    return source;
  }

  private store(tensor: Tensor, form: StorageForm): StoredConstant {
    const dims = storedDims(tensor, form);
    if (form.integers === true) {
      const { values, scales } = quantizeRows({ dims, data: floatsOf(tensor, form) });
      return { buffer: this.push(values.byteLength, () => bytesOf(values)), dims, scales };
    }
    if (form.transposed === true) {
      const { byteLength } = tensor.data;
      return { buffer: this.push(byteLength, () => bytesOf(floatsOf(tensor, form))), dims };
    }
    const known = this.plain.get(tensor.data);
    if (known !== undefined) return { buffer: known, dims };
    const { data } = tensor.type === 'int64' ? narrowed(tensor) : tensor;
    const buffer = this.push(data.byteLength, () => bytesOf(data));
    this.plain.set(tensor.data, buffer);
    return { buffer, dims };
  }

  private push(byteLength: number, bytes: () => Uint8Array): number {
    this.buffers.push({ byteLength, bytes });
    return this.buffers.length - 1;
  }
}

/** Whether a constant is stored as integers if the model is to be small. */
export function canBeIntegers({ type, dims }: Tensor): boolean {
  return type === 'float32' && isQuantizable({ dims });
}

function storedDims({ dims }: Tensor, { transposed }: StorageForm): readonly number[] {
  return transposed === true ? dims.toReversed() : dims;
}

function floatsOf(tensor: Tensor, { transposed }: StorageForm): Float32Array {
  const { dims, data } = tensor as Floats;
  if (transposed !== true) return data;
  const [rows = 1, columns = 1] = dims;
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column]!;
    }
  }
  return turned;
}

/** Integers are 32 bits wide, as inputs are. */
function narrowed({ dims, data }: Extract<Tensor, { type: 'int64' }>): Tensor {
  const numbers = Int32Array.from(data, (value) =>
    Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(value))),
  );
  return { type: 'int32', dims, data: numbers };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
