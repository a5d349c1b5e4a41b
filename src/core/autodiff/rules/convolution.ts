import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { int, ints } from '../../graph/node.js';
import type { ConvolutionWindow } from '../../graph/shapes/linearShapes.js';
import { convolutionWindow } from '../../graph/shapes/linearShapes.js';
import { rule } from '../rule.js';
import { count, outputGradient, product, reshapeTo, SINCE_13, transpose } from './helpers.js';
import { sumOver } from './sums.js';

/**
 * Y = W ⋆ X + b: dX is the transposed convolution of dY, db = Σ dY, and dW = dY Xᶜᵒˡᵀ for each
 * group of channels, where Xᶜᵒˡ are the inputs of each kernel position.
 */
export const Conv = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const [x = '', w = ''] = node.inputs;
  const dY = outputGradient(context);
  const window = convolutionWindow(graph, node);
  const axes = graph.staticDims(dY).flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const channels = graph.staticDims(w)[0]!;
  return [
    context.needs(0) ? inputGradient(graph, dY, w, { dims: graph.staticDims(x), window }) : null,
    context.needs(1) ? weightGradient(graph, node, dY, window) : null,
    ...(node.inputs.length > 2
      ? [context.needs(2) ? reshapeTo(graph, sumOver(graph, dY, axes), [channels]) : null]
      : []),
  ];
});

function inputGradient(
  graph: Graph,
  dY: string,
  w: string,
  { dims, window }: { dims: readonly number[]; window: ConvolutionWindow },
): string {
  const { kernel, strides, dilations, before, after, group } = window;
  const reach = kernel.map((size, i) => dilations[i]! * (size - 1) + 1);
  const attributes = { dilations: ints(dilations), group: int(group) };
  const margins = [...before, ...after].map((size, i) => reach[i % kernel.length]! - 1 - size);
  if (strides.every((stride) => stride === 1) && margins.every((size) => size >= 0)) {
    // As a convolution with the flipped kernel: up to ten times as fast as ConvTranspose
    return graph.node('Conv', [dY, turned(graph, w, group)], {
      attributes: { ...attributes, pads: ints(margins) },
    });
  }
  // Inputs beyond the last stride get zeros.
  const rest = graph
    .staticDims(dY)
    .slice(2)
    .map((size, i) => {
      const whole = dims[2 + i]! + before[i]! + after[i]!;
      return whole - reach[i]! - strides[i]! * (size - 1);
    });
  return graph.node('ConvTranspose', [dY, w], {
    attributes: {
      ...attributes,
      strides: ints(strides),
      pads: ints([...before, ...after]),
      output_padding: ints(rest),
    },
  });
}

/** The kernel [out, in/group, …] flipped along its spatial axes, as [in, out/group, …]. */
function turned(graph: Graph, w: string, group: number): string {
  const [out = 1, inner = 1, ...kernel] = graph.staticDims(w);
  const axes = kernel.flatMap((size, i) => (size > 1 ? [2 + i] : []));
  const bounds = [-1, -Number.MAX_SAFE_INTEGER].map((at) => graph.indices(axes.map(() => at)));
  const steps = graph.indices(axes.map(() => -1));
  const backwards =
    axes.length > 0 ? graph.node('Slice', [w, ...bounds, graph.indices(axes), steps]) : w;
  const grouped = reshapeTo(graph, backwards, [group, out / group, inner, ...kernel]);
  const swapped = transpose(graph, grouped, [0, 2, 1, ...kernel.map((_, i) => 3 + i)]);
  return reshapeTo(graph, swapped, [group * inner, out / group, ...kernel]);
}

function weightGradient(
  graph: Graph,
  node: GraphNode,
  dY: string,
  window: ConvolutionWindow,
): string {
  const [x = '', w = ''] = node.inputs;
  const { before, after, group } = window;
  const [batch = 1, channels = 1] = graph.staticDims(x);
  const [outChannels = 1] = graph.staticDims(w);
  const places = count(graph.staticDims(dY).slice(2));
  const padded = [...before, ...after].some((size) => size !== 0)
    ? graph.node('Pad', [x, graph.indices([0, 0, ...before, 0, 0, ...after])])
    : x;
  const seen = kernelPlaces(window).map((place) => {
    const part = strided(graph, padded, place, { window, sizes: graph.staticDims(dY).slice(2) });
    return reshapeTo(graph, part, [batch, channels, 1, places]);
  });
  const columns =
    seen.length === 1 ? seen[0]! : graph.node('Concat', seen, { attributes: { axis: int(2) } });
  const perGroup = (channels / group) * seen.length;
  const left = reshapeTo(graph, dY, [batch, group, outChannels / group, places]);
  const right = reshapeTo(graph, columns, [batch, group, perGroup, places]);
  const dims = graph.staticDims(w);
  if (count(dims) <= places * (outChannels + perGroup * group)) {
    return reshapeTo(
      graph,
      sumOver(graph, product(graph, left, right, { transB: true }), [0]),
      dims,
    );
  }
  // The kernel is larger than its input: one product over all batches, without a remaining sum.
  const [allLeft, allRight] = [left, right].map((value) => {
    const [, , rows = 1] = graph.staticDims(value);
    const flat = [...(group === 1 ? [] : [group]), rows, batch * places];
    return reshapeTo(graph, transpose(graph, value, [1, 2, 0, 3]), flat);
  });
  return reshapeTo(graph, product(graph, allLeft!, allRight!, { transB: true }), dims);
}

/** All positions in the kernel, in row-major order. */
function kernelPlaces({ kernel }: ConvolutionWindow): number[][] {
  return kernel.reduce<number[][]>(
    (places, size) =>
      places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

/** Inputs of one kernel position as the window moves: [batch, channels, ...sizes]. */
function strided(
  graph: Graph,
  x: string,
  place: readonly number[],
  { window, sizes }: { window: ConvolutionWindow; sizes: readonly number[] },
): string {
  const starts = place.map((at, i) => at * window.dilations[i]!);
  const ends = starts.map((start, i) => start + window.strides[i]! * (sizes[i]! - 1) + 1);
  const whole = starts.every((start, i) => start === 0 && ends[i] === graph.staticDims(x)[2 + i]);
  if (whole && window.strides.every((stride) => stride === 1)) return x;
  const axes = place.map((_, i) => 2 + i);
  const bounds = [starts, ends, axes, window.strides].map((values) => graph.indices(values));
  return graph.node('Slice', [x, ...bounds]);
}
