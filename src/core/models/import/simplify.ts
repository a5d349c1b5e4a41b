import type { Tensor } from '../../ports.js';
import type { GraphNode, GraphView, Operation } from '../../graph/node.js';
import { intsAttribute } from '../../graph/attributes.js';
import { ints, normalizeAxis } from '../../graph/node.js';

/** Graph under construction, as needed for simplification. */
export interface SimplifiedGraph {
  readonly graph: GraphView;
  /** Numbers of a constant value. */
  tensor(value: string): Tensor | undefined;
  dims(value: string): readonly number[];
  producer(value: string): GraphNode | undefined;
  constant(tensor: Tensor): string;
  integers(values: readonly number[]): string;
  reshape(x: string, dims: readonly number[]): Promise<string>;
  emit(operation: Operation): Promise<string>;
}

/** Value that equals the operation's result at a lower cost, or `null`. */
type Identity = (
  graph: SimplifiedGraph,
  operation: Operation,
) => Promise<string | null> | string | null;

/** Finds a value that makes an operation redundant, from its sizes and constants. */
export async function simplify(
  graph: SimplifiedGraph,
  operation: Operation,
): Promise<string | null> {
  if ((operation.domain ?? '') !== '') return null;
  const identity = Object.hasOwn(IDENTITIES, operation.op) ? IDENTITIES[operation.op] : undefined;
  return identity ? identity(graph, operation) : null;
}

/** x ∘ c = x for a constant c of one repeated value that does not widen x. */
const neutral =
  (value: number, { commutes }: { readonly commutes: boolean }): Identity =>
  (graph, { inputs }) => {
    const [a = '', b = ''] = inputs;
    if (leaves(graph, a, b, value)) return a;
    return commutes && leaves(graph, b, a, value) ? b : null;
  };

function leaves(graph: SimplifiedGraph, x: string, constant: string, value: number): boolean {
  if (graph.tensor(x) || uniformValue(graph.tensor(constant)) !== value) return false;
  const dims = graph.dims(x);
  const other = graph.dims(constant);
  const added = dims.length - other.length;
  return added >= 0 && other.every((dim, i) => dim === 1 || dim === dims[added + i]);
}

/** Number that all elements equal, if any. */
export function uniformValue(tensor: Tensor | undefined): number | undefined {
  if (!tensor || tensor.data.length === 0) return undefined;
  const { data } = tensor;
  for (let i = 1; i < data.length; i++) if (data[i] !== data[0]) return undefined;
  return Number(data[0]);
}

const sameDims = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** The input itself if the output has the same dims. */
const whereDimsStay =
  (
    wantedDims: (graph: SimplifiedGraph, operation: Operation) => readonly number[] | null,
  ): Identity =>
  (graph, operation) => {
    const [x = ''] = operation.inputs;
    const dims = wantedDims(graph, operation);
    return dims && !graph.tensor(x) && sameDims(graph.dims(x), dims) ? x : null;
  };

const reshape: Identity = (graph, { inputs }) => {
  const [x = '', shape = ''] = inputs;
  if (graph.tensor(x)) return null;
  const dims = graph.graph.constantIntegers(shape)!;
  if (sameDims(graph.dims(x), dims)) return x;
  const before = graph.producer(x);
  if (before?.op === 'Reshape') return graph.reshape(before.inputs[0]!, dims);
  return before?.op === 'Transpose' ? unmergedTranspose(graph, before, dims) : null;
};

/**
 * Leading axes are merged, the rest is transposed, and the leading axes are split again: equals a
 * transpose of the unmerged value.
 */
function unmergedTranspose(
  graph: SimplifiedGraph,
  transpose: GraphNode,
  dims: readonly number[],
): Promise<string> | null {
  const merge = graph.producer(transpose.inputs[0]!);
  if (merge?.op !== 'Reshape') return null;
  const [source = ''] = merge.inputs;
  const whole = graph.dims(source);
  const merged = graph.dims(merge.outputs[0]!);
  const added = whole.length - merged.length;
  const perm = intsAttribute(transpose, 'perm') ?? merged.map((_, i) => merged.length - 1 - i);
  const mergesLeading = added > 0 && sameDims(whole.slice(added + 1), merged.slice(1));
  if (!mergesLeading || perm[0] !== 0) return null;
  const lead = Array.from({ length: added + 1 }, (_, i) => i);
  const order = [...lead, ...perm.slice(1).map((axis) => axis + added)];
  const result = order.map((axis) => whole[axis]!);
  if (!sameDims(result, dims)) return null;
  return graph.emit({ op: 'Transpose', inputs: [source], attributes: { perm: ints(order) } });
}

