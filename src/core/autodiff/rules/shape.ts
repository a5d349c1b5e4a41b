import { axesOf } from '../../graph/shapes/infer.js';
import {
  graphError,
  int,
  intAttribute,
  ints,
  intsAttribute,
  normalizeAxis,
} from '../../graph/graph.js';
import type { RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import { addedRows, count, mul, outputGradient, reshapeTo, unbroadcast } from './helpers.js';

/** The gradient in the input's own shape. */
function backToShape(context: RuleContext): string {
  const { graph, node } = context;
  return reshapeTo(graph, outputGradient(context), graph.staticDims(node.inputs[0]!));
}

// A new view of the same numbers; the shape input is no function of trained values.
export const Reshape = rule([5, 23], (context) => [backToShape(context), null]);

const withAxes = (context: RuleContext): (string | null)[] =>
  context.node.inputs.map((_, i) => (i === 0 ? backToShape(context) : null));
export const Unsqueeze = rule([1, 23], withAxes);
export const Squeeze = rule([1, 23], withAxes);

// The inverse permutation
export const Transpose = rule([1, 23], (context) => {
  const { graph, node } = context;
  const rank = graph.info(node.inputs[0]!).dims.length;
  const order = intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return [
    graph.node('Transpose', [outputGradient(context)], { attributes: { perm: ints(inverse) } }),
  ];
});

// y = x[indices]: dX[i] = Σ dY over the places that took row i
export const Gather = rule([1, 23], (context) => {
  const { graph, node } = context;
  const [data = '', indices = ''] = node.inputs;
  const rank = graph.info(data).dims.length;
  if (normalizeAxis(intAttribute(node, 'axis', 0), rank) !== 0) {
    throw graphError('Gather', 'axis 0', `axis ${intAttribute(node, 'axis', 0)}`);
  }
  return [addedRows(context, 0, indices, outputGradient(context)), null];
});

// Each part gets its slice.
export const Concat = rule([4, 23], (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const axis = normalizeAxis(
    intAttribute(node, 'axis', 0),
    graph.info(node.inputs[0]!).dims.length,
  );
  let start = 0;
  return node.inputs.map((input, i) => {
    const from = start;
    start += graph.staticDims(input)[axis]!;
    if (!context.needs(i)) return null;
    const bounds = [[from], [start], [axis]].map((values) => graph.indices(values));
    return graph.node('Slice', [dY, ...bounds]);
  });
});

// The parts' gradients side by side
export const Split = rule([13, 23], (context) => {
  const { graph, node } = context;
  const parts = context.dY.map(
    (dY, i) => dY ?? graph.filled(0, graph.staticDims(node.outputs[i]!)),
  );
  const axis = int(intAttribute(node, 'axis', 0));
  const dX = graph.node('Concat', parts, { attributes: { axis } });
  return node.inputs.map((_, i) => (i === 0 ? dX : null));
});

// y = x repeated: dX = Σ over the copies
export const Expand = rule([8, 23], (context) => {
  const { graph, node } = context;
  return [unbroadcast(graph, outputGradient(context), graph.staticDims(node.inputs[0]!)), null];
});

function spread(context: RuleContext, factor: (dims: readonly number[], axes: number[]) => number) {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[0]!);
  const axes = (axesOf(graph, node) ?? dims.map((_, i) => i)).map((axis) =>
    normalizeAxis(axis, dims.length),
  );
  const kept = dims.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const column = reshapeTo(graph, outputGradient(context), kept);
  const scaled = mul(graph, column, graph.scalar(factor(dims, axes)));
  const dX = graph.node('Expand', [scaled, graph.indices(dims)]);
  return node.inputs.map((_, i) => (i === 0 ? dX : null));
}

// y = Σ x: dX = dY at every place
export const ReduceSum = rule([1, 23], (context) => spread(context, () => 1));

// y = Σ x / n: dX = dY / n at every place
export const ReduceMean = rule([1, 23], (context) =>
  spread(context, (dims, axes) => 1 / count(axes.map((axis) => dims[axis]!))),
);
