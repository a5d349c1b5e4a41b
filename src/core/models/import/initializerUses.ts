import { intAttribute } from '../../graph/attributes.js';
import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';

/** Names that torch gives to numbers that it has computed, such as folded ones. */
export const FOLDED_NAME = /^onnx::/;
export const PARAMETER_NAME = /^(?!onnx::)(?:.*[._])?(?:weight|bias|gamma|beta)$/;

/** Readers of the initializers, and the values that depend on the text. */
export class InitializerUses {
  private readonly readers = new Map<string, { node: GraphNode; place: number }[]>();
  /** Values that depend on the text or on a named parameter. */
  private readonly textual: Set<string>;
  /** Values that depend on a named parameter. */
  private readonly ofParameters: Set<string>;
  /** Whether the exporter names constants after operators: the one that writes namespaces. */
  readonly namesOperators: boolean;

  /** `others`: parameters that have no name in the file. */
  constructor(
    private readonly graph: Graph,
    others: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.namesOperators = graph.nodes.some(({ metadata }) => metadata?.['namespace'] !== undefined);
    const named = [...graph.constants.keys()].filter(
      (name) => PARAMETER_NAME.test(name) || others.has(name),
    );
    this.textual = new Set([...graph.inputs, ...named]);
    this.ofParameters = new Set(named);
    graph.nodes.forEach((node, place) => {
      for (const values of [this.textual, this.ofParameters]) {
        const depends = node.inputs.some((input) => values.has(input));
        if (depends && node.op !== 'Shape' && node.op !== 'Size') {
          node.outputs.forEach((output) => values.add(output));
        }
      }
      for (const input of new Set(node.inputs)) {
        const list = this.readers.get(input);
        if (list) list.push({ node, place });
        else this.readers.set(input, [{ node, place }]);
      }
    });
  }

  /** Product of this matrix with a value that depends on text or parameters. */
  productWithText(initializer: string): GraphNode | null {
    const reader = this.nodes(initializer).find(
      (node) =>
        (node.op === 'MatMul' || node.op === 'Gemm') &&
        node.inputs.slice(0, 2).some((input) => input !== initializer && this.textual.has(input)),
    );
    return reader ?? null;
  }

  /**
   * Node that scales or shifts hidden states by an unnamed vector of different numbers: folding stores
   * parameters like that if only their layout changes, or a number is added, as in (1 + γ) x. Vectors
   * of frequencies meet positions, which no parameter is part of.
   */
  vectorReader(initializer: string): GraphNode | null {
    const { dims, data } = this.graph.constants.get(initializer)!;
    const isVector = FOLDED_NAME.test(initializer) && dims.at(-1) === data.length;
    if (!isVector || data.every((x) => x === data[0])) return null;
    const reader = this.nodes(initializer).find(
      (node) =>
        (node.op === 'Mul' || node.op === 'Add') &&
        node.inputs.some((input) => input !== initializer && this.ofParameters.has(input)),
    );
    return reader ?? null;
  }

  /** Node that looks up rows of this table. */
  lookUp(initializer: string): GraphNode | null {
    const matrix = this.graph.constants.get(initializer)!.dims.length === 2;
    const found = this.nodes(initializer).find(
      (node) =>
        node.op === 'Gather' &&
        node.inputs[0] === initializer &&
        intAttribute(node, 'axis', 0) === 0,
    );
    return matrix ? (found ?? null) : null;
  }

  /** Named vector that is added to a product. */
  addedBias(product: GraphNode): string | null {
    const [value = ''] = product.outputs;
    const [sum] = this.nodes(value).filter((node) => node.op === 'Add');
    const bias = sum?.inputs.find((input) => input !== value);
    return bias !== undefined && /bias$/.test(bias) && this.graph.constants.has(bias) ? bias : null;
  }

  /** Index of the first node that reads the initializer, including through layout changes. */
  firstUse(initializer: string): number {
    return this.readers.get(initializer)?.[0]?.place ?? Infinity;
  }

  private nodes(value: string): GraphNode[] {
    return (this.readers.get(value) ?? []).map(({ node }) => node);
  }
}
