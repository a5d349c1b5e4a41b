import type { Tensor } from '../../ports.js';
import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { intAttribute } from '../../graph/attributes.js';
import { float, int, normalizeAxis } from '../../graph/node.js';
import type { Linear } from './findLinear.js';
import { findLinears } from './findLinear.js';
import type { DropoutPlaces } from './dropoutPlaces.js';
import { findDropoutPlaces } from './dropoutPlaces.js';

export interface LowerOptions {
  /** Static, pruned and fused. */
  readonly source: Graph;
  readonly target: Graph;
  /** Value in the target for an input of the source. */
  readonly input: (name: string) => string;
  /** Dropout at the usual positions of encoders, because exports for evaluation contain none. */
  readonly dropout?: Dropout;
}

export interface Dropout {
  readonly add: (x: string, rate: number) => string;
  /** Dropout of embeddings and of values added to hidden states. */
  readonly hiddenRate: number;
  /** Dropout of the classifier's input; `null` for an export without a classifier. */
  readonly headRate: number | null;
  /** Dropout of attention probabilities. */
  readonly attentionRate: number;
}

/**
 * Copies a graph into another one, with hidden states [batch, length, width] as matrices with one
 * row per token wherever nodes work row by row: linear maps become `Gemm`, and gathering of rows
 * can move up through them (`gatherEarly`).
 *
 * @returns the target's value for a value of the source, as a matrix of its rows for a rank above
 * 2; `null` for one that has become part of another
 */
export function lower(options: LowerOptions): (value: string) => string | null {
  const lowering = new Lowering(options);
  lowering.run();
  return (value) => lowering.matrixOf(value);
}

/** A source value in the target: `base` has its elements in order, in any shape. */
interface Form {
  readonly base: string;
  full?: string;
  rows?: string;
}

class Lowering {
  private readonly source: Graph;
  private readonly target: Graph;
  private readonly forms = new Map<string, Form>();
  /** Value that a reshaped value of the target was reshaped from. */
  private readonly unshaped = new Map<string, string>();
  private readonly places: DropoutPlaces | null;

  constructor(private readonly options: LowerOptions) {
    this.source = options.source;
    this.target = options.target;
    const { dropout } = options;
    this.places = dropout
      ? findDropoutPlaces(options.source, { classifies: dropout.headRate !== null })
      : null;
  }

  run(): void {
    const { source } = this;
    const { byNode, absorbed, aliases } = findLinears(source);
    for (const name of source.inputs) {
      const value = this.options.input(name);
      this.forms.set(name, { base: value, full: value });
    }
    for (const node of source.nodes) {
      const linear = byNode.get(node);
      if (this.places?.before.has(node)) this.dropInput(linear?.x ?? node.inputs[0]!);
      const alias = aliases.get(node.outputs[0]!);
      if (alias !== undefined) this.forms.set(node.outputs[0]!, this.form(alias));
      else if (linear) this.addLinear(node, linear);
      else if (!absorbed.has(node)) this.addNode(node);
      this.dropResult(node);
    }
  }

  matrixOf(value: string): string | null {
    const isKnown = this.forms.has(value) || this.source.constants.has(value);
    return isKnown ? this.rows(value) : null;
  }

  /** Dropout of the classifier's input. */
  private dropInput(value: string): void {
    const { add, headRate } = this.options.dropout!;
    const { rows } = this.form(value);
    if (rows !== undefined) this.setRows(value, add(rows, headRate!));
    else {
      const dropped = add(this.full(value), headRate!);
      this.forms.set(value, { base: dropped, full: dropped });
    }
  }

  private dropResult(node: GraphNode): void {
    const { dropout } = this.options;
    const place = this.places?.after.get(node);
    if (!dropout || !place) return;
    const [value = ''] = node.outputs;
    const rate = place === 'attention' ? dropout.attentionRate : dropout.hiddenRate;
    const { rows } = this.form(value);
    if (rows !== undefined) this.setRows(value, dropout.add(rows, rate));
    else {
      const dropped = dropout.add(this.full(value), rate);
      this.forms.set(value, { base: dropped, full: dropped });
    }
  }

  private addLinear(node: GraphNode, { x, weight, transposed, bias, factor }: Linear): void {
    const inputs = [this.rows(x), this.full(weight)];
    if (bias !== null) inputs.push(this.full(bias));
    const attributes = {
      ...(transposed && { transB: int(1) }),
      ...(factor !== 1 && { alpha: float(factor), ...(bias !== null && { beta: float(factor) }) }),
    };
    this.setRows(node.outputs[0]!, this.target.node('Gemm', inputs, { attributes }));
  }

  private addNode(node: GraphNode): void {
    if (node.op === 'Reshape') {
      this.forms.set(node.outputs[0]!, { base: this.form(node.inputs[0]!).base });
    } else if (!this.addRowwise(node)) {
      const inputs = node.inputs.map((input) => (input === '' ? '' : this.full(input)));
      const { op, domain, attributes } = node;
      const outputCount = node.outputs.length;
      const outputs = this.target.append({ op, domain, inputs, attributes, outputCount });
      node.outputs.forEach((name, i) => {
        this.forms.set(name, { base: outputs[i]!, full: outputs[i]! });
      });
    }
  }

