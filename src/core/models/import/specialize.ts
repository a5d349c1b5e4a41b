import { AppError } from '../../errors.js';
import type { Runtime } from '../../ports.js';
import { unsupportedNodes } from '../../autodiff/differentiate.js';
import type { Graph } from '../../graph/graph.js';
import type { GraphNode, GraphView, ValueInfo } from '../../graph/node.js';
import { int, ints } from '../../graph/node.js';
import { isKnownOp, REPLACED_OPS } from '../../graph/ops.js';
import { prune } from '../../graph/passes/prune.js';
import { neededNodes } from '../../graph/reads.js';
import { StaticGraph } from './staticGraph.js';
import { upgradeNode } from './upgrade.js';

/** A parameter, or its rows in an initializer. */
export interface BoundParameter {
  /** Hub name. */
  readonly parameter: string;
  /** Whether the file holds the transposed matrix. */
  readonly transposed: boolean;
}

/** Parameters of a trained initializer, concatenated; usually just one. */
export type ParameterBinding = readonly BoundParameter[];

export interface SpecializeOptions {
  /** Graph of the file: weights widened to float32, any opset from 11 on. */
  readonly source: Graph;
  /** Trained initializers; the graph gets an input for each parameter. */
  readonly bindings: ReadonlyMap<string, ParameterBinding>;
  /** Dims of the parameters. */
  readonly parameters: ReadonlyMap<string, readonly number[]>;
  /** Sizes of the source's inputs, or constants in their place. */
  readonly inputs: (graph: StaticGraph, name: string) => Promise<string>;
  readonly output: string;
  readonly runtime: Runtime;
  /**
   * Whether redundant operations are replaced by simpler ones. Default: true. Otherwise the graph is
   * only compared, and may hold operators without a gradient.
   */
  readonly isSimplified?: boolean;
}

export interface Specialized {
  /** Static sizes, opset 20; inputs are the parameters and the fed inputs. */
  readonly graph: StaticGraph;
  readonly output: string;
  /** Values of the graph by their names in the file; one may stand for several. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Specializes the graph of a file to one batch shape. Everything that does not depend on text or
 * weights (sizes, positions, constant masks, relative-position buckets, rotary tables) becomes a
 * constant.
 *
 * @throws AppError `UnsupportedOp` with all operators that have no gradient; `Graph` if sizes
 * depend on the text.
 */
export async function specialize(options: SpecializeOptions): Promise<Specialized> {
  const specializer = new Specializer(options);
  const values = await specializer.run();
  const output = values.get(options.output) ?? specializer.refuse();
  if (options.isSimplified ?? true) specializer.requireSupport(output);
  const { graph } = specializer;
  graph.graph.outputs.push(output);
  prune(graph.graph);
  return { graph, output, values };
}

interface UnsupportedNode {
  readonly op: string;
  readonly opset: number;
  readonly node: string;
}

class Specializer {
  readonly graph: StaticGraph;
  /** Values of the file that are unavailable because of an unknown operator. */
  private readonly missing = new Set<string>();
  private readonly unsupported: UnsupportedNode[] = [];
  /** Node of the file behind each value. */
  private readonly origins = new Map<string, GraphNode>();

  constructor(private readonly options: SpecializeOptions) {
    this.graph = new StaticGraph(options.runtime, options.isSimplified ?? true);
  }

  /** Returns the values of the file's main graph. */
  async run(): Promise<ReadonlyMap<string, string>> {
    const { source, bindings, parameters, inputs } = this.options;
    const values = new Map<string, string>();
    for (const [name, dims] of parameters) {
      this.graph.input(name, { type: 'float32', dims } satisfies ValueInfo);
    }
    for (const [name, tensor] of source.constants) {
      const binding = bindings.get(name);
      values.set(
        name,
        binding ? await this.parameter(binding, tensor.dims) : this.graph.constant(tensor),
      );
    }
    for (const name of source.inputs) values.set(name, await inputs(this.graph, name));
    await this.addNodes(source, values);
    return values;
  }

  /** The parameter in the form of its initializer. */
  private async parameter(binding: ParameterBinding, dims: readonly number[]): Promise<string> {
    const parts: string[] = [];
    for (const { parameter, transposed } of binding) {
      const attributes = { perm: ints([1, 0]) };
      const flip = { op: 'Transpose', inputs: [parameter], attributes };
      parts.push(transposed ? await this.graph.emit(flip) : parameter);
    }
    const axis = { axis: int(0) };
    const whole = await this.graph.emit({ op: 'Concat', inputs: parts, attributes: axis });
    const isStoredSo = this.graph.dims(whole).join() === dims.join();
    return isStoredSo ? whole : this.graph.reshape(whole, dims);
  }

  private async addNodes(source: GraphView, values: Map<string, string>): Promise<void> {
    for (const node of neededNodes(source)) {
      if (node.inputs.some((input) => this.missing.has(input))) {
        node.outputs.forEach((output) => this.missing.add(output));
        continue;
      }
      const outputs = await this.addNode(node, values);
      node.outputs.forEach((name, i) => {
        const value = outputs?.[i];
        if (value === undefined) this.missing.add(name);
        else values.set(name, value);
        if (value !== undefined && !this.origins.has(value)) this.origins.set(value, node);
      });
    }
  }

  private async addNode(
    node: GraphNode,
    values: ReadonlyMap<string, string>,
  ): Promise<readonly string[] | null> {
    const inputs = node.inputs.map((input) => (input === '' ? '' : values.get(input)!));
    const { opset } = this.options.source;
    if (node.op === 'If' && node.domain === '') return this.inlineIf(node, inputs[0]!, values);
    const computed = inputs.every((input) => input === '' || this.graph.tensor(input));
    const known = node.domain === '' && (computed || isKnownOp(node.op, ''));
    if (!known && !(node.domain === '' && Object.hasOwn(REPLACED_OPS, node.op))) {
      this.unsupported.push({ op: node.op, opset, node: node.name });
      return null;
    }
    return upgradeNode({ graph: this.graph, node, inputs, opset });
  }

  /** The branch that is taken, if it does not depend on the text. */
  private async inlineIf(
    node: GraphNode,
    condition: string,
    values: ReadonlyMap<string, string>,
  ): Promise<readonly string[] | null> {
    const taken = this.graph.tensor(condition)?.data[0];
    const branch = node.attributes[taken ? 'then_branch' : 'else_branch'];
    if (taken === undefined || branch?.kind !== 'graph') {
      const { opset } = this.options.source;
      this.unsupported.push({ op: node.op, opset, node: node.name });
      return null;
    }
    const inner = new Map(values);
    for (const [name, tensor] of branch.value.constants) {
      inner.set(name, this.graph.constant(tensor));
    }
    await this.addNodes(branch.value, inner);
    const outputs = branch.value.outputs.map((name) => inner.get(name));
    return outputs.every((output) => output !== undefined) ? outputs : null;
  }

  /** Collects nodes between a parameter and the output that have no gradient. */
  requireSupport(output: string): void {
    const parameters = [...this.options.parameters.keys()];
    const { opset } = this.options.source;
    for (const node of unsupportedNodes(this.graph.graph, { loss: output, parameters })) {
      const origin = node.outputs.map((name) => this.origins.get(name)).find(Boolean);
      this.unsupported.push({ op: node.op, opset, node: origin?.name ?? node.name });
    }
    if (this.unsupported.length > 0) this.refuse();
  }

  refuse(): never {
    const ops = [...this.unsupported];
    throw new AppError({ code: 'UnsupportedOp', details: { ops } });
  }
}
