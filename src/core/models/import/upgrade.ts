import type { Attributes, GraphNode, Operation } from '../../graph/node.js';
import { intAttribute, intsAttribute, floatAttribute } from '../../graph/attributes.js';
import { int, ints, normalizeAxis, float } from '../../graph/node.js';
import type { AttributeName } from '../../graph/ops.js';
import { inferShapes } from '../../graph/shapes/inferShapes.js';
import type { StaticGraph } from './staticGraph.js';

/** A node of the file, with its inputs as values of the new graph. */
export interface UpgradeContext {
  readonly graph: StaticGraph;
  readonly node: GraphNode;
  /** '' for omitted inputs. */
  readonly inputs: readonly string[];
  /** Opset of the file. */
  readonly opset: number;
}

/** Adds a node in its opset-20 form and returns its outputs. */
type Upgrade = (context: UpgradeContext) => Promise<readonly string[]>;

/** Changes of forms between opset 11 and 20: https://onnx.ai/onnx/operators/. */
export function upgradeNode(context: UpgradeContext): Promise<readonly string[]> {
  const { op, domain } = context.node;
  const upgrade = domain === '' && Object.hasOwn(UPGRADES, op) ? UPGRADES[op] : undefined;
  return (upgrade ?? unchanged)(context);
}

const unchanged: Upgrade = ({ graph, node, inputs }) => graph.emitAll(operationOf(node, inputs));

function operationOf(
  node: GraphNode,
  inputs: readonly string[],
  attributes: Attributes = node.attributes,
): Operation {
  const { op, domain } = node;
  return { op, domain, inputs, attributes, outputCount: node.outputs.length };
}

function without(attributes: Attributes, ...names: string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** Integers that were an attribute in earlier opsets and are now an input. */
const attributeToInput =
  (attribute: AttributeName<'ints'>): Upgrade =>
  ({ graph, node, inputs }) => {
    const values = intsAttribute(node, attribute);
    const all = values ? [inputs[0]!, graph.integers(values)] : inputs;
    return graph.emitAll(operationOf(node, all, without(node.attributes, attribute)));
  };

/** Only the dims change: a Reshape to known sizes. */
const toReshape: Upgrade = async ({ graph, node, inputs }) => {
  const given = inputs.map((input) => input);
  const [info] = inferShapes(graph.graph, { ...node, inputs: given });
  if (!info) return graph.emitAll(operationOf(node, inputs));
  return [await graph.reshape(inputs[0]!, info.dims as readonly number[])];
};

/**
 * Before opset 13, all axes from the given one on were flattened, and the default was the second.
 */
const softmax: Upgrade = async ({ graph, node, inputs, opset }) => {
  const [x = ''] = inputs;
  const dims = graph.dims(x);
  const axis = normalizeAxis(intAttribute(node, 'axis', opset < 13 ? 1 : -1), dims.length);
  const attributes = { axis: int(-1) };
  if (axis === dims.length - 1) return graph.emitAll({ op: node.op, inputs, attributes });
  if (opset >= 13) {
    return graph.emitAll({ op: node.op, inputs, attributes: { axis: int(axis) } });
  }
  const size = (part: readonly number[]): number => part.reduce((a, b) => a * b, 1);
  const flat = await graph.reshape(x, [size(dims.slice(0, axis)), size(dims.slice(axis))]);
  const y = await graph.emit({ op: node.op, inputs: [flat], attributes });
  return [await graph.reshape(y, dims)];
};

const FLOAT32 = 1;
const INT64 = 7;
/** Unsupported types and their replacements. */
const CAST_TO: Readonly<Record<number, number>> = {
  10: FLOAT32,
  11: FLOAT32,
  16: FLOAT32,
  4: INT64,
  5: INT64,
  12: INT64,
  13: INT64,
};

const cast: Upgrade = ({ graph, node, inputs }) => {
  const to = intAttribute(node, 'to', FLOAT32);
  return graph.emitAll({ op: 'Cast', inputs, attributes: { to: int(CAST_TO[to] ?? to) } });
};

const CAST_NUMBERS = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 1 };

const castLike: Upgrade = ({ graph, inputs }) => {
  const { type } = graph.graph.info(inputs[1]!);
  const attributes = { to: int(CAST_NUMBERS[type]) };
  return graph.emitAll({ op: 'Cast', inputs: [inputs[0]!], attributes });
};

