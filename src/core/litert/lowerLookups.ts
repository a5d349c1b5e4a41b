import { intAttribute } from '../graph/attributes.js';
import { normalizeAxis } from '../graph/node.js';
import { uniformValue } from '../models/import/simplify.js';
import type { Tensor } from '../ports.js';
import type { Lowering } from './lowering.js';
import type { SubgraphBuilder } from './subgraphBuilder.js';
import { canBeIntegers } from './weightPool.js';

const gather: Lowering = (builder, node) => {
  const [x = '', indices = ''] = node.inputs;
  const source = builder.dims(x);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), source.length);
  const dims = builder.dims(node.outputs[0]!);
  const at = builder.numbers(indices);
  const places = at ? positive(builder, at, source[axis]!) : builder.value(indices);
  const table = builder.numbers(x);
  if (builder.integers && table && axis === 0 && canBeIntegers(table)) {
    builder.set(node, embedding(builder, table, places, dims));
    return true;
  }
  const type = builder.typeOf(x);
  const inputs = [builder.value(x), places];
  const version = type === 'bool' ? 3 : 1;
  builder.set(node, builder.emit('GATHER', inputs, { dims, type, version, options: [axis] }));
  return true;
};

/**
 * Rows of 8-bit integers times the scale of each. No built-in lookup applies scales by row in all
 * runtimes.
 */
function embedding(
  builder: SubgraphBuilder,
  table: Tensor,
  places: number,
  dims: readonly number[],
): number {
  const { integers, scales } = builder.rowsOfIntegers(table);
  const rows = builder.emit('GATHER', [integers, places], { dims, type: 'int8', version: 2 });
  const floats = builder.emit('CAST', [rows], { dims, options: [9, 0] });
  const factors = builder.emit('GATHER', [scales, places], { dims: [...dims.slice(0, -1), 1] });
  return builder.emit('MUL', [floats, factors], { dims });
}

/** Constant indices counted from the front. */
function positive(builder: SubgraphBuilder, { dims, data }: Tensor, size: number): number {
  const numbers = Array.from(data, Number).map((index) => (index < 0 ? index + size : index));
  return builder.integersOf(numbers, dims);
}

/** Constant indices of elements or rows, as a lookup in the flattened value. */
const gatherND: Lowering = (builder, node) => {
  const [x = '', indices = ''] = node.inputs;
  const at = builder.numbers(indices);
  if (!at || intAttribute(node, 'batch_dims', 0) !== 0) return false;
  const source = builder.dims(x);
  const width = at.dims.at(-1)!;
  const leading = source.slice(0, width);
  const numbers = Array.from(at.data, Number);
  const flat = Array.from({ length: numbers.length / width }, (_, row) =>
    leading.reduce((sum, size, axis) => {
      const index = numbers[row * width + axis]!;
      return sum * size + (index < 0 ? index + size : index);
    }, 0),
  );
  const rows = [product(leading), ...source.slice(width)];
  const places = builder.integersOf(flat, at.dims.slice(0, -1));
  const type = builder.typeOf(x);
  const value = builder.reshape(builder.value(x), rows);
  const dims = builder.dims(node.outputs[0]!);
  const version = type === 'bool' ? 3 : 1;
  builder.set(node, builder.emit('GATHER', [value, places], { dims, type, version }));
  return true;
};

/**
 * Elements along an axis. There is no built-in operator for it; covered are values that are the same
 * everywhere, values with one axis only, and constant indices.
 */
const gatherElements: Lowering = (builder, node) => {
  const [x = '', indices = ''] = node.inputs;
  const source = builder.dims(x);
  const dims = builder.dims(node.outputs[0]!);
  const type = builder.typeOf(x);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), source.length);
  const constant = uniformValue(builder.numbers(x));
  if (constant !== undefined && type !== 'bool') {
    const data = new Float32Array(product(dims)).fill(constant);
    const filled =
      type === 'float32' ? builder.floats(data, dims) : builder.integersOf([...data], dims);
    builder.set(node, filled);
    return true;
  }
  const at = builder.numbers(indices);
  const isVector = source.every((size, i) => size === 1 || i === axis);
  if (!at && !isVector) return false;
  const places = at
    ? builder.once(at, `${axis} of ${source.join('x')}`, () =>
        flatIndices(builder, at, source, axis),
      )
    : builder.value(indices);
  const value = builder.reshape(builder.value(x), [product(source)]);
  builder.set(node, builder.emit('GATHER', [value, places], { dims, type }));
  return true;
};

function flatIndices(
  builder: SubgraphBuilder,
  { dims, data }: Tensor,
  source: readonly number[],
  axis: number,
): number {
  const size = source[axis]!;
  const strides = source.map((_, i) => product(source.slice(i + 1)));
  const inner = dims.map((_, i) => product(dims.slice(i + 1)));
  const flat = Array.from(data, Number).map((index, place) => {
    return dims.reduce((sum, count, i) => {
      const own =
        i === axis ? (index < 0 ? index + size : index) : Math.floor(place / inner[i]!) % count;
      return sum + own * strides[i]!;
    }, 0);
  });
  return builder.integersOf(flat, dims);
}

function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

export const LOOKUPS = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
} as const satisfies Readonly<Record<string, Lowering>>;
