import type { Graph } from '../../graph/graph.js';
import { intAttribute, intsAttribute, stringAttribute } from '../../graph/attributes.js';
import { int, normalizeAxis } from '../../graph/node.js';
import type { SlicedAxis } from '../../graph/shapes/indexingShapes.js';
import { paddings, slicedAxes } from '../../graph/shapes/indexingShapes.js';
import type { Rule, RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import {
  forFirst,
  outputGradient,
  reshapeTo,
  SINCE_13,
  slice,
  transpose,
  trainsOnly,
} from './helpers.js';
import { placeAt } from '../views.js';
import { addAlong } from './scatter.js';
import { sumOver, unbroadcast } from './sums.js';

// A new view of the same numbers
const backToShape: Rule = (context) => {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[0]!);
  return forFirst(context, reshapeTo(graph, outputGradient(context), dims));
};
export const Reshape = rule(SINCE_13, backToShape);
export const Unsqueeze = rule(SINCE_13, backToShape);
export const Squeeze = rule(SINCE_13, backToShape);
export const Flatten = rule(SINCE_13, backToShape);

// The inverse permutation
export const Transpose = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const rank = graph.info(node.inputs[0]!).dims.length;
  const order = intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return [transpose(graph, outputGradient(context), inverse)];
});

const axisOf = ({ graph, node }: RuleContext): number =>
  normalizeAxis(intAttribute(node, 'axis', 0), graph.info(node.inputs[0]!).dims.length);

// Each part gets its slice.
export const Concat = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const axis = axisOf(context);
  let start = 0;
  return node.inputs.map((input, i) => {
    const from = start;
    start += graph.staticDims(input)[axis]!;
    if (!context.needs(i)) return null;
    if (node.inputs.length === 1) return dY;
    return slice(graph, dY, { axis, from, to: start });
  });
});

// The parts' gradients side by side
export const Split = rule(
  SINCE_13,
  (context) => {
    const { graph, node } = context;
    const parts = context.dY.map(
      (dY, i) => dY ?? graph.filled(0, graph.staticDims(node.outputs[i]!)),
    );
    const dX = graph.node('Concat', parts, { attributes: { axis: int(axisOf(context)) } });
    return forFirst(context, dX);
  },
  { everyOutput: true },
);

// y = x repeated: dX = Σ over the copies
export const Expand = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[0]!);
  return forFirst(context, unbroadcast(graph, outputGradient(context), dims));
});

// y = x repeated as a whole, rᵢ times along axis i: with rᵢ as a separate axis before i, dX = Σ
export const Tile = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[0]!);
  const repeats = graph.staticDims(node.outputs[0]!).map((size, i) => size / dims[i]!);
  const split = dims.flatMap((dim, i) => [repeats[i]!, dim]);
  const copies = reshapeTo(graph, outputGradient(context), split);
  const sums = sumOver(
    graph,
    copies,
    dims.map((_, i) => 2 * i),
  );
  return forFirst(context, reshapeTo(graph, sums, dims));
});

// The part that was not padding; cropped parts get zeros
export const Pad = rule(
  SINCE_13,
  (context) => {
    const { graph, node } = context;
    const { before, after } = paddings(graph, node)!;
    const pads = graph.indices([...before, ...after].map((size) => -size));
    return forFirst(context, graph.node('Pad', [outputGradient(context), pads]));
  },
  {
    supports: (query) =>
      stringAttribute(query.node, 'mode', 'constant') === 'constant' && trainsOnly(0)(query),
  },
);

// Zeros around, and between for steps
export const Slice = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[0]!);
  let dX = outputGradient(context);
  for (const sliced of slicedAxes(graph, node)!) {
    dX = unsliced(graph, dX, { sliced, size: dims[sliced.axis]! });
  }
  return forFirst(context, dX);
});

function unsliced(
  graph: Graph,
  x: string,
  { sliced, size }: { sliced: SlicedAxis; size: number },
): string {
  const { axis, start, step, length } = sliced;
  if (step > 1 && start < step && length * step === size) {
    // One of each `step` neighbors, as in rotary embeddings: the neighbors as an axis
    const dims = graph.staticDims(x);
    const [outer, inner] = [dims.slice(0, axis), dims.slice(axis + 1)];
    const shape = [...outer, size, ...inner];
    const column = graph.reshape(x, [...outer, length, 1, ...inner]);
    return placeAt(graph, column, { axis: axis + 1, start, size: step, shape });
  }
  const places = Array.from({ length }, (_, i) => start + i * step);
  return addAlong(graph, x, { axis, places, size });
}

// The same triangle
export const Trilu = rule([14, 23], (context) => {
  const { op, domain, attributes } = context.node;
  const inputs = [outputGradient(context), ...context.node.inputs.slice(1)];
  const [dX = ''] = context.graph.append({ op, domain, inputs, attributes });
  return forFirst(context, dX);
});
