import type { Graph } from '../graph.js';
import { floatAttribute, intAttribute } from '../attributes.js';
import { graphError, int } from '../node.js';
import { producers, rewriteNodes } from './rewrite.js';

/** Rows of a parameter that are a separate input of the graph, with a separate gradient. */
export interface ParameterSlice {
  readonly parameter: string;
  readonly firstRow: number;
  readonly rows: number;
}

export interface DecoderLoss {
  /** Weighted sum of the negative log-likelihoods, a scalar. */
  readonly loss: string;
  /** Inputs for slices of the decoder's weight and bias. */
  readonly slices: ReadonlyMap<string, ParameterSlice>;
}

/** Size of a slice's exponentials, chosen to fit the processor's cache between passes. */
const SLICE_BYTES = 1 << 21;
const SLICE_MULTIPLE = 64;

/**
 * Adds inputs `labels` (int64 [rows, 1]) and `weights` (float32 [rows, 1]) and the weighted
 * cross-entropy of `logits`, which must be `Gemm(states, decoder, bias)` over parameters that are
 * inputs. Logits, exponentials and gradients are computed for one slice of the vocabulary at a
 * time. The softmax is never normalized explicitly: its sums are applied to the small operands of
 * the products.
 */
export function attachDecoderLoss(graph: Graph, logits: string): DecoderLoss {
  const gemm = producers(graph).get(logits);
  const [states = '', decoder = '', bias = ''] = gemm?.inputs ?? [];
  const plain =
    gemm?.op === 'Gemm' &&
    intAttribute(gemm, 'transB', 0) === 1 &&
    floatAttribute(gemm, 'alpha', 1) === 1 &&
    floatAttribute(gemm, 'beta', 1) === 1 &&
    [decoder, bias].every((name) => graph.inputs.includes(name));
  if (!plain) throw graphError(gemm?.op ?? logits, 'a decoder Gemm over parameters', logits);
  const [count = 0, vocabulary = 0] = graph.staticDims(logits);
  const width = graph.staticDims(decoder)[1]!;
  const labels = graph.input('labels', 'int64', [count, 1]);
  const weights = graph.input('weights', 'float32', [count, 1]);

  const slices = new Map<string, ParameterSlice>();
  const addSlice = (parameter: string, firstRow: number, rows: number, dims: number[]): string => {
    const name = `${parameter}[${firstRow}:${firstRow + rows}]`;
    slices.set(name, { parameter, firstRow, rows });
    return graph.input(name, 'float32', dims);
  };
  const wanted = Math.max(1, Math.ceil((count * vocabulary * 4) / SLICE_BYTES));
  const step = Math.ceil(vocabulary / wanted / SLICE_MULTIPLE) * SLICE_MULTIPLE;
  const operands: string[] = [];
  for (let first = 0; first < vocabulary; first += step) {
    const rows = Math.min(step, vocabulary - first);
    operands.push(addSlice(decoder, first, rows, [rows, width]));
    operands.push(addSlice(bias, first, rows, [rows]));
  }
  const [loss = ''] = graph.nodeWithOutputs(
    'DecodedCrossEntropy',
    [states, labels, weights, decoder, bias, ...operands],
    { outputCount: 3 + operands.length / 2 },
  );
  return { loss, slices };
}

/**
 * Replaces each loss node by standard operators. Its outputs are the loss, the sums of exponentials
 * of the rows, the labels' rows of the decoder, and the exponentials of each slice.
 */
export function lowerDecoderLoss(graph: Graph): void {
  rewriteNodes(graph, (node) => {
    if (node.op !== 'DecodedCrossEntropy') return false;
    const [states = '', labels = '', weights = '', decoder = '', bias = ''] = node.inputs;
    const [loss = '', total = '', labelRows = '', ...exponentials] = node.outputs;
    const [rows = 0, width = 0] = graph.staticDims(states);
    const logits = exponentials.map((_, i) =>
      graph.node('Gemm', [states, node.inputs[5 + 2 * i]!, node.inputs[6 + 2 * i]!], {
        attributes: { transB: int(1) },
      }),
    );
    const axis = graph.indices([1]);
    const largest = logits.map((slice) => graph.node('ReduceMax', [slice, axis]));
    const shift = largest.length === 1 ? largest[0]! : graph.node('Max', largest);
    const sums = exponentials.map((exponential, i) => {
      const shifted = graph.node('Sub', [logits[i]!, shift]);
      graph.node('Exp', [shifted], { outputs: [exponential] });
      return graph.node('ReduceSum', [exponential, axis]);
    });
    graph.node('Sum', sums, { outputs: [total] });

    const found = graph.node('Gather', [decoder, labels]);
    graph.node('Reshape', [found, graph.indices([rows, width])], { outputs: [labelRows] });
    const product = graph.node('Mul', [states, labelRows]);
    const score = graph.node('MatMul', [product, graph.filled(1, [width, 1])]);
    const atLabel = graph.node('Add', [score, graph.node('Gather', [bias, labels])]);
    const partition = graph.node('Add', [graph.node('Log', [total]), shift]);
    const losses = graph.node('Sub', [partition, atLabel]);
    const sum = graph.node('MatMul', [graph.reshape(weights, [1, rows]), losses]);
    graph.node('Reshape', [sum, graph.indices([])], { outputs: [loss] });
    return true;
  });
}
