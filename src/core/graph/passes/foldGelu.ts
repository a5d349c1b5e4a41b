import type { Graph } from '../graph.js';
import type { Attributes, GraphNode } from '../node.js';
import { floatAttribute, stringAttribute } from '../attributes.js';
import { float } from '../node.js';
import { countReaders, producers, rewriteNodes } from './rewrite.js';

/**
 * Rewrites `Gemm → Gelu → Gemm` for training. With u = x/√2, gelu(x) = u(1 + erf u)/√2, and both
 * factors of 1/√2 are free inside the products. The remaining `ErfGate`, (y, gate) = (u(1 + erf u),
 * 1 + erf u), has a backward pass that reads the gate instead of computing the error function
 * again. This reduces the passes over the widest activations of the network.
 */
export function foldGelu(graph: Graph): void {
  const made = producers(graph);
  const readers = countReaders(graph);
  const scaled = new Map<GraphNode, Attributes>();
  const gates = new Set<GraphNode>();
  for (const gelu of graph.nodes) {
    if (gelu.op !== 'Gelu' || stringAttribute(gelu, 'approximate', 'none') !== 'none') continue;
    const before = made.get(gelu.inputs[0]!);
    const after = graph.nodes.filter((node) => node.inputs.includes(gelu.outputs[0]!));
    const foldable =
      before?.op === 'Gemm' &&
      readers.get(gelu.inputs[0]!) === 1 &&
      readers.get(gelu.outputs[0]!) === after.length &&
      after.every((node) => node.op === 'Gemm' && readsOnlyAs(node, gelu.outputs[0]!, 0));
    if (!foldable) continue;
    gates.add(gelu);
    const half = Math.SQRT1_2;
    scaled.set(before, scaleAttributes(before, half, half));
    for (const node of after) scaled.set(node, scaleAttributes(node, half, 1));
  }
  rewriteNodes(graph, (node) => {
    const attributes = scaled.get(node);
    if (attributes) node.attributes = attributes;
    if (!gates.has(node)) return false;
    const gate = `${node.outputs[0]!}:gate`;
    graph.nodeWithOutputs('ErfGate', node.inputs, {
      outputs: [node.outputs[0]!, gate],
    });
    return true;
  });
}

function readsOnlyAs(node: GraphNode, value: string, position: number): boolean {
  return node.inputs.every((input, i) => (input === value) === (i === position));
}

function scaleAttributes(node: GraphNode, alpha: number, beta: number): Attributes {
  return {
    ...node.attributes,
    alpha: float(floatAttribute(node, 'alpha', 1) * alpha),
    beta: float(floatAttribute(node, 'beta', 1) * beta),
  };
}

/** Replaces each `ErfGate` by standard operators. */
export function lowerErfGate(graph: Graph): void {
  rewriteNodes(graph, (node) => {
    if (node.op !== 'ErfGate') return false;
    const [u = ''] = node.inputs;
    const [y = '', gate = ''] = node.outputs;
    graph.node('Add', [graph.node('Erf', [u]), graph.scalar(1)], { outputs: [gate] });
    graph.node('Mul', [u, gate], { outputs: [y] });
    return true;
  });
}
