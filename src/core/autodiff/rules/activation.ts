import type { Graph } from '../../graph/graph.js';
import { floatAttribute, stringAttribute } from '../../graph/attributes.js';
import { float } from '../../graph/node.js';
import type { RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import {
  add,
  elementwise,
  keepWhere,
  mul,
  outputGradient,
  scale,
  SINCE_13,
  sub,
} from './helpers.js';

const ERF_SLOPE = 2 / Math.sqrt(Math.PI);

interface Unary {
  readonly graph: Graph;
  readonly dY: string;
  readonly x: string;
  readonly y: string;
}

function unary(context: RuleContext): Unary {
  const { graph, node } = context;
  return { graph, dY: outputGradient(context), x: node.inputs[0]!, y: node.outputs[0]! };
}

/** max(0, min(1, αx + β)) in one pass. */
const hardSigmoid = (graph: Graph, x: string, alpha: number, beta: number): string =>
  graph.node('HardSigmoid', [x], { attributes: { alpha: float(alpha), beta: float(beta) } });

// d tanh x = (1 - tanh² x) dx
export const Tanh = rule(SINCE_13, (context) => {
  const { graph, dY, y } = unary(context);
  return [mul(graph, dY, sub(graph, graph.scalar(1), mul(graph, y, y)))];
});

// d σ(x) = σ(x)(1 - σ(x)) dx
export const Sigmoid = rule(SINCE_13, (context) => {
  const { graph, dY, y } = unary(context);
  return [mul(graph, dY, mul(graph, y, sub(graph, graph.scalar(1), y)))];
});

// d ln(1 + eˣ) = σ(x) dx
export const Softplus = rule(SINCE_13, (context) => {
  const { graph, dY, x } = unary(context);
  return [mul(graph, dY, graph.node('Sigmoid', [x]))];
});

// d max(x, 0) = [x > 0] dx
export const Relu = rule(SINCE_13, (context) => {
  const { graph, dY, x } = unary(context);
  return [keepWhere(graph, graph.node('Greater', [x, graph.scalar(0)]), dY)];
});

// d(x > 0 ? x : αx) = (x > 0 ? 1 : α) dx
export const LeakyRelu = rule(SINCE_13, (context) => {
  const { graph, dY, x } = unary(context);
  const leak = scale(graph, dY, floatAttribute(context.node, 'alpha', 0.01));
  const positive = graph.node('Greater', [x, graph.scalar(0)]);
  return [elementwise(graph, 'Where', [positive, dY, leak])];
});

// d(x > 0 ? x : α(eˣ - 1)) = (x > 0 ? 1 : y + α) dx
export const Elu = rule(SINCE_13, (context) => {
  const { graph, dY, x, y } = unary(context);
  const alpha = graph.scalar(floatAttribute(context.node, 'alpha', 1));
  const positive = graph.node('Greater', [x, graph.scalar(0)]);
  return [elementwise(graph, 'Where', [positive, dY, mul(graph, dY, add(graph, y, alpha))])];
});

// d max(0, min(1, αx + β)) = [0 < y < 1] α dx
export const HardSigmoid = rule(SINCE_13, (context) => {
  const { graph, dY, y } = unary(context);
  const sloped = graph.node('And', [
    graph.node('Greater', [y, graph.scalar(0)]),
    graph.node('Less', [y, graph.scalar(1)]),
  ]);
  const alpha = floatAttribute(context.node, 'alpha', 0.2);
  return [keepWhere(graph, sloped, scale(graph, dY, alpha))];
});

// y = x h(x), h(x) = max(0, min(1, x/6 + ½)): slope h(x) + [|x| < 3] x/6
export const HardSwish = rule([14, 23], (context) => {
  const { graph, dY, x } = unary(context);
  const inner = graph.node('Less', [graph.node('Abs', [x]), graph.scalar(3)]);
  const slope = add(
    graph,
    hardSigmoid(graph, x, 1 / 6, 0.5),
    keepWhere(graph, inner, scale(graph, x, 1 / 6)),
  );
  return [mul(graph, dY, slope)];
});

// y = x t, t = tanh(ln(1 + eˣ)): slope t + x σ(x)(1 - t²), Misra 2019 (arXiv:1908.08681)
export const Mish = rule([18, 23], (context) => {
  const { graph, dY, x } = unary(context);
  const t = graph.node('Tanh', [graph.node('Softplus', [x])]);
  const decay = sub(graph, graph.scalar(1), mul(graph, t, t));
  const inner = mul(graph, mul(graph, x, graph.node('Sigmoid', [x])), decay);
  return [mul(graph, dY, add(graph, t, inner))];
});

// d erf x = 2/√π e^(-x²) dx; the factor is inside the exponential, which saves a pass
export const Erf = rule(SINCE_13, (context) => {
  const { graph, dY, x } = unary(context);
  const exponent = sub(graph, graph.scalar(Math.log(ERF_SLOPE)), mul(graph, x, x));
  return [mul(graph, dY, graph.node('Exp', [exponent]))];
});

// d xΦ(x) = (Φ(x) + xφ(x)) dx, Hendrycks & Gimpel 2016 (arXiv:1606.08415)
export const Gelu = rule([20, 23], (context) => {
  const { graph, dY, x } = unary(context);
  if (stringAttribute(context.node, 'approximate', 'none') === 'tanh') {
    return [mul(graph, dY, tanhGeluSlope(graph, x))];
  }
  // With u = x/√2: Φ = ½ + ½ erf u, and xφ(x) = u e^(-u² - ln √π). HardSigmoid is one pass.
  const u = scale(graph, x, Math.SQRT1_2);
  const cdf = hardSigmoid(graph, graph.node('Erf', [u]), 0.5, 0.5);
  const exponent = sub(graph, graph.scalar(-0.5 * Math.log(Math.PI)), mul(graph, u, u));
  const slope = add(graph, cdf, mul(graph, u, graph.node('Exp', [exponent])));
  return [mul(graph, dY, slope)];
});

// y = u(1 + erf u), gate = 1 + erf u: dU = (gate + u e^(-u² + ln 2/√π)) dY; see the pass foldGelu
export const ErfGate = rule([1, 1], (context) => {
  const { graph, dY, x: u } = unary(context);
  const gate = context.node.outputs[1]!;
  const exponent = sub(graph, graph.scalar(Math.log(ERF_SLOPE)), mul(graph, u, u));
  const slope = add(graph, gate, mul(graph, u, graph.node('Exp', [exponent])));
  return [mul(graph, dY, slope)];
});

// u = √(2/π)(x + 0.044715x³); slope = ½(1 + tanh u) + ½x(1 - tanh² u)·√(2/π)(1 + 3·0.044715x²)
function tanhGeluSlope(graph: Graph, x: string): string {
  const c = Math.sqrt(2 / Math.PI);
  const square = mul(graph, x, x);
  const inner = add(graph, scale(graph, square, c * 0.044715), graph.scalar(c));
  const t = graph.node('Tanh', [mul(graph, x, inner)]);
  const left = add(graph, scale(graph, t, 0.5), graph.scalar(0.5));
  const du = add(graph, scale(graph, square, 3 * c * 0.044715), graph.scalar(c));
  const decay = sub(graph, graph.scalar(0.5), scale(graph, mul(graph, t, t), 0.5));
  return add(graph, left, mul(graph, mul(graph, x, decay), du));
}
