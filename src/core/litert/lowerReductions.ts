import { floatAttribute, intAttribute } from '../graph/attributes.js';
import { normalizeAxis } from '../graph/node.js';
import { axesOf } from '../graph/shapes/infer.js';
import type { LitertOp } from './litertOperators.js';
import type { Lowering } from './lowering.js';

const reduce =
  (op: LitertOp): Lowering =>
  (builder, node) => {
    const [x = ''] = node.inputs;
    const rank = builder.dims(x).length;
    const axes = axesOf(builder.graph, node) ?? Array.from({ length: rank }, (_, i) => i);
    const inputs = [
      builder.value(x),
      builder.integersOf(axes.map((axis) => normalizeAxis(axis, rank))),
    ];
    const output = node.outputs[0]!;
    builder.set(
      node,
      builder.emit(op, inputs, {
        dims: builder.dims(output),
        type: builder.typeOf(output),
        options: [intAttribute(node, 'keepdims', 1)],
      }),
    );
    return true;
  };

const alongLastAxis =
  (op: LitertOp, options: readonly number[]): Lowering =>
  (builder, node) => {
    const [x = ''] = node.inputs;
    const dims = builder.dims(x);
    const axis = normalizeAxis(intAttribute(node, 'axis', -1), dims.length);
    const last = dims.length - 1;
    // Another axis changes places with the last one.
    const perm = dims.map((_, i) => (i === axis ? last : i === last ? axis : i));
    const moved = builder.transpose(builder.value(x), perm);
    const movedDims = perm.map((from) => dims[from]!);
    const made = builder.emit(op, [moved], { dims: movedDims, options });
    builder.set(node, builder.transpose(made, perm));
    return true;
  };

/**
 * (x - μ) / √(σ² + ε) · γ + β over the last axis (Ba et al. 2016, arXiv:1607.06450), for which there
 * is no built-in operator.
 */
const layerNormalization: Lowering = (builder, node) => {
  const [x = '', scale = '', bias = ''] = node.inputs;
  const dims = builder.dims(x);
  const last = dims.length - 1;
  if (normalizeAxis(intAttribute(node, 'axis', -1), dims.length) !== last) return false;
  const narrow = [...dims.slice(0, -1), 1];
  const axis = builder.integersOf([last]);
  const value = builder.value(x);
  const mean = builder.emit('MEAN', [value, axis], { dims: narrow, options: [1] });
  const squares = builder.emit('SQUARED_DIFFERENCE', [value, mean], { dims });
  const variance = builder.emit('MEAN', [squares, axis], { dims: narrow, options: [1] });
  const epsilon = builder.scalar(floatAttribute(node, 'epsilon', 1e-5));
  const shifted = builder.emit('ADD', [variance, epsilon], { dims: narrow });
  const factor = builder.emit('RSQRT', [shifted], { dims: narrow });
  const centered = builder.emit('SUB', [value, mean], { dims });
  const normal = builder.emit('MUL', [centered, factor], { dims });
  const scaled = builder.emit('MUL', [normal, builder.value(scale)], { dims });
  builder.set(
    node,
    bias === '' ? scaled : builder.emit('ADD', [scaled, builder.value(bias)], { dims }),
  );
  return true;
};

export const REDUCTIONS = {
  LayerNormalization: layerNormalization,
  LogSoftmax: alongLastAxis('LOG_SOFTMAX', []),
  ReduceMax: reduce('REDUCE_MAX'),
  ReduceMean: reduce('MEAN'),
  ReduceMin: reduce('REDUCE_MIN'),
  ReduceSum: reduce('SUM'),
  Softmax: alongLastAxis('SOFTMAX', [1]),
} as const satisfies Readonly<Record<string, Lowering>>;
