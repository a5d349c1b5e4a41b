import type { Graph } from '../../graph/graph.js';
import { int } from '../../graph/node.js';
import type { Layers } from './layers.js';

/**
 * Rotary position embedding (Su et al. 2021, arXiv:2104.09864) of [batch, heads, length, size], in
 * the layout of halves: element i is rotated with element i + size/2. Angles are rounded to
 * float32, as in the reference implementation. Where attention is fused, x is [batch, length,
 * heads * size].
 */
export function createRotation(
  layers: Layers,
  { theta, size, heads }: { theta: number; size: number; heads: number },
): (x: string) => string {
  const { graph } = layers;
  const half = size / 2;
  if (layers.inputs.fusesAttention === true) {
    const angles = anglesOf(layers, theta, half);
    const tables = [graph.node('Cos', [angles]), graph.node('Sin', [angles])];
    const first = graph.indices([0]);
    const attributes = { num_heads: int(heads) };
    return (x) => graph.node('RotaryEmbedding', [x, first, ...tables], { attributes });
  }
  const { cos, sin } = tables(layers, theta, half);
  const halves = graph.indices([half, half]);
  return (x) => {
    const parts = graph.nodeWithOutputs('Split', [x, halves], {
      outputCount: 2,
      attributes: { axis: int(3) },
    });
    const swapped = concatLast(graph, [parts[1]!, parts[0]!], 3);
    return graph.node('Add', [graph.node('Mul', [x, cos]), graph.node('Mul', [swapped, sin])]);
  };
}

/** cos, and sin with the sign of the swapped halves, [length, size] each. */
function tables(layers: Layers, theta: number, half: number): { cos: string; sin: string } {
  const { graph } = layers;
  const { length } = layers.inputs;
  const frequencies = frequenciesOf(theta, half);
  const name = `rotary_${theta}`;
  if (typeof length === 'number') {
    const table = (f: (angle: number) => number, firstSign: number): Float32Array =>
      Float32Array.from({ length: length * 2 * half }, (_, i) => {
        const column = i % (2 * half);
        const angle = Math.fround(Math.floor(i / (2 * half)) * frequencies[column % half]!);
        return f(angle) * (column < half ? firstSign : 1);
      });
    const dims = [length, 2 * half];
    return {
      cos: graph.constant(`${name}_cos`, { type: 'float32', dims, data: table(Math.cos, 1) }),
      sin: graph.constant(`${name}_sin`, { type: 'float32', dims, data: table(Math.sin, -1) }),
    };
  }
  const angles = anglesOf(layers, theta, half);
  const cos = graph.node('Cos', [angles]);
  const sin = graph.node('Sin', [angles]);
  return {
    cos: concatLast(graph, [cos, cos], 1),
    sin: concatLast(graph, [graph.node('Neg', [sin]), sin], 1),
  };
}

/** 1 / theta ^ (i / half), [half]. */
function frequenciesOf(theta: number, half: number): Float32Array {
  return Float32Array.from({ length: half }, (_, i) => {
    return 1 / Math.fround(theta ** Math.fround(i / half));
  });
}

/** Angle of each position and frequency, [length, half]. */
function anglesOf(layers: Layers, theta: number, half: number): string {
  const { graph } = layers;
  const places = graph.node('Cast', [layers.range()], { attributes: { to: int(1) } });
  const perPlace = graph.node('Unsqueeze', [places, graph.indices([1])]);
  const factors = graph.constant(`rotary_${theta}_frequencies`, {
    type: 'float32',
    dims: [1, half],
    data: frequenciesOf(theta, half),
  });
  return graph.node('Mul', [perPlace, factors]);
}

function concatLast(graph: Graph, parts: readonly string[], axis: number): string {
  return graph.node('Concat', parts, { attributes: { axis: int(axis) } });
}
