import type { Graph } from '../graph/graph.js';
import { graphError, type GraphNode } from '../graph/node.js';
import type { Tensor, TensorType } from '../ports.js';
import type { LitertOperator, LitertSubgraph, LitertTensor, LitertType } from './litertModel.js';
import type { LitertOp } from './litertOperators.js';
import type { StorageForm, WeightPool } from './weightPool.js';

interface Emission {
  readonly dims: readonly number[];
  /** Default: float32. */
  readonly type?: LitertType;
  readonly options?: readonly number[];
  /** Default: 1. */
  readonly version?: number;
}

/** A subgraph under construction. Tensors are indices; constants are added when they are first used. */
export class SubgraphBuilder {
  private readonly tensors: LitertTensor[] = [];
  private readonly operators: LitertOperator[] = [];
  private readonly inputs: number[] = [];
  /** Tensors of values of the graph. */
  private readonly byValue = new Map<string, number>();
  /** Tensors made from constants, by purpose. */
  private readonly made = new Map<Tensor, Map<string, number>>();
  /** Tensors of constants, by buffer, type and dims. */
  private readonly byStorage = new Map<string, number>();

  constructor(
    readonly graph: Graph,
    private readonly pool: WeightPool,
    /** Whether weights are stored as 8-bit integers. */
    readonly integers: boolean,
  ) {
    for (const name of graph.inputs) {
      const { type } = graph.info(name);
      const tensor = this.tensor({
        name,
        type: litertType(type),
        dims: graph.staticDims(name),
        buffer: 0,
      });
      this.inputs.push(tensor);
      this.byValue.set(name, tensor);
    }
  }

  finish(name: string, outputs: ReadonlyMap<string, string>): LitertSubgraph {
    const indices = [...outputs].map(([output, value]) => {
      const index = this.value(value);
      this.tensors[index] = { ...this.tensors[index]!, name: output };
      return index;
    });
    return {
      name,
      tensors: this.tensors,
      operators: this.operators,
      inputs: this.inputs,
      outputs: indices,
    };
  }

  /** Tensor of a value of the graph. */
  value(name: string): number {
    const known = this.byValue.get(name);
    if (known !== undefined) return known;
    const constant = this.graph.constants.get(name);
    if (!constant) throw graphError('LiteRT', `the value ${name}`, 'nothing that computes it');
    const tensor = this.constant(constant);
    this.byValue.set(name, tensor);
    return tensor;
  }

  /** Makes a tensor the result of a node. */
  set(node: GraphNode, tensor: number, output = 0): void {
    this.byValue.set(node.outputs[output]!, tensor);
  }

  dims(name: string): readonly number[] {
    return this.graph.staticDims(name);
  }

  typeOf(name: string): LitertType {
    return litertType(this.graph.info(name).type);
  }

  /** Numbers of a constant value of the graph. */
  numbers(name: string | undefined): Tensor | undefined {
    return name === undefined ? undefined : this.graph.constants.get(name);
  }

  constant(constant: Tensor, form: StorageForm = {}): number {
    const { buffer, dims, scales } = this.pool.add(constant, form);
    const type = form.integers === true ? 'int8' : litertType(constant.type);
    const key = `${buffer}:${type}:${dims.join('x')}:${scales !== undefined}`;
    const known = this.byStorage.get(key);
    if (known !== undefined) return known;
    const tensor = this.tensor({
      name: `constant_${buffer}`,
      type,
      dims,
      buffer,
      ...(scales && { scales }),
    });
    this.byStorage.set(key, tensor);
    return tensor;
  }

  /** A tensor that is made from a constant once, however many nodes need it. */
  once(constant: Tensor, purpose: string, make: () => number): number {
    const known = this.made.get(constant) ?? new Map<string, number>();
    this.made.set(constant, known);
    const tensor = known.get(purpose) ?? make();
    known.set(purpose, tensor);
    return tensor;
  }

  /** 8-bit rows and their scales [rows, 1], for operators that do not apply scales. */
  rowsOfIntegers(table: Tensor): { integers: number; scales: number } {
    const { buffer, dims, scales } = this.pool.add(table, { integers: true });
    const key = `${buffer}:plain`;
    const integers =
      this.byStorage.get(key) ??
      this.tensor({ name: `constant_${buffer}`, type: 'int8', dims, buffer });
    this.byStorage.set(key, integers);
    const column = this.floats(scales!, [scales!.length, 1]);
    return { integers, scales: column };
  }

  floats(data: Float32Array, dims: readonly number[]): number {
    return this.constant({ type: 'float32', dims, data });
  }

  scalar(value: number): number {
    return this.floats(Float32Array.of(value), []);
  }

  /** An int32 vector, or integers of other dims. */
  integersOf(values: readonly number[], dims: readonly number[] = [values.length]): number {
    return this.constant({ type: 'int32', dims, data: Int32Array.from(values) });
  }

  /** Appends an operator with one output. */
  emit(
    op: LitertOp,
    inputs: readonly number[],
    { dims, type = 'float32', options = [], version = 1 }: Emission,
  ): number {
    const name = `${op.toLowerCase()}_${this.operators.length}`;
    const output = this.tensor({ name, type, dims, buffer: 0 });
    this.operators.push({ op, version, inputs, outputs: [output], options });
    return output;
  }

  reshape(x: number, dims: readonly number[]): number {
    const { type, dims: before } = this.tensors[x]!;
    if (before.join() === dims.join()) return x;
    return this.emit('RESHAPE', [x, this.integersOf(dims)], { dims, type });
  }

  transpose(x: number, perm: readonly number[]): number {
    const { type, dims: before } = this.tensors[x]!;
    const dims = perm.map((axis) => before[axis]!);
    // Moving axes of size 1 does not move data.
    const moved = perm.filter((axis) => before[axis] !== 1);
    if (moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) return this.reshape(x, dims);
    const version = perm.length > 5 ? 6 : perm.length > 4 ? 4 : 1;
    return this.emit('TRANSPOSE', [x, this.integersOf(perm)], { dims, type, version });
  }

  private tensor(tensor: LitertTensor): number {
    this.tensors.push(tensor);
    return this.tensors.length - 1;
  }
}

/** Types of LiteRT. Integers are 32 bits wide. */
function litertType(type: TensorType): LitertType {
  switch (type) {
    case 'float32':
    case 'int32':
    case 'bool':
    case 'int8':
      return type;
    case 'int64':
      return 'int32';
    case 'float16':
    case 'uint8':
      throw graphError('LiteRT', 'float32, int32 or bool', type);
  }
}
