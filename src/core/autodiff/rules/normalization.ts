import { floatAttribute, intAttribute } from '../../graph/attributes.js';
import { float, int, normalizeAxis } from '../../graph/node.js';
import type { RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import { count, mul, outputGradient, reshapeTo, SINCE_13, sub } from './helpers.js';
import { sumOver, sumRows } from './sums.js';

const axisOf = ({ graph, node }: RuleContext): number =>
  normalizeAxis(intAttribute(node, 'axis', -1), graph.info(node.inputs[0]!).dims.length);

// y = softmax x: dX = y ∘ (dY - Σ dY ∘ y)
export const Softmax = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const y = node.outputs[0]!;
  const slope = sumOver(graph, mul(graph, dY, y), [axisOf(context)]);
  return [mul(graph, y, sub(graph, dY, slope))];
});

// y = x - ln Σ eˣ: dX = dY - eʸ Σ dY
export const LogSoftmax = rule(SINCE_13, (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const softmax = graph.node('Exp', [node.outputs[0]!]);
  return [sub(graph, dY, mul(graph, softmax, sumOver(graph, dY, [axisOf(context)])))];
});

/**
 * y = γ x̂ + β, x̂ = (x - μ)/σ (Ba et al. 2016, arXiv:1607.06450):
 * dX = (γ dY - mean(γ dY) - x̂ mean(γ dY ∘ x̂)) / σ, dγ = Σ dY ∘ x̂, dβ = Σ dY.
 * The row means are products with γ/n, the column sums products with ones.
 */
export const LayerNormalization = rule([17, 23], (context) => {
  const { graph, node } = context;
  const [x = '', scale = ''] = node.inputs;
  const dims = graph.staticDims(x);
  const normalizedDims = dims.slice(axisOf(context));
  const width = count(normalizedDims);
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
    const gamma = reshapeTo(graph, scale, [width]);
    const weights = reshapeTo(graph, mul(graph, gamma, graph.scalar(1 / width)), [width, 1]);
    const mean = graph.node('MatMul', [dY, weights]);
    const slope = graph.node('MatMul', [product, weights]);
    const centred = sub(graph, mul(graph, dY, gamma), mean);
    const dNormalized = sub(graph, centred, mul(graph, normalized, slope));
    return reshapeTo(graph, mul(graph, dNormalized, inverseDeviation), dims);
  };
  return [
    context.needs(0) ? dX() : null,
    context.needs(1) ? reshapeTo(graph, sumRows(graph, product), normalizedDims) : null,
    ...(node.inputs.length > 2
      ? [context.needs(2) ? reshapeTo(graph, sumRows(graph, dY), normalizedDims) : null]
      : []),
  ];
});