const transpose: Identity = (graph, { inputs, attributes = {} }) => {
  const [x = ''] = inputs;
  if (graph.tensor(x)) return null;
  const rank = graph.dims(x).length;
  const attribute = attributes['perm'];
  const perm =
    attribute?.kind === 'ints'
      ? attribute.value
      : Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (perm.every((axis, i) => axis === i)) return x;
  const before = graph.producer(x);
  if (before?.op !== 'Transpose') return null;
  const first = intsAttribute(before, 'perm') ?? perm.map((_, i) => rank - 1 - i);
  const both = perm.map((axis) => first[axis]!);
  return graph.emit({
    op: 'Transpose',
    inputs: [before.inputs[0]!],
    attributes: { perm: ints(both) },
  });
};

const slice: Identity = (graph, { inputs }) => {
  const [x = '', starts = '', , axes = '', steps = ''] = inputs;
  if (graph.tensor(x)) return null;
  const from = graph.graph.constantIntegers(starts);
  const by = steps === '' ? from?.map(() => 1) : graph.graph.constantIntegers(steps);
  const at = axes === '' ? from?.map((_, i) => i) : graph.graph.constantIntegers(axes);
  const ends = graph.graph.constantIntegers(inputs[2]!);
  if (!from || !by || !at || !ends) return null;
  const dims = graph.dims(x);
  const whole = at.every((axis, i) => {
    const size = dims[normalizeAxis(axis, dims.length)]!;
    return by[i] === 1 && (from[i] === 0 || from[i]! <= -size) && ends[i]! >= size;
  });
  return whole ? x : null;
};

/** A truth value combined with a constant true, broadcast to the dims of both. */
const and: Identity = (graph, { inputs }) => {
  const certain = inputs.findIndex((input) => uniformValue(graph.tensor(input)) === 1);
  const rest = inputs[1 - certain];
  if (certain < 0 || rest === undefined || graph.tensor(rest)) return null;
  const [a, b] = inputs.map((input) => graph.dims(input));
  const rank = Math.max(a!.length, b!.length);
  const dims = Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a!.at(i - rank) ?? 1, b!.at(i - rank) ?? 1];
    return x === 1 ? y : x;
  });
  return graph.emit({ op: 'Expand', inputs: [rest, graph.integers(dims)] });
};

/** A function of copies of a value can be computed once and then copied. */
const beforeExpand =
  (otherwise: Identity | null): Identity =>
  async (graph, operation) => {
    const found = (await otherwise?.(graph, operation)) ?? null;
    const [first = '', ...others] = operation.inputs;
    const expand = graph.producer(first);
    const single = others.every((input) => graph.tensor(input)?.data.length === 1);
    if (found !== null || expand?.op !== 'Expand' || !single) return found;
    const once = await graph.emit({ ...operation, inputs: [expand.inputs[0]!, ...others] });
    const dims = graph.integers(graph.dims(first));
    return graph.emit({ op: 'Expand', inputs: [once, dims] });
  };

/** Where(IsNaN(y), 0, y) over a softmax y of finite scores is y. */
const where: Identity = (graph, { inputs }) => {
  const [condition = '', a = '', b = ''] = inputs;
  const decided = uniformValue(graph.tensor(condition));
  if (decided !== undefined) {
    const [chosen, other] = decided !== 0 ? [a, b] : [b, a];
    const dims = graph.dims(chosen);
    const wide = [condition, other].every((value) => broadcastsInto(graph.dims(value), dims));
    return wide && !graph.tensor(chosen) ? chosen : null;
  }
  const test = graph.producer(condition);
  const guarded = test?.op === 'IsNaN' && test.inputs[0] === b;
  return guarded && graph.producer(b)?.op === 'Softmax' ? b : null;
};

