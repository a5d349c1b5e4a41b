import * as z from 'zod';
import type { Graph } from '../../graph/graph.js';
import { text } from '../../graph/node.js';

/** Activations by hub name; some names are synonyms. */
export const activationSchema = z.enum([
  'gelu',
  'gelu_python',
  'gelu_new',
  'gelu_fast',
  'gelu_pytorch_tanh',
  'relu',
  'silu',
  'swish',
  'tanh',
]);

export type Activation = z.infer<typeof activationSchema>;

export function addActivation(graph: Graph, activation: Activation, x: string): string {
  switch (activation) {
    case 'relu':
      return graph.node('Relu', [x]);
    case 'tanh':
      return graph.node('Tanh', [x]);
    case 'silu':
    case 'swish':
      return graph.node('Mul', [x, graph.node('Sigmoid', [x])]);
    case 'gelu':
    case 'gelu_python':
      return gelu(graph, 'none', x);
    case 'gelu_new':
    case 'gelu_fast':
    case 'gelu_pytorch_tanh':
      return gelu(graph, 'tanh', x);
  }
}

/** Hendrycks & Gimpel 2016 (arXiv:1606.08415), exact or approximated by tanh. */
function gelu(graph: Graph, approximate: 'none' | 'tanh', x: string): string {
  if (graph.opset >= 20) {
    return graph.node('Gelu', [x], { attributes: { approximate: text(approximate) } });
  }
  const mul = (a: string, b: string): string => graph.node('Mul', [a, b]);
  const inner =
    approximate === 'none'
      ? graph.node('Erf', [mul(x, graph.scalar(Math.SQRT1_2))])
      : graph.node('Tanh', [mul(graph.scalar(Math.sqrt(2 / Math.PI)), cubic(graph, x))]);
  const gate = graph.node('Add', [inner, graph.scalar(1)]);
  return mul(mul(x, gate), graph.scalar(0.5));
}

/** x + 0.044715x³ */
function cubic(graph: Graph, x: string): string {
  const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x]);
  return graph.node('Add', [x, graph.node('Mul', [cube, graph.scalar(0.044715)])]);
}