const shape: Upgrade = ({ graph, node, inputs }) => {
  const dims = graph.dims(inputs[0]!);
  const start = intAttribute(node, 'start', 0);
  const end = intAttribute(node, 'end', dims.length);
  return Promise.resolve([graph.integers(dims.slice(start, end))]);
};

const size: Upgrade = ({ graph, inputs }) => {
  const count = graph.dims(inputs[0]!).reduce((a, b) => a * b, 1);
  return Promise.resolve([
    graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(count)) }),
  ]);
};

const constant: Upgrade = ({ graph, node }) => {
  const { value, value_int, value_ints, value_float, value_floats } = node.attributes;
  if (value?.kind === 'tensor') return Promise.resolve([graph.constant(value.value)]);
  const floats = value_floats?.kind === 'floats' ? value_floats.value : undefined;
  const integers = value_ints?.kind === 'ints' ? value_ints.value : undefined;
  if (value_float?.kind === 'float' || floats) {
    const data = Float32Array.from(floats ?? [floatAttribute(node, 'value_float', 0)]);
    const dims = floats ? [data.length] : [];
    return Promise.resolve([graph.constant({ type: 'float32', dims, data })]);
  }
  if (value_int?.kind === 'int' || integers) {
    const data = BigInt64Array.from(integers ?? [intAttribute(node, 'value_int', 0)], BigInt);
    const dims = integers ? [data.length] : [];
    return Promise.resolve([graph.constant({ type: 'int64', dims, data })]);
  }
  return graph.emitAll(operationOf(node, []));
};

/** Removes dropout, because exports are in evaluation mode. */
const dropout: Upgrade = ({ inputs }) => Promise.resolve([inputs[0]!]);

/**
 * Replaces Split by slices, each of which can be moved separately. Sizes were an attribute and are
 * now an input; without sizes, the parts are equal.
 */
const split: Upgrade = async ({ graph, node, inputs }) => {
  const [x = ''] = inputs;
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), graph.dims(x).length);
  const given = inputs.slice(1).filter((input) => input !== '');
  const attributes = without(node.attributes, 'num_outputs');
  const parts = inferShapes(graph.graph, { ...node, inputs: [x, ...given], attributes });
  const outputs: string[] = [];
  let start = 0;
  for (const { dims } of parts) {
    const end = start + Number(dims[axis]);
    const bounds = [[start], [end], [axis]].map((values) => graph.integers(values));
    outputs.push(await graph.emit({ op: 'Slice', inputs: [x, ...bounds] }));
    start = end;
  }
  return outputs;
};

/** Bounds could have a different type from the value in earlier opsets. */
const clip: Upgrade = async ({ graph, node, inputs }) => {
  const [x = '', ...bounds] = inputs;
  const to = int(CAST_NUMBERS[graph.graph.info(x).type]);
  const all = [x];
  for (const bound of bounds) {
    const cast = { op: 'Cast', inputs: [bound], attributes: { to } };
    all.push(bound === '' ? '' : await graph.emit(cast));
  }
  return graph.emitAll(operationOf(node, all));
};

/** Handles reductions without axes, and those with `noop_with_empty_axes`. */
const reduce = attributeToInput('axes');

const layerNormalization: Upgrade = ({ graph, node, inputs }) => {
  const attributes = {
    axis: int(intAttribute(node, 'axis', -1)),
    epsilon: float(floatAttribute(node, 'epsilon', 1e-5)),
  };
  return graph.emitAll(operationOf(node, inputs, attributes));
};

const gemm: Upgrade = ({ graph, node, inputs }) =>
  // An empty third input means none.
  graph.emitAll(operationOf(node, inputs[2] === '' ? inputs.slice(0, 2) : inputs));

const transpose: Upgrade = ({ graph, node, inputs }) => {
  const rank = graph.dims(inputs[0]!).length;
  const perm = intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  return graph.emitAll(operationOf(node, inputs, { perm: ints(perm) }));
};

const UPGRADES: Readonly<Record<string, Upgrade>> = {
  Cast: cast,
  CastLike: castLike,
  Clip: clip,
  Constant: constant,
  Dropout: dropout,
  Flatten: toReshape,
  Gemm: gemm,
  LayerNormalization: layerNormalization,
  LogSoftmax: softmax,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceMax: reduce,
  ReduceMean: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceSum: reduce,
  ReduceSumSquare: reduce,
  Reshape: toReshape,
  Shape: shape,
  Size: size,
  Softmax: softmax,
  Split: split,
  Squeeze: toReshape,
  Transpose: transpose,
  Unsqueeze: toReshape,
};
