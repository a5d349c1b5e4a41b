import type { Graph } from '../../graph/graph.js';
import { float, floatAttribute, int, intAttribute, MICROSOFT } from '../../graph/graph.js';
import { rule } from '../rule.js';
import { count, mul, outputGradient, product, reshapeTo, unbroadcast } from './helpers.js';

const scaled = (graph: Graph, x: string, factor: number): string =>
  mul(graph, x, graph.scalar(factor));

// Y = AB: dA = dY Bᵀ, dB = Aᵀ dY, summed over broadcast batches
export const MatMul = rule([1, 23], (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const [a = '', b = ''] = node.inputs;
  const dimsA = graph.staticDims(a);
  const dimsB = graph.staticDims(b);
  if (dimsB.length === 2 && dimsA.length > 2) {
    // One matrix for all batches: as a plain product of matrices, nothing is left to sum.
    const rows = count(dimsA.slice(0, -1));
    const flatA = reshapeTo(graph, a, [rows, dimsA.at(-1)!]);
    const flatY = reshapeTo(graph, dY, [rows, dimsB[1]!]);
    return [
      context.needs(0) ? reshapeTo(graph, product(graph, flatY, b, { transB: true }), dimsA) : null,
      context.needs(1) ? product(graph, flatA, flatY, { transA: true }) : null,
    ];
  }
  return [
    context.needs(0) ? unbroadcast(graph, product(graph, dY, b, { transB: true }), dimsA) : null,
    context.needs(1) ? unbroadcast(graph, product(graph, a, dY, { transA: true }), dimsB) : null,
  ];
});

// Y = αA'B' + βC, A' = A or Aᵀ, B' = B or Bᵀ: dA' = α dY B'ᵀ, dB' = α A'ᵀ dY, dC = β Σ dY
export const Gemm = rule([7, 23], (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const [a = '', b = '', c = ''] = node.inputs;
  const alpha = float(floatAttribute(node, 'alpha', 1));
  const transA = intAttribute(node, 'transA', 0) === 1;
  const transB = intAttribute(node, 'transB', 0) === 1;
  const gemm = (left: string, right: string, ta: boolean, tb: boolean): string =>
    graph.node('Gemm', [left, right], {
      attributes: { alpha, transA: int(ta ? 1 : 0), transB: int(tb ? 1 : 0) },
    });
  const dA = (): string => (transA ? gemm(b, dY, transB, true) : gemm(dY, b, false, !transB));
  const dB = (): string => (transB ? gemm(dY, a, true, transA) : gemm(a, dY, !transA, false));
  const dC = (): string =>
    scaled(graph, unbroadcast(graph, dY, graph.staticDims(c)), floatAttribute(node, 'beta', 1));
  return [
    context.needs(0) ? dA() : null,
    context.needs(1) ? dB() : null,
    ...(node.inputs.length > 2 ? [c !== '' && context.needs(2) ? dC() : null] : []),
  ];
});

// Y = αA'B' over batches of one shape
export const FusedMatMul = rule([1, 1], (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const [a = '', b = ''] = node.inputs;
  const alpha = float(floatAttribute(node, 'alpha', 1));
  const transA = intAttribute(node, 'transA', 0) === 1;
  const transB = intAttribute(node, 'transB', 0) === 1;
  const fused = (left: string, right: string, ta: boolean, tb: boolean): string =>
    graph.node('FusedMatMul', [left, right], {
      domain: MICROSOFT,
      attributes: { alpha, transA: int(ta ? 1 : 0), transB: int(tb ? 1 : 0) },
    });
  const dA = (): string => (transA ? fused(b, dY, transB, true) : fused(dY, b, false, !transB));
  const dB = (): string => (transB ? fused(dY, a, true, transA) : fused(a, dY, !transA, false));
  return [
    context.needs(0) ? unbroadcast(graph, dA(), graph.staticDims(a)) : null,
    context.needs(1) ? unbroadcast(graph, dB(), graph.staticDims(b)) : null,
  ];
});
