import type { GraphView, Dimension, GraphNode } from '../node.js';
import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js';
import { graphError } from '../node.js';
import type { Infer } from './infer.js';
import { broadcast, inputInfo } from './infer.js';

export const matrixProduct: Infer = (graph, node) => {
  const a = inputInfo(graph, node, 0);
  const b = inputInfo(graph, node, 1);
  if (a.dims.length === 0 || b.dims.length === 0) {
    throw graphError(node.op, 'operands of rank 1 or more', 'a scalar');
  }
  // A vector is a row on the left and a column on the right; the added axis is removed again.
  const left = a.dims.length === 1 ? [1, ...a.dims] : a.dims;
  const right = b.dims.length === 1 ? [...b.dims, 1] : b.dims;
  const [m, k] = lastTwo(left, intAttribute(node, 'transA', 0) === 1);
  const [k2, n] = lastTwo(right, intAttribute(node, 'transB', 0) === 1);
  if (k !== k2 && k !== 'unknown') throw graphError(node.op, `inner size ${k}`, String(k2));
  const batch = broadcast(node.op, left.slice(0, -2), right.slice(0, -2));
  const rows = a.dims.length === 1 ? [] : [m];
  const columns = b.dims.length === 1 ? [] : [n];
  return [{ type: a.type, dims: [...batch, ...rows, ...columns] }];
};

function lastTwo(dims: readonly Dimension[], transposed: boolean): [Dimension, Dimension] {
  const [row, column] = [dims.at(-2)!, dims.at(-1)!];
  return transposed ? [column, row] : [row, column];
}

/** An Einsum equation with a letter for every axis of each operand and of the result. */
export interface EinsumLabels {
  readonly operands: readonly string[];
  readonly result: string;
}

/**
 * Reads an Einsum's equation. Axes behind an ellipsis get separate letters; without an arrow
 * the result has the letters that occur once, in alphabetical order.
 */
export function einsumLabels(graph: GraphView, node: GraphNode): EinsumLabels {
  const equation = stringAttribute(node, 'equation', '').replaceAll(' ', '');
  const [left = '', explicit] = equation.split('->');
  const terms = left.split(',');
  const ranks = node.inputs.map((_, i) => inputInfo(graph, node, i).dims.length);
  if (terms.length !== ranks.length) {
    throw graphError('Einsum', `${terms.length} operands`, String(ranks.length));
  }
  const free = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ').filter(
    (letter) => !equation.includes(letter),
  );
  const hidden = terms.map((term, i) =>
    term.includes('...') ? ranks[i]! - term.replace('...', '').length : 0,
  );
  const shared = free.slice(0, Math.max(0, ...hidden)).join('');
  const spell = (term: string, count: number): string =>
    term.replace('...', count === 0 ? '' : shared.slice(-count));
  const operands = terms.map((term, i) => spell(term, hidden[i]!));
  operands.forEach((labels, i) => {
    if (labels.length !== ranks[i]) {
      throw graphError('Einsum', `rank ${labels.length} for ${terms[i]!}`, String(ranks[i]));
    }
  });
  if (explicit !== undefined) return { operands, result: spell(explicit, shared.length) };
  const all = operands.join('');
  const once = [...new Set(all)]
    .filter((letter) => !shared.includes(letter) && all.split(letter).length === 2)
    .sort();
  return { operands, result: shared + once.join('') };
}

export const einsum: Infer = (graph, node) => {
  const { operands, result } = einsumLabels(graph, node);
  const sizes = new Map<string, Dimension>();
  operands.forEach((labels, i) => {
    Array.from(labels).forEach((letter, axis) => {
      const dim = inputInfo(graph, node, i).dims[axis]!;
      const [joined = dim] = broadcast('Einsum', [sizes.get(letter) ?? 1], [dim]);
      sizes.set(letter, joined);
    });
  });
  const dims = Array.from(result, (letter) => sizes.get(letter)!);
  return [{ type: inputInfo(graph, node, 0).type, dims }];
};

/** Window sizes of a convolution, one number per spatial axis. */
export interface ConvolutionWindow {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros added before each spatial axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly group: number;
}

export function convolutionWindow(graph: GraphView, node: GraphNode): ConvolutionWindow {
  const kernel = graph.staticDims(node.inputs[1]!).slice(2);
  const ones = kernel.map(() => 1);
  const padding = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (padding !== 'NOTSET' && padding !== 'VALID') {
    throw graphError(node.op, 'pads in numbers', padding);
  }
  const pads = intsAttribute(node, 'pads') ?? [...kernel, ...kernel].map(() => 0);
  return {
    kernel,
    strides: intsAttribute(node, 'strides') ?? ones,
    dilations: intsAttribute(node, 'dilations') ?? ones,
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
    group: intAttribute(node, 'group', 1),
  };
}

export const convolution: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const [channels] = inputInfo(graph, node, 1).dims;
  const { kernel, strides, dilations, before, after } = convolutionWindow(graph, node);
  const spatial = x.dims.slice(2).map((size, i) => {
    if (typeof size === 'string') return 'unknown';
    const reach = dilations[i]! * (kernel[i]! - 1) + 1;
    return Math.floor((size + before[i]! + after[i]! - reach) / strides[i]!) + 1;
  });
  return [{ type: x.type, dims: [x.dims[0]!, channels!, ...spatial] }];
};

export const transposedConvolution: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const perGroup = graph.staticDims(node.inputs[1]!)[1]!;
  const { kernel, strides, dilations, before, after, group } = convolutionWindow(graph, node);
  const extra = intsAttribute(node, 'output_padding') ?? kernel.map(() => 0);
  const spatial = x.dims.slice(2).map((size, i) => {
    if (typeof size === 'string') return 'unknown';
    const reach = dilations[i]! * (kernel[i]! - 1) + 1;
    return strides[i]! * (size - 1) + extra[i]! + reach - before[i]! - after[i]!;
  });
  return [{ type: x.type, dims: [x.dims[0]!, perGroup * group, ...spatial] }];
};
