import { float, graphError, stringAttribute } from '../../graph/graph.js';
import type { Rule, RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import { add, mul, outputGradient, sub, unbroadcast } from './helpers.js';

/** A rule for an op of one input: dX from dY, the input and the output. */
const unary =
  (gradient: (context: RuleContext, dY: string, x: string, y: string) => string): Rule =>
  (context) => [
    gradient(context, outputGradient(context), context.node.inputs[0]!, context.node.outputs[0]!),
  ];

/** A rule for an op of two operands that broadcast: each gradient at the result's shape. */
const binary =
  (
    gradientA: (context: RuleContext, dY: string, a: string, b: string) => string,
    gradientB: (context: RuleContext, dY: string, a: string, b: string) => string,
  ): Rule =>
  (context) => {
    const { graph, node } = context;
    const dY = outputGradient(context);
    const [a = '', b = ''] = node.inputs;
    return [
      context.needs(0)
        ? unbroadcast(graph, gradientA(context, dY, a, b), graph.staticDims(a))
        : null,
      context.needs(1)
        ? unbroadcast(graph, gradientB(context, dY, a, b), graph.staticDims(b))
        : null,
    ];
  };

// d(a+b) = da + db
export const Add = rule(
  [7, 23],
  binary(
    (_, dY) => dY,
    (_, dY) => dY,
  ),
);

// d(a-b) = da - db
export const Sub = rule(
  [7, 23],
  binary(
    (_, dY) => dY,
    ({ graph }, dY) => graph.node('Neg', [dY]),
  ),
);

// d(ab) = b da + a db
export const Mul = rule(
  [7, 23],
  binary(
    ({ graph }, dY, _, b) => mul(graph, dY, b),
    ({ graph }, dY, a) => mul(graph, dY, a),
  ),
);

// d(a/b) = da / b - (a/b) db / b
export const Div = rule(
  [7, 23],
  binary(
    ({ graph }, dY, _, b) => graph.node('Div', [dY, b]),
    ({ graph, node }, dY, _, b) => {
      const scaled = graph.node('Div', [mul(graph, dY, node.outputs[0]!), b]);
      return graph.node('Neg', [scaled]);
    },
  ),
);

// d(a^p) = p a^(p-1) da, for exponents that are not trained
export const Pow = rule(
  [7, 23],
  binary(
    ({ graph }, dY, a, p) => {
      const lower = graph.node('Pow', [a, sub(graph, p, graph.scalar(1))]);
      return mul(graph, dY, mul(graph, p, lower));
    },
    () => {
      throw graphError('Pow', 'an exponent that is constant', 'a trained one');
    },
  ),
);

// d(-x) = -dx
export const Neg = rule(
  [6, 23],
  unary(({ graph }, dY) => graph.node('Neg', [dY])),
);

// d e^x = e^x dx
export const Exp = rule(
  [6, 23],
  unary(({ graph }, dY, _, y) => mul(graph, dY, y)),
);

// d ln x = dx / x
export const Log = rule(
  [6, 23],
  unary(({ graph }, dY, x) => graph.node('Div', [dY, x])),
);

// d √x = dx / (2√x)
export const Sqrt = rule(
  [6, 23],
  unary(({ graph }, dY, _, y) => graph.node('Div', [mul(graph, dY, graph.scalar(0.5)), y])),
);

// d(1/x) = -dx / x²
export const Reciprocal = rule(
  [6, 23],
  unary(({ graph }, dY, _, y) => graph.node('Neg', [mul(graph, dY, mul(graph, y, y))])),
);

// d tanh x = (1 - tanh² x) dx
export const Tanh = rule(
  [6, 23],
  unary(({ graph }, dY, _, y) => mul(graph, dY, sub(graph, graph.scalar(1), mul(graph, y, y)))),
);

// d σ(x) = σ(x)(1 - σ(x)) dx
export const Sigmoid = rule(
  [6, 23],
  unary(({ graph }, dY, _, y) => mul(graph, dY, mul(graph, y, sub(graph, graph.scalar(1), y)))),
);

// d max(x, 0) = [x > 0] dx
export const Relu = rule(
  [6, 23],
  unary(({ graph }, dY, x) => {
    const positive = graph.node('Greater', [x, graph.scalar(0)]);
    return graph.node('Where', [positive, dY, graph.scalar(0)]);
  }),
);

// d erf x = 2/√π e^(-x²) dx; the factor is inside the exponential, which saves a pass
export const Erf = rule(
  [9, 23],
  unary(({ graph }, dY, x) => {
    const exponent = sub(graph, graph.scalar(Math.log(2 / Math.sqrt(Math.PI))), mul(graph, x, x));
    return mul(graph, dY, graph.node('Exp', [exponent]));
  }),
);

// d xΦ(x) = (Φ(x) + xφ(x)) dx, Hendrycks & Gimpel 2016 (arXiv:1606.08415)
export const Gelu = rule(
  [20, 23],
  unary(({ graph, node }, dY, x) => {
    if (stringAttribute(node, 'approximate', 'none') === 'tanh') {
      return mul(graph, dY, tanhGeluSlope(graph, x));
    }
    // With u = x/√2: Φ = ½ + ½ erf u, and xφ(x) = u e^(-u² - ln √π). HardSigmoid is one pass.
    const u = mul(graph, x, graph.scalar(Math.SQRT1_2));
    const cdf = graph.node('HardSigmoid', [graph.node('Erf', [u])], {
      attributes: { alpha: float(0.5), beta: float(0.5) },
    });
    const exponent = sub(graph, graph.scalar(-0.5 * Math.log(Math.PI)), mul(graph, u, u));
    const slope = add(graph, cdf, mul(graph, u, graph.node('Exp', [exponent])));
    return mul(graph, dY, slope);
  }),
);

// y = u(1 + erf u), gate = 1 + erf u: dU = (gate + u e^(-u² + ln 2/√π)) dY; see the pass foldGelu
export const ErfGate = rule([1, 1], (context) => {
  const { graph, node } = context;
  const u = node.inputs[0]!;
  const gate = node.outputs[1]!;
  const exponent = sub(graph, graph.scalar(Math.log(2 / Math.sqrt(Math.PI))), mul(graph, u, u));
  const slope = add(graph, gate, mul(graph, u, graph.node('Exp', [exponent])));
  return [mul(graph, outputGradient(context), slope)];
});

// u = √(2/π)(x + 0.044715x³); slope = ½(1 + tanh u) + ½x(1 - tanh² u)·√(2/π)(1 + 3·0.044715x²)
function tanhGeluSlope(graph: RuleContext['graph'], x: string): string {
  const c = Math.sqrt(2 / Math.PI);
  const square = mul(graph, x, x);
  const inner = add(graph, mul(graph, square, graph.scalar(c * 0.044715)), graph.scalar(c));
  const t = graph.node('Tanh', [mul(graph, x, inner)]);
  const left = add(graph, mul(graph, t, graph.scalar(0.5)), graph.scalar(0.5));
  const du = add(graph, mul(graph, square, graph.scalar(3 * c * 0.044715)), graph.scalar(c));
  const decay = sub(graph, graph.scalar(0.5), mul(graph, mul(graph, t, t), graph.scalar(0.5)));
  return add(graph, left, mul(graph, mul(graph, x, decay), du));
}

// d(c ? a : b) = c ? da : db
export const Where = rule([9, 23], (context) => {
  const { graph, node } = context;
  const dY = outputGradient(context);
  const [condition = '', a = '', b = ''] = node.inputs;
  const zero = graph.scalar(0);
  return [
    null,
    context.needs(1)
      ? unbroadcast(graph, graph.node('Where', [condition, dY, zero]), graph.staticDims(a))
      : null,
    context.needs(2)
      ? unbroadcast(graph, graph.node('Where', [condition, zero, dY]), graph.staticDims(b))
      : null,
  ];
});

export const Identity = rule([1, 23], (context) => [outputGradient(context)]);
