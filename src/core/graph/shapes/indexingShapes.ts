import type { GraphView, Dimension, GraphNode } from '../node.js';
import { intAttribute } from '../attributes.js';
import { graphError } from '../node.js';
import type { Infer } from './infer.js';
import { axisWithin, constantInput, hasInput, inputInfo } from './infer.js';

export const gather: Infer = (graph, node) => {
  const data = inputInfo(graph, node, 0);
  const indices = inputInfo(graph, node, 1);
  const axis = axisWithin(node.op, intAttribute(node, 'axis', 0), data.dims.length);
  const dims = [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)];
  return [{ type: data.type, dims }];
};

export const gatherElements: Infer = (graph, node) => [
  { type: inputInfo(graph, node, 0).type, dims: inputInfo(graph, node, 1).dims },
];

export const gatherND: Infer = (graph, node) => {
  const data = inputInfo(graph, node, 0);
  const indices = inputInfo(graph, node, 1);
  const depth = indices.dims.at(-1);
  if (typeof depth !== 'number') return [];
  const from = intAttribute(node, 'batch_dims', 0) + depth;
  return [{ type: data.type, dims: [...indices.dims.slice(0, -1), ...data.dims.slice(from)] }];
};

/** Slice along one axis: `length` elements from `start`, every `step`-th. */
export interface SlicedAxis {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Axes of a Slice, or undefined if its bounds are computed. */
export function slicedAxes(graph: GraphView, node: GraphNode): SlicedAxis[] | undefined {
  const { dims } = inputInfo(graph, node, 0);
  const starts = constantInput(graph, node, 1);
  const ends = constantInput(graph, node, 2);
  const axes = hasInput(node, 3) ? constantInput(graph, node, 3) : starts?.map((_, i) => i);
  const steps = hasInput(node, 4) ? constantInput(graph, node, 4) : starts?.map(() => 1);
  if (!starts || !ends || !axes || !steps) return undefined;
  return axes.map((given, i) => {
    const axis = axisWithin(node.op, given, dims.length);
    const size = dims[axis]!;
    if (typeof size === 'string') throw graphError('Slice', 'a static size', size);
    const step = steps[i]!;
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const start = clamp(starts[i]!);
    const length = Math.max(Math.ceil((clamp(ends[i]!) - start) / step), 0);
    return { axis, start, step, length };
  });
}

export const slice: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const sliced = slicedAxes(graph, node);
  if (!sliced) return [];
  const dims = [...x.dims];
  for (const { axis, length } of sliced) dims[axis] = length;
  return [{ type: x.type, dims }];
};

/** Elements that a Pad adds before and after each axis; `undefined` if they are computed. */
export function paddings(
  graph: GraphView,
  node: GraphNode,
): { before: number[]; after: number[] } | undefined {
  const rank = inputInfo(graph, node, 0).dims.length;
  const pads = constantInput(graph, node, 1);
  const all = Array.from({ length: rank }, (_, i) => i);
  const axes = hasInput(node, 3) ? constantInput(graph, node, 3) : all;
  if (!pads || !axes) return undefined;
  const before = all.map(() => 0);
  const after = all.map(() => 0);
  axes.forEach((given, i) => {
    const axis = axisWithin(node.op, given, rank);
    before[axis] = pads[i]!;
    after[axis] = pads[axes.length + i]!;
  });
  return { before, after };
}

export const pad: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const sizes = paddings(graph, node);
  if (!sizes) return [];
  const dims = x.dims.map((dim, i): Dimension => {
    const added = sizes.before[i]! + sizes.after[i]!;
    if (added === 0) return dim;
    return typeof dim === 'string' ? 'unknown' : dim + added;
  });
  return [{ type: x.type, dims }];
};

export const oneHot: Infer = (graph, node) => {
  const { dims } = inputInfo(graph, node, 0);
  const [depth] = constantInput(graph, node, 1) ?? [];
  if (depth === undefined) return [];
  const axis = axisWithin(node.op, intAttribute(node, 'axis', -1), dims.length + 1);
  const { type } = inputInfo(graph, node, 2);
  return [{ type, dims: [...dims.slice(0, axis), depth, ...dims.slice(axis)] }];
};
