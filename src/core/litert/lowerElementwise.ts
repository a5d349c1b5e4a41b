import { floatAttribute, stringAttribute } from '../graph/attributes.js';
import type { GraphNode } from '../graph/node.js';
import type { LitertOp } from './litertOperators.js';
import type { Lowering } from './lowering.js';
import type { SubgraphBuilder } from './subgraphBuilder.js';

/** y = op(x, …), with broadcasting for several inputs. */
const plain =
  (op: LitertOp, optionsOf: (node: GraphNode) => readonly number[] = () => []): Lowering =>
  (builder, node) => {
    const output = node.outputs[0]!;
    const inputs = node.inputs.map((input) => builder.value(input));
    const emission = { dims: builder.dims(output), type: builder.typeOf(output) };
    builder.set(node, builder.emit(op, inputs, { ...emission, options: optionsOf(node) }));
    return true;
  };

/** Σ, Max or Min of any number of inputs, two at a time. */
const folded =
  (op: LitertOp): Lowering =>
  (builder, node) => {
    const output = node.outputs[0]!;
    const dims = builder.dims(output);
    const [first = -1, ...rest] = node.inputs.map((input) => builder.value(input));
    const type = builder.typeOf(output);
    builder.set(
      node,
      rest.reduce((a, b) => builder.emit(op, [a, b], { dims, type }), first),
    );
    return true;
  };

/** Gaussian error linear unit, exact or approximated with tanh. */
const gelu = plain('GELU', (node) => [
  stringAttribute(node, 'approximate', 'none') === 'tanh' ? 1 : 0,
]);

const cast: Lowering = (builder, node) => {
  const [x = ''] = node.inputs;
  const from = builder.typeOf(x);
  const to = builder.typeOf(node.outputs[0]!);
  const codes = { float32: 0, int32: 2, bool: 6, int8: 9 };
  const value = builder.value(x);
  builder.set(
    node,
    from === to
      ? value
      : builder.emit('CAST', [value], {
          dims: builder.dims(x),
          type: to,
          options: [codes[from], codes[to]],
        }),
  );
  return true;
};

/** x² and x³ as products, which are exact and fast. */
const pow: Lowering = (builder, node) => {
  const [x = '', exponent] = node.inputs;
  const tensor = builder.numbers(exponent);
  const power = tensor?.data.length === 1 ? Number(tensor.data[0]) : undefined;
  const dims = builder.dims(node.outputs[0]!);
  if (power !== 2 && power !== 3) return plain('POW')(builder, node);
  const value = builder.value(x);
  const square = builder.emit('MUL', [value, value], { dims });
  builder.set(node, power === 2 ? square : builder.emit('MUL', [square, value], { dims }));
  return true;
};

/** 1/x */
const reciprocal: Lowering = (builder, node) => {
  const [x = ''] = node.inputs;
  const inputs = [builder.scalar(1), builder.value(x)];
  builder.set(node, builder.emit('DIV', inputs, { dims: builder.dims(x) }));
  return true;
};

const alias: Lowering = (builder: SubgraphBuilder, node) => {
  builder.set(node, builder.value(node.inputs[0]!));
  return true;
};

export const ELEMENTWISE = {
  Abs: plain('ABS'),
  Add: plain('ADD'),
  And: plain('LOGICAL_AND'),
  Cast: cast,
  Cos: plain('COS'),
  Div: plain('DIV'),
  Equal: plain('EQUAL'),
  Exp: plain('EXP'),
  Floor: plain('FLOOR'),
  Gelu: gelu,
  Greater: plain('GREATER'),
  GreaterOrEqual: plain('GREATER_EQUAL'),
  HardSwish: plain('HARD_SWISH'),
  Identity: alias,
  LeakyRelu: plain('LEAKY_RELU', (node) => [floatAttribute(node, 'alpha', 0.01)]),
  Less: plain('LESS'),
  LessOrEqual: plain('LESS_EQUAL'),
  Log: plain('LOG'),
  Max: folded('MAXIMUM'),
  Min: folded('MINIMUM'),
  Mul: plain('MUL'),
  Neg: plain('NEG'),
  Not: plain('LOGICAL_NOT'),
  Or: plain('LOGICAL_OR'),
  Pow: pow,
  Reciprocal: reciprocal,
  Relu: plain('RELU'),
  Sigmoid: plain('LOGISTIC'),
  Sign: plain('SIGN'),
  Sin: plain('SIN'),
  Sqrt: plain('SQRT'),
  Sub: plain('SUB'),
  Sum: folded('ADD'),
  Tanh: plain('TANH'),
  Where: plain('SELECT_V2'),
} as const satisfies Readonly<Record<string, Lowering>>;
