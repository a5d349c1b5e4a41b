import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { countReaders, producers } from '../../graph/passes/rewrite.js';

/** Matches patterns of nodes backward, from a value to the node that computes it. */
export class Pattern {
  private readonly made: ReadonlyMap<string, GraphNode>;
  private readonly readers: ReadonlyMap<string, number>;
  private readonly users = new Map<string, GraphNode>();

  constructor(private readonly graph: Graph) {
    this.made = producers(graph);
    this.readers = countReaders(graph);
    for (const node of graph.nodes) for (const input of node.inputs) this.users.set(input, node);
  }

  /** Node that computes a value, if it is one of these operators. */
  producer(value: string | undefined, ...ops: readonly string[]): GraphNode | undefined {
    const node = value === undefined ? undefined : this.made.get(value);
    return node && ops.includes(node.op) ? node : undefined;
  }

  anyProducer(value: string): GraphNode | undefined {
    return this.made.get(value);
  }

  readerCount(value: string): number {
    return this.readers.get(value) ?? 0;
  }

  /** Only reader of a value, if there is exactly one. */
  onlyReader(value: string, ...ops: readonly string[]): GraphNode | undefined {
    const node = this.readers.get(value) === 1 ? this.users.get(value) : undefined;
    return node && ops.includes(node.op) ? node : undefined;
  }

  /** Number in a constant with one element. */
  scalar(value: string | undefined): number | undefined {
    const tensor = value === undefined ? undefined : this.graph.constants.get(value);
    return tensor?.type === 'float32' && tensor.data.length === 1 ? tensor.data[0] : undefined;
  }

  isScalar(value: string | undefined, expected: number, tolerance = 1e-6): boolean {
    const found = this.scalar(value);
    return found !== undefined && Math.abs(found - expected) <= tolerance * Math.abs(expected);
  }

  /** Other operand of a commutative node. */
  other(node: GraphNode, value: string): string | undefined {
    const [a, b] = node.inputs;
    return a === value ? b : b === value ? a : undefined;
  }

  /** Operand of a commutative node whose other operand is a scalar of this value. */
  besideScalar(node: GraphNode | undefined, expected: number): string | undefined {
    const [a, b] = node?.inputs ?? [];
    if (this.isScalar(b, expected)) return a;
    return this.isScalar(a, expected) ? b : undefined;
  }

  /** Operand of a commutative node that is not a scalar constant, and the scalar. */
  withScalar(node: GraphNode | undefined): { value: string; scalar: number } | undefined {
    const [a = '', b = ''] = node?.inputs ?? [];
    for (const [value, constant] of [
      [a, b],
      [b, a],
    ] as const) {
      const scalar = this.scalar(constant);
      if (scalar !== undefined && this.scalar(value) === undefined) return { value, scalar };
    }
    return undefined;
  }
}
