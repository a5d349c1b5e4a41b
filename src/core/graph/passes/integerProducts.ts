import { floatAttribute, intAttribute, intsAttribute } from '../attributes.js';
import type { Graph } from '../graph.js';
import { int, ints, type GraphNode } from '../node.js';
import { producers, rewriteNodes } from './rewrite.js';
import { prune } from './prune.js';

const FLOAT32 = 1;

/** Opset from which axes are an input of `Unsqueeze`. */
const AXES_AS_INPUT = 13;

/** A matrix of 8-bit integers with one scale per row. */
export interface Integers {
  readonly values: string;
  readonly scales: string;
}

/**
 * Computes products of quantized matrices with integers: x Wᵀ + b of float rows x and a matrix W of
 * integers becomes a `MatMulInteger` of W and of x, rounded to 8 bits while the graph runs (dynamic
 * quantization, as in ONNX Runtime's `quantize_dynamic`). Rows that are looked up in such a matrix are
 * converted after they are looked up. `matrices` are those of integers by their values as floats.
 * Default: what a `DequantizeLinear` of constants gives.
 */
export function integerProducts(
  graph: Graph,
  matrices: ReadonlyMap<string, Integers> = quantizedMatrices(graph),
): void {
  const integers = new Map(matrices);
  const transposed = new Map<string, Integers>();
  const products = new Products(graph);
  rewriteNodes(graph, (node) => {
    const [first = '', second = ''] = node.inputs;
    const [output = ''] = node.outputs;
    switch (node.op) {
      case 'Gemm': {
        if (intAttribute(node, 'transA', 0) !== 0) return false;
        const matrix = (intAttribute(node, 'transB', 0) === 1 ? integers : transposed).get(second);
        return matrix !== undefined && products.linear(node, matrix);
      }
      case 'MatMul': {
        const matrix = transposed.get(second);
        return matrix !== undefined && products.linear(node, matrix);
      }
      case 'Gather': {
        const matrix = intAttribute(node, 'axis', 0) === 0 ? integers.get(first) : undefined;
        return matrix !== undefined && products.rows(node, matrix);
      }
      case 'Split': {
        const matrix = intAttribute(node, 'axis', 0) === 0 ? integers.get(first) : undefined;
        if (matrix !== undefined) splitMatrix(graph, node, { matrix, integers });
        return false;
      }
      case 'Identity':
      case 'Transpose': {
        const [known, other] =
          node.op === 'Identity' ? [integers, transposed] : [transposed, integers];
        const matrix = integers.get(first);
        const back = transposed.get(first);
        if (node.op === 'Transpose' && !isFlip(node)) return false;
        if (matrix !== undefined) known.set(output, matrix);
        if (back !== undefined) other.set(output, back);
        return false;
      }
      default:
        return false;
    }
  });
  prune(graph);
}

/** Whether a `Transpose` exchanges the two axes of a matrix. */
function isFlip(node: GraphNode): boolean {
  return (intsAttribute(node, 'perm') ?? [1, 0]).join() === '1,0';
}

function quantizedMatrices(graph: Graph): Map<string, Integers> {
  const found = new Map<string, Integers>();
  for (const [name, { op, inputs }] of producers(graph)) {
    const [values, scales] = inputs;
    if (op !== 'DequantizeLinear' || values === undefined || scales === undefined) continue;
    if (graph.constants.has(values) && graph.constants.has(scales)) {
      found.set(name, { values, scales });
    }
  }
  return found;
}

/** Splits a matrix by rows; the parts that are read elsewhere remain floats. */
function splitMatrix(
  graph: Graph,
  { inputs, outputs, attributes }: GraphNode,
  { matrix, integers }: { readonly matrix: Integers; readonly integers: Map<string, Integers> },
): void {
  const split = (value: string): string[] =>
    graph.append({
      op: 'Split',
      inputs: [value, ...inputs.slice(1)],
      attributes,
      outputCount: outputs.length,
    });
  const scales = split(matrix.scales);
  for (const [i, values] of split(matrix.values).entries()) {
    integers.set(outputs[i]!, { values, scales: scales[i]! });
  }
}

interface Rounded {
  readonly values: string;
  readonly scale: string;
  readonly zero: string;
}

class Products {
  private readonly rounded = new Map<string, Rounded>();
  private readonly transposed = new Map<string, string>();

  constructor(private readonly graph: Graph) {}

  /** alpha · x Wᵀ + beta · b, of a `Gemm` or a `MatMul`. */
  linear(node: GraphNode, { values, scales }: Integers): true {
    const { graph } = this;
    const [x, , bias = ''] = node.inputs as [string, string, string?];
    const alpha = floatAttribute(node, 'alpha', 1);
    const beta = floatAttribute(node, 'beta', 1);
    const { values: rows, scale, zero } = this.round(x);
    const product = graph.node('MatMulInteger', [rows, this.transpose(values), zero]);
    const float = graph.node('Cast', [product], { attributes: { to: int(FLOAT32) } });
    const factor = graph.node('Mul', [scale, this.scaled(scales, alpha)]);
    const outputs = node.outputs;
    if (bias === '') {
      graph.node('Mul', [float, factor], { outputs });
    } else {
      const scaled = graph.node('Mul', [float, factor]);
      graph.node('Add', [scaled, this.scaled(bias, beta)], { outputs });
    }
    return true;
  }

  /** Rows of a matrix that is converted only where it is read. */
  rows({ inputs, outputs }: GraphNode, { values, scales }: Integers): true {
    const { graph } = this;
    const [, ids] = inputs as [string, string];
    const chosen = graph.node('Gather', [values, ids]);
    const float = graph.node('Cast', [chosen], { attributes: { to: int(FLOAT32) } });
    const scale = graph.node('Gather', [scales, ids]);
    const column =
      graph.opset < AXES_AS_INPUT
        ? graph.node('Unsqueeze', [scale], { attributes: { axes: ints([-1]) } })
        : graph.node('Unsqueeze', [scale, graph.indices([-1])]);
    graph.node('Mul', [float, column], { outputs });
    return true;
  }

  /** Rounds activations once for all products that read them. */
  private round(x: string): Rounded {
    const known = this.rounded.get(x);
    if (known !== undefined) return known;
    const [values, scale, zero] = this.graph.nodeWithOutputs('DynamicQuantizeLinear', [x], {
      outputCount: 3,
    }) as [string, string, string];
    const rounded = { values, scale, zero };
    this.rounded.set(x, rounded);
    return rounded;
  }

  /** The runtime computes it once, when it loads the graph, so that the file has each matrix once. */
  private transpose(values: string): string {
    const known = this.transposed.get(values);
    if (known !== undefined) return known;
    const transposed = this.graph.node('Transpose', [values]);
    this.transposed.set(values, transposed);
    return transposed;
  }

  private scaled(value: string, factor: number): string {
    if (factor === 1) return value;
    return this.graph.node('Mul', [value, this.graph.scalar(factor)]);
  }
}
