import { Graph } from '../../../src/core/graph/graph.js';
import type { Attributes } from '../../../src/core/graph/node.js';
import { float, int, ints } from '../../../src/core/graph/node.js';
import { normalStream, randomStream } from '../../../src/core/random.js';

/** Values of a float initializer: normal around `mean`. */
export interface Drawn {
  readonly mean?: number;
  readonly deviation?: number;
}

/**
 * Writes the nodes of an exported graph in the forms of its opset, and draws from a seed whatever
 * exporters and authors do differently. `choices` says what was drawn.
 */
export class ExportWriter {
  readonly graph: Graph;
  readonly choices: string[] = [];
  private readonly random: () => number;
  private readonly normal: () => number;
  private counter = 0;

  constructor(
    readonly opset: number,
    seed: number,
  ) {
    this.graph = new Graph(opset);
    this.random = randomStream('encoder', seed);
    this.normal = normalStream(randomStream('weights', seed));
  }

  /** One of several variants by name, remembered in `choices`. */
  pick<Name extends string>(what: string, names: readonly Name[]): Name {
    const chosen = names[Math.floor(this.random() * names.length)]!;
    this.choices.push(`${what}=${chosen}`);
    return chosen;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** Adds a node and returns its first output. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodes(op, inputs, { attributes, count: 1 })[0]!;
  }

  nodes(
    op: string,
    inputs: readonly string[],
    { attributes = {}, count }: { readonly attributes?: Attributes; readonly count: number },
  ): string[] {
    const name = `/${op}_${this.counter++}`;
    const outputs = Array.from({ length: count }, (_, i) => `${name}_output_${i}`);
    this.graph.nodes.push({ op, domain: '', name, inputs: [...inputs], outputs, attributes });
    return outputs;
  }

  /** A drawn float initializer. */
  weight(name: string, dims: readonly number[], { mean = 0, deviation }: Drawn = {}): string {
    const [fan = 1] = dims.slice(-1);
    const scale = deviation ?? 1 / Math.sqrt(fan);
    const count = dims.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: count }, () => mean + scale * this.normal());
    return this.graph.constant(name, { type: 'float32', dims, data });
  }

  /** A float constant, as an initializer or as a node. */
  floats(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const tensor = { type: 'float32' as const, dims, data: Float32Array.from(values) };
    return this.store(tensor);
  }

  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.store({ type: 'int64', dims, data: BigInt64Array.from(values, BigInt) });
  }

  private store(value: Parameters<Graph['constant']>[1]): string {
    if (this.chance(0.5)) return this.node('Constant', [], { value: { kind: 'tensor', value } });
    return this.graph.constant(`onnx::constant_${this.counter++}`, value);
  }

  /** A number of shape [], [1] or [1, 1, 1]. */
  number(value: number): string {
    const ranks = [0, 0, 0, 1, 3] as const;
    const rank = ranks[Math.floor(this.random() * ranks.length)]!;
    return this.floats([value], new Array<number>(rank).fill(1));
  }

  /** A binary node with its operands in either order. */
  either(op: 'Add' | 'Mul', a: string, b: string): string {
    return this.node(op, this.chance(0.5) ? [a, b] : [b, a]);
  }

  add(a: string, b: string): string {
    return this.either('Add', a, b);
  }

  mul(a: string, b: string): string {
    return this.either('Mul', a, b);
  }

  /** x · c, as a product or as a quotient. */
  scaled(x: string, factor: number): string {
    return this.chance(0.5)
      ? this.mul(x, this.number(factor))
      : this.node('Div', [x, this.number(1 / factor)]);
  }

  transpose(x: string, perm: readonly number[]): string {
    return this.node('Transpose', [x], { perm: ints(perm) });
  }

  unsqueeze(x: string, axes: readonly number[]): string {
    return this.opset < 13
      ? this.node('Unsqueeze', [x], { axes: ints(axes) })
      : this.node('Unsqueeze', [x, this.integers(axes)]);
  }

  squeeze(x: string, axes: readonly number[]): string {
    return this.opset < 13
      ? this.node('Squeeze', [x], { axes: ints(axes) })
      : this.node('Squeeze', [x, this.integers(axes)]);
  }

  mean(x: string, axis = -1, keepdims = 1): string {
    return this.opset < 18
      ? this.node('ReduceMean', [x], { axes: ints([axis]), keepdims: int(keepdims) })
      : this.node('ReduceMean', [x, this.integers([axis])], { keepdims: int(keepdims) });
  }

  sum(x: string, axis = -1, keepdims = 1): string {
    return this.opset < 13
      ? this.node('ReduceSum', [x], { axes: ints([axis]), keepdims: int(keepdims) })
      : this.node('ReduceSum', [x, this.integers([axis])], { keepdims: int(keepdims) });
  }

  softmax(x: string): string {
    return this.node('Softmax', [x], { axis: int(this.opset < 13 || this.chance(0.5) ? 3 : -1) });
  }

  split(x: string, sizes: readonly number[], axis = -1): string[] {
    const count = sizes.length;
    return this.opset < 13
      ? this.nodes('Split', [x], { attributes: { axis: int(axis), split: ints(sizes) }, count })
      : this.nodes('Split', [x, this.integers(sizes)], { attributes: { axis: int(axis) }, count });
  }

  slice(x: string, start: number, end: number | string, axis: number): string {
    const to = typeof end === 'string' ? end : this.integers([end]);
    return this.node('Slice', [x, this.integers([start]), to, this.integers([axis])]);
  }

  gather(x: string, index: number, axis: number): string {
    return this.node('Gather', [x, this.integers([index], [])], { axis: int(axis) });
  }

  /** The size of an axis, int64 [1]. */
  sizeOf(x: string, axis: number): string {
    const shape = this.node('Shape', [x]);
    if (this.chance(0.5)) return this.node('Gather', [shape, this.integers([axis])]);
    return this.unsqueeze(this.gather(shape, axis, 0), [0]);
  }

  /** Reshapes [batch, length, …] with the first two sizes kept, written in one of several ways. */
  keepingTokens(x: string, dims: readonly number[]): string {
    if (this.chance(0.5)) return this.node('Reshape', [x, this.integers([0, 0, ...dims])]);
    const sizes = [this.sizeOf(x, 0), this.sizeOf(x, 1), this.integers(dims)];
    return this.node('Reshape', [x, this.node('Concat', sizes, { axis: int(0) })]);
  }

  /** A node that changes nothing. */
  untouched(x: string): string {
    if (this.chance(0.85)) return x;
    const ways = [
      () => this.node('Identity', [x]),
      () => this.node('Cast', [x], { to: int(1) }),
      () => this.mul(x, this.number(1)),
      () => this.add(x, this.number(0)),
      () =>
        this.nodes('Dropout', this.opset < 12 ? [x] : [x, this.number0(0.1)], {
          ...(this.opset < 12 && { attributes: { ratio: float(0.1) } }),
          count: 1,
        })[0]!,
    ];
    return ways[Math.floor(this.random() * ways.length)]!();
  }

  private number0(value: number): string {
    return this.floats([value], []);
  }
}