function broadcastsInto(from: readonly number[], to: readonly number[]): boolean {
  const added = to.length - from.length;
  return added >= 0 && from.every((dim, i) => dim === 1 || dim === to[added + i]);
}

/** A constant lookup with rows that repeat along the batch is computed only once. */
const gather: Identity = (graph, { inputs, attributes = {} }) => {
  const [x = '', indices = ''] = inputs;
  const tensor = graph.tensor(indices);
  const axis = attributes['axis'];
  const alongRows = (axis?.kind === 'int' ? axis.value : 0) === 0;
  if (graph.tensor(x) || !tensor || !alongRows || tensor.dims.length !== 2) return null;
  const [rows = 1, columns = 1] = tensor.dims;
  if (rows === 1) return null;
  const data = tensor.data as BigInt64Array | Int32Array;
  if (!data.every((index, i) => index === data[i % columns])) return null;
  const once = { ...tensor, dims: [1, columns], data: data.slice(0, columns) } as Tensor;
  return expandOnce(graph, [x, graph.constant(once)], rows);
};

async function expandOnce(
  graph: SimplifiedGraph,
  inputs: readonly string[],
  rows: number,
): Promise<string> {
  const found = await graph.emit({ op: 'Gather', inputs });
  const dims = [rows, ...graph.dims(found).slice(1)];
  return graph.emit({ op: 'Expand', inputs: [found, graph.integers(dims)] });
}

/** Elementwise operators broadcast, so expanding an operand next to a wide one is redundant. */
const unexpanded =
  (otherwise: Identity | null): Identity =>
  async (graph, operation) => {
    const found = (await otherwise?.(graph, operation)) ?? null;
    if (found !== null || operation.inputs.length !== 2) return found;
    for (const [i, input] of operation.inputs.entries()) {
      const expand = graph.producer(input);
      const other = operation.inputs[1 - i]!;
      if (expand?.op !== 'Expand' || !broadcastsInto(graph.dims(input), graph.dims(other)))
        continue;
      const inputs = operation.inputs.with(i, expand.inputs[0]!);
      return graph.emit({ ...operation, inputs });
    }
    return null;
  };

const cast: Identity = (graph, { inputs, attributes = {} }) => {
  const to = attributes['to'];
  const type = to?.kind === 'int' ? CAST_TYPES[to.value] : undefined;
  const [x = ''] = inputs;
  return !graph.tensor(x) && graph.graph.info(x).type === type ? x : null;
};

const CAST_TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
};

const IDENTITIES: Readonly<Record<string, Identity>> = {
  Add: unexpanded(neutral(0, { commutes: true })),
  Sub: unexpanded(neutral(0, { commutes: false })),
  Mul: unexpanded(neutral(1, { commutes: true })),
  Div: unexpanded(neutral(1, { commutes: false })),
  Pow: neutral(1, { commutes: false }),
  And: and,
  Cast: beforeExpand(cast),
  Not: beforeExpand(null),
  Concat: (_, { inputs }) => (inputs.length === 1 ? inputs[0]! : null),
  Expand: whereDimsStay((graph, { inputs }) => {
    const wanted = graph.graph.constantIntegers(inputs[1]!);
    const dims = graph.dims(inputs[0]!);
    return wanted && broadcastsInto(wanted, dims) ? dims : null;
  }),
  Gather: gather,
  Identity: (_, { inputs }) => inputs[0]!,
  Pad: whereDimsStay((graph, { inputs }) => {
    const pads = graph.graph.constantIntegers(inputs[1]!);
    return pads?.every((pad) => pad === 0) ? graph.dims(inputs[0]!) : null;
  }),
  Reshape: reshape,
  Slice: slice,
  Tile: whereDimsStay((graph, { inputs }) => {
    const repeats = graph.graph.constantIntegers(inputs[1]!);
    return repeats?.every((count) => count === 1) ? graph.dims(inputs[0]!) : null;
  }),
  Transpose: transpose,
  Where: beforeExpand(where),
};