  /** Adds a node on matrices of rows if it works row by row; otherwise returns false. */
  private addRowwise(node: GraphNode): boolean {
    const rowwise = Object.hasOwn(ROWWISE, node.op) ? ROWWISE[node.op] : undefined;
    const dims = this.dims(node.outputs[0]!);
    if (!rowwise || dims.length < 3 || !(rowwise.applies?.(this.source, node) ?? true))
      return false;
    const inRows = node.inputs.some((input) => this.forms.get(input)?.rows !== undefined);
    if (!inRows && node.op !== 'LayerNormalization') return false;
    const given = node.inputs.slice(0, rowwise.operands ?? node.inputs.length);
    const operands = given.map((input) => this.rowOperand(input, dims));
    if (operands.includes(null)) return false;
    const rest = node.inputs.slice(given.length).map((input, i) => {
      if (given.length + i === rowwise.axisInput) return this.target.indices([1]);
      return input === '' ? '' : this.full(input);
    });
    const { op, domain } = node;
    const { axis } = node.attributes;
    const attributes = { ...node.attributes, ...(axis && { axis: int(1) }) };
    const inputs = [...(operands as string[]), ...rest];
    const outputCount = node.outputs.length;
    const outputs = this.target.append({ op, domain, inputs, attributes, outputCount });
    node.outputs.forEach((name, i) => {
      this.setRows(name, outputs[i]!);
    });
    return true;
  }

  /** An operand as rows, or as a vector that is the same for all rows; otherwise `null`. */
  private rowOperand(value: string, result: readonly number[]): string | null {
    const dims = this.dims(value);
    const prefix = dims.slice(0, -1);
    if (prefix.every((dim) => dim === 1)) {
      return dims.length <= 1
        ? this.full(value)
        : this.reshape(this.form(value).base, [dims.at(-1)!]);
    }
    const sameRows =
      dims.length === result.length && prefix.every((dim, axis) => dim === result[axis]);
    return sameRows ? this.rows(value) : null;
  }

  private dims(value: string): readonly number[] {
    return this.source.staticDims(value);
  }

  private form(value: string): Form {
    let form = this.forms.get(value);
    if (!form) {
      const base = this.constant(this.source.constants.get(value)!);
      form = { base, full: base };
      this.forms.set(value, form);
    }
    return form;
  }

  private full(value: string): string {
    const form = this.form(value);
    return (form.full ??= this.reshape(form.base, this.dims(value)));
  }

  /** [rows, width] */
  private rows(value: string): string {
    const dims = this.dims(value);
    if (dims.length <= 2) return this.full(value);
    const form = this.form(value);
    return (form.rows ??= this.reshape(form.base, rowDims(dims)));
  }

  private setRows(value: string, rows: string): void {
    const matrix = this.dims(value).length === 2;
    this.forms.set(value, { base: rows, rows, ...(matrix && { full: rows }) });
  }

  private reshape(value: string, dims: readonly number[]): string {
    const from = this.unshaped.get(value) ?? value;
    const has = this.target.staticDims(from);
    if (has.length === dims.length && has.every((dim, i) => dim === dims[i])) return from;
    const reshaped = this.target.reshape(from, dims);
    this.unshaped.set(reshaped, from);
    return reshaped;
  }

  private constant(tensor: Tensor): string {
    const { target } = this;
    if (tensor.type === 'float32' && tensor.dims.length === 0)
      return target.scalar(tensor.data[0]!);
    if (tensor.type === 'int64' && tensor.dims.length === 1) {
      const values = Array.from(tensor.data, Number);
      if (values.every(Number.isSafeInteger)) return target.indices(values);
    }
    return target.constant(`imported_${target.constants.size}`, tensor);
  }
}

function rowDims(dims: readonly number[]): number[] {
  return [dims.slice(0, -1).reduce((a, b) => a * b, 1), dims.at(-1)!];
}

interface Rowwise {
  /** Whether the node works only along the last axis. Default: always. */
  readonly applies?: (graph: Graph, node: GraphNode) => boolean;
  /** Number of inputs that are operands. Default: all. */
  readonly operands?: number;
  /** Index of the input with the axis. */
  readonly axisInput?: number;
}

const elementwise: Rowwise = {};

const isLast = (graph: Graph, node: GraphNode, axis: number): boolean => {
  const rank = graph.staticDims(node.inputs[0]!).length;
  return normalizeAxis(axis, rank) === rank - 1;
};

const alongLastAxis: Rowwise = {
  applies: (graph, node) => isLast(graph, node, intAttribute(node, 'axis', 0)),
  operands: 1,
};

const axisIsLast = (graph: Graph, node: GraphNode, input: number): boolean => {
  const axes = graph.constantIntegers(node.inputs[input] ?? '');
  return axes?.length === 1 && isLast(graph, node, axes[0]!);
};

const reduction: Rowwise = {
  applies: (graph, node) => axisIsLast(graph, node, 1) && intAttribute(node, 'keepdims', 1) === 1,
  operands: 1,
  axisInput: 1,
};

const ROWWISE: Readonly<Record<string, Rowwise>> = {
  Abs: elementwise,
  Add: elementwise,
  Cast: elementwise,
  Div: elementwise,
  Elu: elementwise,
  Erf: elementwise,
  Exp: elementwise,
  Gelu: elementwise,
  HardSwish: elementwise,
  LeakyRelu: elementwise,
  Log: elementwise,
  Max: elementwise,
  Min: elementwise,
  Mul: elementwise,
  Neg: elementwise,
  Pow: elementwise,
  Reciprocal: elementwise,
  Relu: elementwise,
  Sigmoid: elementwise,
  Softplus: elementwise,
  Sqrt: elementwise,
  Sub: elementwise,
  Tanh: elementwise,
  Where: elementwise,
  Concat: { applies: (graph, node) => isLast(graph, node, intAttribute(node, 'axis', 0)) },
  LayerNormalization: alongLastAxis,
  LogSoftmax: alongLastAxis,
  Softmax: alongLastAxis,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceSum: reduction,
  Slice: {
    applies: (graph, node) => axisIsLast(graph, node, 3),
    operands: 1,
    axisInput: 3,
  },
};
