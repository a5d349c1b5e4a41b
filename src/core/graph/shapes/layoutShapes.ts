import type { Dimension } from '../node.js';
import { intAttribute, intsAttribute } from '../attributes.js';
import { graphError, normalizeAxis } from '../node.js';
import type { Infer } from './infer.js';
import {
  axesOf,
  axisWithin,
  broadcast,
  constantInput,
  hasInput,
  inputInfo,
  product,
} from './infer.js';

export const reshape: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const wanted = constantInput(graph, node, 1);
  if (!wanted) return [];
  const copiesZero = intAttribute(node, 'allowzero', 0) === 0;
  const dims: Dimension[] = wanted.map((dim, i) => {
    if (dim !== 0 || !copiesZero) return dim;
    const copied = x.dims[i];
    if (copied === undefined) throw graphError('Reshape', `dim ${i} to copy`, `${x.dims.length}`);
    return copied;
  });
  const hole = dims.indexOf(-1);
  const total = product(x.dims);
  if (hole >= 0) {
    const rest = product(dims.filter((_, i) => i !== hole));
    dims[hole] = total === undefined || rest === undefined ? 'unknown' : total / rest;
  }
  if (product(dims) !== total || (total !== undefined && !dims.every(Number.isInteger))) {
    throw graphError('Reshape', `${total ?? '?'} elements`, `[${wanted.join(', ')}]`);
  }
  return [{ type: x.type, dims }];
};

export const transpose: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const order = intsAttribute(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  return [{ type: x.type, dims: order.map((axis) => x.dims[axis]!) }];
};

export const flatten: Infer = (graph, node) => {
  const { type, dims } = inputInfo(graph, node, 0);
  const axis = normalizeAxis(intAttribute(node, 'axis', 1), dims.length);
  const side = (part: readonly Dimension[]): Dimension => product(part) ?? 'unknown';
  return [{ type, dims: [side(dims.slice(0, axis)), side(dims.slice(axis))] }];
};

export const unsqueeze: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const axes = axesOf(graph, node) ?? [];
  const rank = x.dims.length + axes.length;
  const added = new Set(axes.map((axis) => axisWithin(node.op, axis, rank)));
  const rest = [...x.dims];
  const dims = Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.shift()!));
  return [{ type: x.type, dims }];
};

export const squeeze: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const axes = axesOf(graph, node)?.map((axis) => axisWithin(node.op, axis, x.dims.length));
  const dims = x.dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1));
  return [{ type: x.type, dims }];
};

export const concat: Infer = (graph, node) => {
  const infos = node.inputs.map((name) => graph.info(name));
  const { type, dims } = infos[0]!;
  const axis = axisWithin(node.op, intAttribute(node, 'axis', 0), dims.length);
  const known = product(infos.map((info) => info.dims[axis]!)) !== undefined;
  const joined = known ? infos.reduce((sum, info) => sum + Number(info.dims[axis]), 0) : 'unknown';
  return [{ type, dims: dims.map((dim, i) => (i === axis ? joined : dim)) }];
};

/**
 * Sizes are an attribute before opset 13, then an input. Without them, the parts are equal; the
 * last one is smaller if `num_outputs` (opset 18) does not divide the size.
 */
export const split: Infer = (graph, node) => {
  const { type, dims } = inputInfo(graph, node, 0);
  const axis = axisWithin(node.op, intAttribute(node, 'axis', 0), dims.length);
  const length = dims[axis]!;
  const sizes = hasInput(node, 1) ? constantInput(graph, node, 1) : intsAttribute(node, 'split');
  const count = intAttribute(node, 'num_outputs', node.outputs.length);
  if (typeof length === 'string') throw graphError('Split', 'a static size', length);
  const chunk = Math.ceil(length / count);
  const parts =
    sizes ??
    Array.from({ length: count }, (_, i) => Math.min(chunk, Math.max(length - i * chunk, 0)));
  if (parts.reduce((a, b) => a + b, 0) !== length) {
    throw graphError('Split', `sizes that add up to ${length}`, parts.join(', '));
  }
  return parts.map((part) => ({ type, dims: dims.map((dim, i) => (i === axis ? part : dim)) }));
};

export const expand: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const wanted = constantInput(graph, node, 1);
  return wanted ? [{ type: x.type, dims: broadcast('Expand', x.dims, wanted) }] : [];
};

export const tile: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const repeats = constantInput(graph, node, 1);
  if (!repeats) return [];
  const dims = x.dims.map((dim, i) => {
    if (repeats[i] === 1) return dim;
    return typeof dim === 'string' ? 'unknown' : dim * repeats[i]!;
  });
  return [{ type: x.type, dims }];
};
