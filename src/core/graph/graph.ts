import type { Tensor, TensorType } from '../ports.js';
import type { Dimension, GraphNode, GraphView, Operation, ValueInfo } from './node.js';
import { graphError, int } from './node.js';
import type { AttributesOf, KnownOp } from './ops.js';
import { domainOf } from './ops.js';
import { inferShapes } from './shapes/inferShapes.js';

interface Outputs {
  /** Number of outputs of the node. Default: 1. */
  readonly outputCount?: number;
  /** Names of the outputs, if they matter. */
  readonly outputs?: readonly string[];
}

/** Options of a node, with only the attributes of its operator. */
export type NodeOptions<Op extends KnownOp, Given = AttributesOf<Op>> = Outputs &
  (Partial<AttributesOf<Op>> extends AttributesOf<Op>
    ? { readonly attributes?: Exactly<Op, Given> }
    : { readonly attributes: Exactly<Op, Given> });

type Exactly<Op extends KnownOp, Given> = Given &
  Readonly<Record<Exclude<keyof Given, keyof AttributesOf<Op>>, never>>;

/** Options, optional if the operator has no required attribute. */
type NodeArguments<Op extends KnownOp, Given> =
  Partial<AttributesOf<Op>> extends AttributesOf<Op>
    ? [options?: NodeOptions<Op, Given>]
    : [options: NodeOptions<Op, Given>];

/**
 * An ONNX graph as a small mutable structure: nodes in topological order, with a known shape for
 * every value.
 */
export class Graph implements GraphView {
  readonly inputs: string[] = [];
  readonly outputs: string[] = [];
  nodes: GraphNode[] = [];
  /** Initializers. */
  readonly constants = new Map<string, Tensor>();
  readonly values = new Map<string, ValueInfo>();
  /** int64 [1] values with the size of a symbolic dimension. */
  readonly symbols = new Map<string, string>();
  /** Index values without duplicates, so that scattering by them needs no addition. */
  readonly uniqueIndices = new Set<string>();
  private readonly pooled = new Map<string, string>();
  private counter = 0;

  /** `opset`: version of the standard operators of the nodes. */
  constructor(readonly opset: number) {}

  /** Copy that passes can rewrite; tensors are shared. */
  copy(): Graph {
    const copy = new Graph(this.opset);
    copy.inputs.push(...this.inputs);
    copy.outputs.push(...this.outputs);
    copy.nodes = this.nodes.map((node) => ({ ...node }));
    for (const [name, tensor] of this.constants) copy.constants.set(name, tensor);
    for (const [name, info] of this.values) copy.values.set(name, info);
    for (const [name, value] of this.symbols) copy.symbols.set(name, value);
    for (const name of this.uniqueIndices) copy.uniqueIndices.add(name);
    return copy;
  }

  input(name: string, type: TensorType, dims: readonly Dimension[]): string {
    this.inputs.push(name);
    this.values.set(name, { type, dims });
    return name;
  }

  /** Adds an initializer. */
  constant(name: string, tensor: Tensor): string {
    this.constants.set(name, tensor);
    this.values.set(name, { type: tensor.type, dims: tensor.dims });
    return name;
  }

  /** A float32 scalar, shared between its users. */
  scalar(value: number): string {
    return this.pool(`scalar:${value}`, {
      type: 'float32',
      dims: [],
      data: Float32Array.of(value),
    });
  }

  /** An int64 vector, shared between its users. */
  indices(values: readonly number[]): string {
    return this.pool(`indices:${values.join(',')}`, {
      type: 'int64',
      dims: [values.length],
      data: BigInt64Array.from(values, BigInt),
    });
  }

  /** A float32 tensor of one repeated value, shared between its users. */
  filled(value: number, dims: readonly number[]): string {
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value);
    return this.pool(`filled:${value}:${dims.join('x')}`, { type: 'float32', dims, data });
  }

  /** Appends a node and returns its first output. */
  node<Op extends KnownOp, Given extends AttributesOf<Op>>(
    op: Op,
    inputs: readonly string[],
    ...options: NodeArguments<Op, Given>
  ): string {
    return this.nodeWithOutputs(op, inputs, ...options)[0]!;
  }

  /** Appends a node and returns its outputs. Their shapes are inferred. */
  nodeWithOutputs<Op extends KnownOp, Given extends AttributesOf<Op>>(
    op: Op,
    inputs: readonly string[],
    ...[options]: NodeArguments<Op, Given>
  ): string[] {
    return this.append({ op, domain: domainOf(op), inputs, ...options });
  }

  /**
   * Appends a node from a file or another graph and returns its outputs. Its operator and
   * attributes are checked during shape inference.
   */
  append(operation: Operation): string[] {
    const { op, domain = '', inputs, attributes = {}, outputCount = 1 } = operation;
    const name = this.unused(op);
    const outputs = operation.outputs
      ? [...operation.outputs]
      : Array.from({ length: outputCount }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    const node: GraphNode = { op, domain, name, inputs: [...inputs], outputs, attributes };
    const shapes = inferShapes(this, node);
    outputs.forEach((output, i) => {
      const info = shapes[i];
      if (info && output !== '') this.values.set(output, info);
    });
    this.nodes.push(node);
    return outputs;
  }

  /** Reshapes to sizes that may be symbolic; all but one symbolic size must be in `symbols`. */
  reshape(x: string, dims: readonly Dimension[]): string {
    const symbolic = dims.filter((dim) => typeof dim === 'string').length;
    let shape: string;
    if (symbolic <= 1) {
      shape = this.indices(dims.map((dim) => (typeof dim === 'string' ? -1 : dim)));
    } else {
      const parts = dims.map((dim) => {
        if (typeof dim === 'number') return this.indices([dim]);
        return this.symbols.get(dim) ?? this.indices([-1]);
      });
      shape = this.node('Concat', parts, { attributes: { axis: int(0) } });
    }
    const output = this.node('Reshape', [x, shape]);
    this.values.set(output, { type: this.info(x).type, dims });
    return output;
  }

  /** Whether a value is the shared constant returned by `scalar(value)`. */
  isScalar(name: string, value: number): boolean {
    return this.pooled.get(`scalar:${value}`) === name;
  }

  info(value: string): ValueInfo {
    const info = this.values.get(value);
    if (!info) throw graphError(value, 'a value with a known shape', 'none');
    return info;
  }

  /** Dims of a value whose sizes are all static. */
  staticDims(value: string): readonly number[] {
    return this.info(value).dims.map((dim) => {
      if (typeof dim === 'number') return dim;
      throw graphError(value, 'static sizes', `symbolic size ${dim}`);
    });
  }

  /** Numbers of an integer constant, or undefined if the value is computed. */
  constantIntegers(value: string): number[] | undefined {
    const tensor = this.constants.get(value);
    if (!tensor || (tensor.type !== 'int64' && tensor.type !== 'int32')) return undefined;
    return Array.from(tensor.data, Number);
  }

  /** Unused name of a value; imported graphs have their own names. */
  private unused(prefix: string): string {
    for (;;) {
      const name = `${prefix}_${this.counter++}`;
      if (!this.values.has(name)) return name;
    }
  }

  private pool(key: string, tensor: Tensor): string {
    const known = this.pooled.get(key);
    if (known !== undefined) return known;
    const name = this.unused('constant');
    this.pooled.set(key, name);
    return this.constant(name, tensor);
  }
}
