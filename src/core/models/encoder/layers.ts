import type { Graph } from '../../graph/graph.js';
import type { Dimension } from '../../graph/node.js';
import { float, int, ints } from '../../graph/node.js';
import type { ModelInputs } from '../model.js';

/**
 * Building blocks of encoder graphs. Hidden states are matrices [batch * length, hidden]; sizes may
 * be symbolic.
 */
export class Layers {
  /** batch * length */
  readonly rows: Dimension;

  constructor(
    readonly graph: Graph,
    readonly inputs: ModelInputs,
    readonly parameter: (name: string) => string,
  ) {
    const { batch, length } = inputs;
    const known = typeof batch === 'number' && typeof length === 'number';
    this.rows = known ? batch * length : `${batch}*${length}`;
  }

  /** The same building blocks for one of `count` slices of the batch. */
  slice(count: number): Layers {
    const { batch } = this.inputs;
    const size = typeof batch === 'number' ? batch / count : batch;
    return new Layers(this.graph, { ...this.inputs, batch: size }, this.parameter);
  }

  /** factor · (x Wᵀ + b) of `name.weight` and `name.bias` */
  dense(name: string, x: string, { factor = 1, bias = true } = {}): string {
    const weight = this.parameter(`${name}.weight`);
    return this.linear(x, weight, bias ? this.parameter(`${name}.bias`) : null, factor);
  }

  /** factor · (x Wᵀ + b) */
  linear(x: string, weight: string, bias: string | null, factor = 1): string {
    return this.graph.node('Gemm', bias === null ? [x, weight] : [x, weight, bias], {
      attributes: { transB: int(1), alpha: float(factor), beta: float(factor) },
    });
  }

  /** Layer normalization over the last axis (Ba et al. 2016, arXiv:1607.06450). */
  norm(name: string, x: string, { epsilon, bias = true }: NormOptions): string {
    const scale = this.parameter(`${name}.weight`);
    if (this.graph.opset < 17) {
      const scaled = this.graph.node('Mul', [this.standardized(x, epsilon), scale]);
      return bias ? this.add(scaled, this.parameter(`${name}.bias`)) : scaled;
    }
    const inputs = bias ? [x, scale, this.parameter(`${name}.bias`)] : [x, scale];
    return this.graph.node('LayerNormalization', inputs, {
      attributes: { axis: int(-1), epsilon: float(epsilon) },
    });
  }

  /** (x - mean) / deviation over the last axis, in operators of any opset. */
  private standardized(x: string, epsilon: number): string {
    const { graph } = this;
    const mean = (value: string): string =>
      graph.node('ReduceMean', [value], { attributes: { axes: ints([-1]) } });
    const centered = graph.node('Sub', [x, mean(x)]);
    const variance = mean(graph.node('Mul', [centered, centered]));
    const deviation = graph.node('Sqrt', [this.add(variance, graph.scalar(epsilon))]);
    return graph.node('Div', [centered, deviation]);
  }

  add(a: string, b: string): string {
    return this.graph.node('Add', [a, b]);
  }

  dropout(x: string, rate: number): string {
    return rate > 0 && this.inputs.dropout ? this.inputs.dropout(x, rate) : x;
  }

  /** 0, 1, … length - 1 as int64 [length] */
  range(): string {
    const { graph } = this;
    const { length } = this.inputs;
    if (typeof length === 'number') {
      return graph.indices(Array.from({ length }, (_, i) => i));
    }
    const scalar = (value: string): string => graph.node('Squeeze', [value, graph.indices([0])]);
    const limit = scalar(graph.symbols.get(length)!);
    const zero = scalar(graph.indices([0]));
    const places = graph.node('Range', [zero, limit, scalar(graph.indices([1]))]);
    graph.values.set(places, { type: 'int64', dims: [length] });
    return places;
  }

  /** [batch * length, width] → rows of the first token of each sequence, [batch, width] */
  firstRows(x: string, width: number): string {
    const { graph } = this;
    const { batch, length } = this.inputs;
    const sequences = graph.reshape(x, [batch, length, width]);
    const first = graph.node('Gather', [sequences, graph.indices([0])], {
      attributes: { axis: int(1) },
    });
    return graph.reshape(first, [batch, width]);
  }
}

export interface NormOptions {
  readonly epsilon: number;
  readonly bias?: boolean;
}
