import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { intAttribute, stringAttribute } from '../../graph/attributes.js';
import { int, normalizeAxis } from '../../graph/node.js';
import type { RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import { count, forFirst, outputGradient, reshapeTo, SINCE_13 } from './helpers.js';
import { addAlong, addedRows, scatterAdd, scatterRows, SINCE_16, zeros } from './scatter.js';

// y = x[indices] along an axis: dX[i] = Σ dY over the positions that took i
export const Gather = rule(SINCE_16, (context) => {
  const { graph, node } = context;
  const [data = '', given = ''] = node.inputs;
  const dims = graph.staticDims(data);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
  const size = dims[axis]!;
  const constant = graph.constantIntegers(given);
  const fromFront = constant?.every((index) => index >= 0) ?? true;
  if (axis === 0 && context.acceptsRows(0) && fromFront) {
    return [addedRows(context, 0, asInt64(graph, given), outputGradient(context)), null];
  }
  const n = count(graph.staticDims(given));
  const taken = [...dims.slice(0, axis), n, ...dims.slice(axis + 1)];
  const dY = reshapeTo(graph, outputGradient(context), taken);
  if (constant) {
    const places = constant.map((index) => normalizeAxis(index, size));
    return [addAlong(graph, dY, { axis, places, size }), null];
  }
  const values = reshapeTo(graph, dY, [count(dims.slice(0, axis)), n, count(dims.slice(axis + 1))]);
  const sums = scatterRows(graph, values, asInt64(graph, given), size);
  return [reshapeTo(graph, sums, dims), null];
});

/** Indices may be int32. */
function asInt64(graph: Graph, indices: string): string {
  if (graph.info(indices).type === 'int64') return indices;
  return graph.node('Cast', [indices], { attributes: { to: int(7) } });
}

const axisOf = ({ graph, node }: RuleContext): number =>
  normalizeAxis(intAttribute(node, 'axis', 0), graph.info(node.inputs[0]!).dims.length);

// y[i] = x[indices[i]] along an axis: dX[j] = Σ dY over the positions that took j
export const GatherElements = rule(SINCE_16, (context) => {
  const { graph, node } = context;
  const [data = '', indices = ''] = node.inputs;
  const dX = scatterAdd(graph, {
    onto: zeros(graph, graph.staticDims(data)),
    indices,
    values: outputGradient(context),
    axis: axisOf(context),
  });
  return forFirst(context, dX);
});

// y = x with updates at the indices: dX = dY but 0 there, dU = dY taken there
export const ScatterElements = rule(
  SINCE_16,
  (context) => {
    const { graph, node } = context;
    const dY = outputGradient(context);
    const [, indices = '', updates = ''] = node.inputs;
    const attributes = { axis: int(axisOf(context)) };
    const adds = stringAttribute(node, 'reduction', 'none') === 'add';
    const nothing = (): string => zeros(graph, graph.staticDims(updates));
    const dX = (): string =>
      adds ? dY : graph.node('ScatterElements', [dY, indices, nothing()], { attributes });
    return [
      context.needs(0) ? dX() : null,
      null,
      context.needs(2) ? graph.node('GatherElements', [dY, indices], { attributes }) : null,
    ];
  },
  {
    supports: ({ node }) => ['none', 'add'].includes(stringAttribute(node, 'reduction', 'none')),
  },
);

// The same for slices by tuples of indices. Adding is refused, because ONNX Runtime's is racy.
export const ScatterND = rule(
  SINCE_13,
  (context) => {
    const { graph, node } = context;
    const dY = outputGradient(context);
    const [, indices = '', updates = ''] = node.inputs;
    const nothing = (): string => zeros(graph, graph.staticDims(updates));
    return [
      context.needs(0) ? graph.node('ScatterND', [dY, indices, nothing()]) : null,
      null,
      context.needs(2) ? graph.node('GatherND', [dY, indices]) : null,
    ];
  },
  { supports: ({ node }) => stringAttribute(node, 'reduction', 'none') === 'none' },
);

// y = x[tuples of indices]: as a Gather of the flattened row indices
export const GatherND = rule(SINCE_16, (context) => {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[0]!);
  const { strides, sizes, offsets, depth } = tupleIndices(graph, node);
  const inner = count(dims.slice(depth));
  const size = count(dims.slice(0, depth));
  const n = offsets.length;
  const values = reshapeTo(graph, outputGradient(context), [1, n, inner]);
  const constant = graph.constantIntegers(node.inputs[1]!);
  if (constant) {
    const places = offsets.map((offset, i) =>
      strides.reduce((sum, stride, k) => {
        return sum + stride * normalizeAxis(constant[i * strides.length + k]!, sizes[k]!);
      }, offset),
    );
    const dX = addAlong(graph, values, { axis: 1, places, size });
    return forFirst(context, reshapeTo(graph, dX, dims));
  }
  const tuples = graph.reshape(node.inputs[1]!, [n, strides.length]);
  const fromFront = graph.node('Mod', [tuples, graph.indices(sizes)]);
  const parts = graph.node('Mul', [fromFront, graph.indices(strides)]);
  const rows = graph.node('ReduceSum', [parts, graph.indices([1])], {
    attributes: { keepdims: int(0) },
  });
  const indices = graph.node('Add', [rows, graph.indices(offsets)]);
  return forFirst(context, reshapeTo(graph, scatterRows(graph, values, indices, size), dims));
});

/** Row numbers of GatherND's tuples: stride and size of each index, batch offset of each tuple. */
function tupleIndices(graph: Graph, node: GraphNode) {
  const dims = graph.staticDims(node.inputs[0]!);
  const shape = graph.staticDims(node.inputs[1]!);
  const batchRank = intAttribute(node, 'batch_dims', 0);
  const depth = batchRank + shape.at(-1)!;
  const sizes = dims.slice(batchRank, depth);
  const strides = sizes.map((_, k) => count(sizes.slice(k + 1)));
  const n = count(shape.slice(0, -1));
  const perBatch = n / count(dims.slice(0, batchRank));
  const offsets = Array.from({ length: n }, (_, i) => Math.floor(i / perBatch) * count(sizes));
  return { sizes, strides, offsets, depth };
}
