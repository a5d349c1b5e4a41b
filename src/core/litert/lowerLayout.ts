import { intAttribute, intsAttribute, stringAttribute } from '../graph/attributes.js';
import { normalizeAxis, type GraphNode } from '../graph/node.js';
import type { Lowering } from './lowering.js';
import type { SubgraphBuilder } from './subgraphBuilder.js';

/** Other dims of the same numbers: Reshape, Flatten, Squeeze, Unsqueeze. */
const reshape: Lowering = (builder, node) => {
  const x = builder.value(node.inputs[0]!);
  builder.set(node, builder.reshape(x, builder.dims(node.outputs[0]!)));
  return true;
};

const transpose: Lowering = (builder, node) => {
  const [x = ''] = node.inputs;
  const rank = builder.dims(x).length;
  const perm = intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  builder.set(node, builder.transpose(builder.value(x), perm));
  return true;
};

const concat: Lowering = (builder, node) => {
  const dims = builder.dims(node.outputs[0]!);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
  const inputs = node.inputs.map((input) => builder.value(input));
  const type = builder.typeOf(node.outputs[0]!);
  builder.set(node, builder.emit('CONCATENATION', inputs, { dims, type, options: [axis] }));
  return true;
};

/** Parts as slices, whatever their sizes. */
const split: Lowering = (builder, node) => {
  const [x = ''] = node.inputs;
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), builder.dims(x).length);
  let from = 0;
  for (const [i, output] of node.outputs.entries()) {
    const dims = builder.dims(output);
    const begin = dims.map((_, at) => (at === axis ? from : 0));
    builder.set(node, sliced(builder, x, begin, dims), i);
    from += dims[axis]!;
  }
  return true;
};

function sliced(
  builder: SubgraphBuilder,
  x: string,
  begin: readonly number[],
  dims: readonly number[],
): number {
  return builder.emit(
    'SLICE',
    [builder.value(x), builder.integersOf(begin), builder.integersOf(dims)],
    { dims, type: builder.typeOf(x), version: dims.length > 4 ? 5 : 1 },
  );
}

const slice: Lowering = (builder, node) => {
  const [x = ''] = node.inputs;
  const [starts, , axes, steps] = node.inputs
    .slice(1)
    .map((input) => builder.graph.constantIntegers(input));
  const dims = builder.dims(x);
  const result = builder.dims(node.outputs[0]!);
  if (!starts) return false;
  const begin = dims.map(() => 0);
  const stride = dims.map(() => 1);
  for (const [i, start] of starts.entries()) {
    const axis = normalizeAxis(axes?.[i] ?? i, dims.length);
    const size = dims[axis]!;
    stride[axis] = steps?.[i] ?? 1;
    begin[axis] = Math.min(size, Math.max(0, start < 0 ? start + size : start));
  }
  if (stride.some((step) => step < 1)) return false;
  if (stride.every((step) => step === 1)) {
    builder.set(node, sliced(builder, x, begin, result));
    return true;
  }
  const end = begin.map((from, axis) => from + (result[axis]! - 1) * stride[axis]! + 1);
  const inputs = [builder.value(x), ...[begin, end, stride].map((v) => builder.integersOf(v))];
  const version = dims.length > 4 ? 4 : 1;
  const type = builder.typeOf(x);
  builder.set(node, builder.emit('STRIDED_SLICE', inputs, { dims: result, type, version }));
  return true;
};

/** Zeros around a value. */
const pad: Lowering = (builder, node) => {
  const [x = '', pads = '', fill] = node.inputs;
  const amounts = builder.graph.constantIntegers(pads);
  const rank = builder.dims(x).length;
  const value = fill === undefined || fill === '' ? 0 : builder.numbers(fill)?.data[0];
  const isPlain =
    stringAttribute(node, 'mode', 'constant') === 'constant' &&
    value !== undefined &&
    Number(value) === 0 &&
    (node.inputs[3] ?? '') === '';
  if (amounts?.length !== 2 * rank || !isPlain || amounts.some((n) => n < 0)) return false;
  const pairs = Array.from({ length: rank }, (_, i) => [amounts[i]!, amounts[rank + i]!]).flat();
  const inputs = [builder.value(x), builder.integersOf(pairs, [rank, 2])];
  const dims = builder.dims(node.outputs[0]!);
  builder.set(node, builder.emit('PAD', inputs, { dims, type: builder.typeOf(x) }));
  return true;
};

const expand: Lowering = (builder, node) => {
  const [x = ''] = node.inputs;
  const dims = builder.dims(node.outputs[0]!);
  builder.set(node, broadcastTo(builder, x, dims));
  return true;
};

function broadcastTo(builder: SubgraphBuilder, x: string, dims: readonly number[]): number {
  const before = builder.dims(x);
  const aligned = [...dims.slice(before.length).map(() => 1), ...before];
  const value = builder.reshape(builder.value(x), aligned);
  if (aligned.join() === dims.join()) return value;
  const inputs = [value, builder.integersOf(dims)];
  return builder.emit('BROADCAST_TO', inputs, { dims, type: builder.typeOf(x), version: 2 });
}

const tile: Lowering = (builder, node) => {
  const [x = '', repeats = ''] = node.inputs;
  const counts = builder.graph.constantIntegers(repeats);
  if (!counts) return false;
  const dims = builder.dims(node.outputs[0]!);
  const inputs = [builder.value(x), builder.integersOf(counts)];
  builder.set(node, builder.emit('TILE', inputs, { dims, type: builder.typeOf(x) }));
  return true;
};

const cumSum: Lowering = (builder, node: GraphNode) => {
  const [x = '', axis = ''] = node.inputs;
  const [at] = builder.graph.constantIntegers(axis) ?? [];
  if (at === undefined) return false;
  const dims = builder.dims(x);
  const inputs = [builder.value(x), builder.integersOf([normalizeAxis(at, dims.length)], [])];
  const options = (['exclusive', 'reverse'] as const).map((name) => intAttribute(node, name, 0));
  builder.set(node, builder.emit('CUMSUM', inputs, { dims, type: builder.typeOf(x), options }));
  return true;
};

export const LAYOUT = {
  Concat: concat,
  CumSum: cumSum,
  Expand: expand,
  Flatten: reshape,
  Pad: pad,
  Reshape: reshape,
  Slice: slice,
  Split: split,
  Squeeze: reshape,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: reshape,
} as const satisfies Readonly<Record<string, Lowering>>;
