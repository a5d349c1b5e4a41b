import type { Runtime, Tensor } from '../../ports.js';
import type { GraphNode, Operation, ValueInfo } from '../../graph/node.js';
import { Graph } from '../../graph/graph.js';
import { graphError } from '../../graph/node.js';
import { encodeModel } from '../../graph/onnx.js';
import { inferShapes } from '../../graph/shapes/inferShapes.js';
import { contentKey, sameContent } from '../../graph/tensorContent.js';
import type { SimplifiedGraph } from './simplify.js';
import { simplify } from './simplify.js';

/** Opset that imported graphs are upgraded to. */
export const IMPORT_OPSET = 20;

/** Maximum number of elements of a constant that could be copied from a smaller one. */
const HUGE = 1 << 22;

const FLOAT32_LOWEST = -3.4028234663852886e38;

/**
 * A graph under construction with static sizes. Nodes that do not depend on data are evaluated by
 * the runtime immediately and become constants; equal nodes and equal constants are merged.
 */
export class StaticGraph implements SimplifiedGraph {
  readonly graph = new Graph(IMPORT_OPSET);
  private readonly constantsByContent = new Map<string, string[]>();
  private readonly known = new Map<string, readonly string[]>();
  private readonly producers = new Map<string, GraphNode>();
  private counter = 0;

  constructor(
    private readonly runtime: Runtime,
    /** Whether redundant operations are replaced by simpler ones. */
    private readonly isSimplified: boolean,
  ) {}

  input(name: string, info: ValueInfo): string {
    return this.graph.input(name, info.type, info.dims);
  }

  /** Adds a constant, shared with others of the same content. */
  constant(tensor: Tensor): string {
    const key = contentKey(tensor);
    const alike = this.constantsByContent.get(key) ?? [];
    const same = alike.find((name) => sameContent(this.graph.constants.get(name)!, tensor));
    if (same !== undefined) return same;
    const name = this.graph.constant(`constant_${this.counter++}`, tensor);
    this.constantsByContent.set(key, [...alike, name]);
    return name;
  }

  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant({ type: 'int64', dims: [values.length], data });
  }

  tensor(value: string): Tensor | undefined {
    return this.graph.constants.get(value);
  }

  producer(value: string): GraphNode | undefined {
    return this.producers.get(value);
  }

  dims(value: string): readonly number[] {
    return this.graph.staticDims(value);
  }

  /** Returns the value with other dims, without moving data. */
  async reshape(x: string, dims: readonly number[]): Promise<string> {
    const tensor = this.tensor(x);
    if (tensor) return this.constant({ ...tensor, dims });
    return this.emit({ op: 'Reshape', inputs: [x, this.integers(dims)] });
  }

  /** Adds an operation with one relevant output. */
  async emit(operation: Operation): Promise<string> {
    return (await this.emitAll(operation))[0]!;
  }

  /** Adds an operation, or reuses its existing result, and returns its outputs. */
  async emitAll(operation: Operation): Promise<readonly string[]> {
    const simpler = this.isSimplified ? await simplify(this, operation) : null;
    if (simpler !== null) return [simpler];
    const key = operationKey(operation);
    const before = this.known.get(key);
    if (before) return before;
    const { inputs, domain = '' } = operation;
    const tensors = inputs.map((input) => (input === '' ? null : this.tensor(input)));
    const constant = tensors.every((tensor) => tensor !== undefined) && !this.isHuge(operation);
    const outputs =
      domain === '' && constant
        ? (await this.evaluate(operation, tensors)).map((tensor) => this.constant(tensor))
        : this.append(operation);
    this.known.set(key, outputs);
    return outputs;
  }

  /** Whether to recompute copies of a constant instead of storing them. */
  private isHuge({ op, inputs }: Operation): boolean {
    if (op !== 'Expand' && op !== 'Tile') return false;
    const [copied] = inferShapes(this.graph, {
      ...{ op, domain: '', name: op, outputs: [], attributes: {} },
      inputs: [...inputs],
    });
    const count = copied ? copied.dims.reduce<number>((size, dim) => size * Number(dim), 1) : 0;
    return count > HUGE;
  }

  private append(operation: Operation): readonly string[] {
    const { op } = operation;
    const inputs = operation.inputs.map((input) => this.finite(input));
    const outputs = this.graph.append({ ...operation, inputs });
    if (!this.graph.values.has(outputs[0]!)) {
      throw graphError(op, 'sizes that do not depend on the text', `${op} of computed sizes`);
    }
    const node = this.graph.nodes.at(-1)!;
    for (const output of outputs) this.producers.set(output, node);
    return outputs;
  }

  /**
   * Replaces minus infinity in masks by the lowest number: if a whole row is masked, attention is
   * then uniform instead of 0/0, and other rows are unaffected.
   */
  private finite(value: string): string {
    const tensor = this.tensor(value);
    if (tensor?.type !== 'float32' || !tensor.data.includes(-Infinity)) return value;
    const data = tensor.data.map((x) => (x === -Infinity ? FLOAT32_LOWEST : x));
    return this.constant({ ...tensor, data });
  }

  /** Runs one operation on constants. */
  private async evaluate(
    { op, inputs, attributes = {}, outputCount = 1 }: Operation,
    tensors: readonly (Tensor | null | undefined)[],
  ): Promise<Tensor[]> {
    const graph = new Graph(IMPORT_OPSET);
    const feeds: Record<string, Tensor> = {};
    const names = inputs.map((_, i) => {
      const tensor = tensors[i];
      if (!tensor) return '';
      const name = `x${i}`;
      feeds[name] = tensor;
      return graph.input(name, tensor.type, tensor.dims);
    });
    const outputs = Array.from({ length: outputCount }, (_, i) => `y${i}`);
    const node: GraphNode = { op, domain: '', name: op, inputs: names, outputs, attributes };
    graph.nodes.push(node);
    graph.outputs.push(...outputs);
    inferShapes(graph, node).forEach((info, i) => graph.values.set(`y${i}`, info));
    const session = await this.runtime.createSession(encodeModel(graph), {
      threads: 1,
      memoryPattern: false,
    });
    try {
      const wanted = Object.fromEntries(outputs.map((name) => [name, null]));
      const results = await session.run(feeds, wanted);
      return outputs.map((name) => results[name]!);
    } finally {
      await session.release();
    }
  }
}

function operationKey({
  op,
  domain = '',
  inputs,
  attributes = {},
  outputCount = 1,
}: Operation): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const written = JSON.stringify(sorted, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return [op, domain, outputCount, ...inputs, written].join('\n');
}
