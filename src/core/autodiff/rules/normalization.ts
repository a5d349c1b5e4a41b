import {
  floatAttribute,
  graphError,
  int,
  float,
  intAttribute,
  normalizeAxis,
} from '../../graph/graph.js';
import type { RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import { count, mul, outputGradient, reshapeTo, sub, sumLast, sumRows } from './helpers.js';

function requireLastAxis({ graph, node }: RuleContext, fallback: number): void {
  const rank = graph.info(node.inputs[0]!).dims.length;
  const axis = normalizeAxis(intAttribute(node, 'axis', fallback), rank);
  if (axis !== rank - 1) throw graphError(node.op, 'the last axis', `axis ${axis} of ${rank}`);
}

// y = softmax x: dX = y ∘ (dY - Σ dY ∘ y)
export const Softmax = rule([13, 23], (context) => {
  requireLastAxis(context, -1);
  const { graph, node } = context;
  const dY = outputGradient(context);
  const y = node.outputs[0]!;
  return [mul(graph, y, sub(graph, dY, sumLast(graph, mul(graph, dY, y))))];
});

// y = x - ln Σ eˣ: dX = dY - eʸ Σ dY
export const LogSoftmax = rule([13, 23], (context) => {
  requireLastAxis(context, -1);
  const { graph, node } = context;
  const dY = outputGradient(context);
  const softmax = graph.node('Exp', [node.outputs[0]!]);
  return [sub(graph, dY, mul(graph, softmax, sumLast(graph, dY)))];
});

/**
 * y = γ x̂ + β, x̂ = (x - μ)/σ (Ba et al. 2016, arXiv:1607.06450):
 * dX = (γ dY - mean(γ dY) - x̂ mean(γ dY ∘ x̂)) / σ, dγ = Σ dY ∘ x̂, dβ = Σ dY.
 * The row means are products with γ/n, the column sums products with ones.
 */
export const LayerNormalization = rule([17, 23], (context) => {
  requireLastAxis(context, -1);
  const { graph, node } = context;
  const [x = '', scale = ''] = node.inputs;
  const dims = graph.staticDims(x);
  const width = dims.at(-1)!;
  const rows = count(dims) / width;
  const dY = reshapeTo(graph, outputGradient(context), [rows, width]);
  const flat = reshapeTo(graph, x, [rows, width]);
  const ones = graph.filled(1, [width]);
  const zeros = graph.filled(0, [width]);
  const [normalized = '', , inverseDeviation = ''] = graph.nodeWithOutputs(
    'LayerNormalization',
    [flat, ones, zeros],
    {
      outputCount: 3,
      attributes: { axis: int(-1), epsilon: float(floatAttribute(node, 'epsilon', 1e-5)) },
    },
  );
  const product = mul(graph, dY, normalized);
  const dX = (): string => {
    const weights = reshapeTo(graph, mul(graph, scale, graph.scalar(1 / width)), [width, 1]);
    const mean = graph.node('MatMul', [dY, weights]);
    const slope = graph.node('MatMul', [product, weights]);
    const centred = sub(graph, mul(graph, dY, scale), mean);
    const dNormalized = sub(graph, centred, mul(graph, normalized, slope));
    return reshapeTo(graph, mul(graph, dNormalized, inverseDeviation), dims);
  };
  return [
    context.needs(0) ? dX() : null,
    context.needs(1) ? reshapeTo(graph, sumRows(graph, product), [width]) : null,
    ...(node.inputs.length > 2
      ? [context.needs(2) ? reshapeTo(graph, sumRows(graph, dY), [width]) : null]
      : []),
  ];
});
