import type { GraphView, GraphNode } from '../node.js';
import { intAttribute } from '../attributes.js';
import type { Infer } from './infer.js';
import { axesOf, axisWithin, constantInput, inputInfo } from './infer.js';

/** Axes of a reduction, counted from the front; an empty list may mean all. */
export function reducedAxes(graph: GraphView, node: GraphNode): number[] {
  const rank = inputInfo(graph, node, 0).dims.length;
  const axes = axesOf(graph, node) ?? [];
  if (axes.length > 0) return axes.map((axis) => axisWithin(node.op, axis, rank));
  const all = intAttribute(node, 'noop_with_empty_axes', 0) === 0;
  return all ? Array.from({ length: rank }, (_, i) => i) : [];
}

export const reduction: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const axes = reducedAxes(graph, node);
  const keep = intAttribute(node, 'keepdims', 1) === 1;
  const dims = x.dims.flatMap((dim, i) => (axes.includes(i) ? (keep ? [1] : []) : [dim]));
  return [{ type: x.type, dims }];
};

export const argReduction: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const axis = axisWithin(node.op, intAttribute(node, 'axis', 0), x.dims.length);
  const keep = intAttribute(node, 'keepdims', 1) === 1;
  const dims = x.dims.flatMap((dim, i) => (i === axis ? (keep ? [1] : []) : [dim]));
  return [{ type: 'int64', dims }];
};

export const topK: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const [k] = constantInput(graph, node, 1) ?? [];
  if (k === undefined) return [];
  const axis = axisWithin(node.op, intAttribute(node, 'axis', -1), x.dims.length);
  const dims = x.dims.map((dim, i) => (i === axis ? k : dim));
  return [
    { type: x.type, dims },
    { type: 'int64', dims },
  ];
};
