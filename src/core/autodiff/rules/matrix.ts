import { floatAttribute, intAttribute } from '../../graph/attributes.js';
import { float, int } from '../../graph/node.js';
import { rule } from '../rule.js';
import { count, outputGradient, product, reshapeTo, scale, SINCE_13 } from './helpers.js';
import { unbroadcast } from './sums.js';

// Y = AB: dA = dY Bᵀ, dB = Aᵀ dY, summed over broadcast batches; a vector is a row or a column
export const MatMul = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const [a = '', b = ''] = node.inputs;
  const [givenA, givenB] = [graph.staticDims(a), graph.staticDims(b)];
  const dimsA = givenA.length === 1 ? [1, ...givenA] : givenA;
  const dimsB = givenB.length === 1 ? [...givenB, 1] : givenB;
  const [k, n] = [dimsB.at(-2)!, dimsB.at(-1)!];
  const as = (value: string, dims: readonly number[]): string => reshapeTo(graph, value, dims);
  const dY = outputGradient(context);

  if (count(dimsB) === k * n) {
    // One matrix for all batches: as a plain matrix product, nothing remains to sum.
    const rows = count(dimsA) / k;
    const flatY = as(dY, [rows, n]);
    const dA = (): string => product(graph, flatY, as(b, [k, n]), { transB: true });
    const dB = (): string => product(graph, as(a, [rows, k]), flatY, { transA: true });
    return [context.needs(0) ? as(dA(), givenA) : null, context.needs(1) ? as(dB(), givenB) : null];
  }
  const dims = graph.staticDims(node.outputs[0]!);
  const batch = dims.slice(0, Math.max(givenA.length, givenB.length) - 2);
  const batchY = as(dY, [...batch, dimsA.at(-2)!, n]);
  const dA = (): string => product(graph, batchY, as(b, dimsB), { transB: true });
  const dB = (): string => product(graph, as(a, dimsA), batchY, { transA: true });
  return [
    context.needs(0) ? as(unbroadcast(graph, dA(), dimsA), givenA) : null,
    context.needs(1) ? as(unbroadcast(graph, dB(), dimsB), givenB) : null,
  ];
});

// Y = αA'B' + βC, A' = A or Aᵀ, B' = B or Bᵀ: dA' = α dY B'ᵀ, dB' = α A'ᵀ dY, dC = β Σ dY
export const Gemm = rule(SINCE_13, (context) => {
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
    scale(graph, unbroadcast(graph, dY, graph.staticDims(c)), floatAttribute(node, 'beta', 1));
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
      attributes: { alpha, transA: int(ta ? 1 : 0), transB: int(tb ? 1 : 0) },
    });
  const dA = (): string => (transA ? fused(b, dY, transB, true) : fused(dY, b, false, !transB));
  const dB = (): string => (transB ? fused(dY, a, true, transA) : fused(a, dY, !transA, false));
  return [
    context.needs(0) ? unbroadcast(graph, dA(), graph.staticDims(a)) : null,
    context.needs(1) ? unbroadcast(graph, dB(), graph.staticDims(b)) : null,
  ];
});
