import type { Graph } from '../../graph/graph.js';
import { intAttribute } from '../../graph/attributes.js';
import { int } from '../../graph/node.js';
import type { Rule, RuleContext } from '../rule.js';
import { rule } from '../rule.js';
import {
  div,
  elementwise,
  forFirst,
  mul,
  neg,
  outputGradient,
  scale,
  SINCE_13,
  sub,
} from './helpers.js';
import { unbroadcast } from './sums.js';

type UnaryGradient = (graph: Graph, dY: string, x: string, y: string) => string;

/** A rule for an op of one input: dX from dY, the input and the output. */
const unary = (gradient: UnaryGradient): Rule => {
  return (context) => {
    const { graph, node } = context;
    return [gradient(graph, outputGradient(context), node.inputs[0]!, node.outputs[0]!)];
  };
};

type BinaryGradient = (context: RuleContext, dY: string, a: string, b: string) => string;

/** A rule for an op of two operands that broadcast; each gradient has the result's shape. */
const binary =
  (gradientA: BinaryGradient, gradientB: BinaryGradient): Rule =>
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

/** A rule for an op of any number of operands that broadcast and get the same gradient. */
const shared =
  (gradient: (context: RuleContext, dY: string) => string): Rule =>
  (context) => {
    const { graph, node } = context;
    const each = gradient(context, outputGradient(context));
    return node.inputs.map((input, i) =>
      context.needs(i) ? unbroadcast(graph, each, graph.staticDims(input)) : null,
    );
  };

// d(a+b) = da + db
export const Add = rule(
  SINCE_13,
  shared((_, dY) => dY),
);

// d(a+b+…) = da + db + …
export const Sum = rule(
  SINCE_13,
  shared((_, dY) => dY),
);

// d((a+b+…)/n) = (da + db + …)/n
export const Mean = rule(
  SINCE_13,
  shared(({ graph, node }, dY) => scale(graph, dY, 1 / node.inputs.length)),
);

// d(a-b) = da - db
export const Sub = rule(
  SINCE_13,
  binary(
    (_, dY) => dY,
    ({ graph }, dY) => neg(graph, dY),
  ),
);

// d(ab) = b da + a db
export const Mul = rule(
  SINCE_13,
  binary(
    ({ graph }, dY, _, b) => mul(graph, dY, b),
    ({ graph }, dY, a) => mul(graph, dY, a),
  ),
);

// d(a/b) = da / b - (a/b) db / b
export const Div = rule(
  SINCE_13,
  binary(
    ({ graph }, dY, _, b) => div(graph, dY, b),
    ({ graph, node }, dY, _, b) => neg(graph, div(graph, mul(graph, dY, node.outputs[0]!), b)),
  ),
);

// d(a^p) = p a^(p-1) da + ln a a^p dp
export const Pow = rule(
  SINCE_13,
  binary(
    ({ graph }, dY, a, p) => {
      const exponent = scalarConstant(graph, p);
      if (exponent !== null) return mul(graph, dY, powerSlope(graph, a, exponent));
      const real = castTo(graph, p, a);
      const lower = elementwise(graph, 'Pow', [a, sub(graph, real, graph.scalar(1))]);
      return mul(graph, dY, mul(graph, real, lower));
    },
    ({ graph, node }, dY, a) =>
      mul(graph, dY, mul(graph, node.outputs[0]!, graph.node('Log', [a]))),
  ),
);

function powerSlope(graph: Graph, a: string, p: number): string {
  if (p === 1) return graph.scalar(1);
  if (p === 2) return scale(graph, a, 2);
  if (p === 3) return mul(graph, scale(graph, a, 3), a);
  return scale(graph, graph.node('Pow', [a, graph.scalar(p - 1)]), p);
}

function scalarConstant(graph: Graph, value: string): number | null {
  const tensor = graph.constants.get(value);
  return tensor?.data.length === 1 && tensor.type !== 'float16' ? Number(tensor.data[0]) : null;
}

/** Casts a value to the type of another one. */
function castTo(graph: Graph, value: string, like: string): string {
  const { type } = graph.info(like);
  if (graph.info(value).type === type) return value;
  return graph.node('Cast', [value], { attributes: { to: int(type === 'float16' ? 10 : 1) } });
}

// d(-x) = -dx
export const Neg = rule(
  SINCE_13,
  unary((graph, dY) => neg(graph, dY)),
);

// d|x| = sign x dx
export const Abs = rule(
  SINCE_13,
  unary((graph, dY, x) => mul(graph, dY, graph.node('Sign', [x]))),
);

// d e^x = e^x dx
export const Exp = rule(
  SINCE_13,
  unary((graph, dY, _, y) => mul(graph, dY, y)),
);

// d ln x = dx / x
export const Log = rule(
  SINCE_13,
  unary((graph, dY, x) => div(graph, dY, x)),
);

// d √x = dx / (2√x)
export const Sqrt = rule(
  SINCE_13,
  unary((graph, dY, _, y) => div(graph, scale(graph, dY, 0.5), y)),
);

// d(1/x) = -dx / x²
export const Reciprocal = rule(
  SINCE_13,
  unary((graph, dY, _, y) => neg(graph, mul(graph, dY, mul(graph, y, y)))),
);

// d sin x = cos x dx
export const Sin = rule(
  SINCE_13,
  unary((graph, dY, x) => mul(graph, dY, graph.node('Cos', [x]))),
);

// d cos x = -sin x dx
export const Cos = rule(
  SINCE_13,
  unary((graph, dY, x) => neg(graph, mul(graph, dY, graph.node('Sin', [x])))),
);

// d Σ_{j≤i} xⱼ: every gradient adds to those before it
export const CumSum = rule(SINCE_13, (context) => {
  const { op, domain, inputs, attributes } = context.node;
  const reverse = int(intAttribute(context.node, 'reverse', 0) === 1 ? 0 : 1);
  const [dX = ''] = context.graph.append({
    op,
    domain,
    inputs: [outputGradient(context), inputs[1]!],
    attributes: { ...attributes, reverse },
  });
  return forFirst(context, dX);
});

export const Identity = rule(SINCE_13, (context) => [outputGradient(context)]);

// Between floating-point types; a cast to integers has no gradient.
const cast: Rule = (context) => {
  const { graph, node } = context;
  return forFirst(context, castTo(graph, outputGradient(context), node.inputs[0]!));
};
export const Cast = rule(SINCE_13, cast);
export const CastLike = rule([15, 23], cast);

// Without training mode the identity
export const Dropout = rule(SINCE_13, (context) => forFirst(context, outputGradient(context)), {
  supports: ({ graph, node }) => {
    const mode = node.inputs[2] ?? '';
    return mode === '' || graph.constants.get(mode)?.data[0] === 0;
  },
});
