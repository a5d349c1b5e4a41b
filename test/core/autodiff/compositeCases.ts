import type { Graph } from '../../../src/core/graph/graph.js';
import { float, int, ints, text } from '../../../src/core/graph/node.js';
import type { CheckedCase } from './checkGradient.js';

/** Pieces of encoders as exporters write them: gradients meet, split and come back together. */
type Make = (graph: Graph, operands: readonly string[]) => string;

const check = (name: string, shapes: readonly number[][], make: Make): CheckedCase => ({
  name,
  opset: 20,
  inputs: shapes.map((dims) => ({ dims })),
  make,
});

const axis = (value: number) => ({ attributes: { axis: int(value) } });

function slice(g: Graph, x: string, along: number, from: number, to: number, step = 1): string {
  const bounds = [[from], [to], [along], [step]].map((numbers) => g.indices(numbers));
  return g.node('Slice', [x, ...bounds]);
}

function swap(g: Graph, x: string, perm: readonly number[]): string {
  return g.node('Transpose', [x], { attributes: { perm: ints(perm) } });
}

/** x cos + rotated x sin */
function rotate(g: Graph, x: string, rotated: string, angles: string): string {
  return g.node('Add', [
    g.node('Mul', [x, g.node('Cos', [angles])]),
    g.node('Mul', [rotated, g.node('Sin', [angles])]),
  ]);
}

function rotatedHalves(g: Graph, x: string): string {
  const halves = [slice(g, x, 1, 2, 4), slice(g, x, 1, 0, 2)];
  return g.node('Concat', [g.node('Neg', [halves[0]!]), halves[1]!], axis(-1));
}

function rotatedPairs(g: Graph, x: string): string {
  const odd = g.node('Neg', [slice(g, x, 1, 1, 99, 2)]);
  const parts = [odd, slice(g, x, 1, 0, 99, 2)].map((part) =>
    g.node('Unsqueeze', [part, g.indices([-1])]),
  );
  return g.reshape(g.node('Concat', parts, axis(-1)), [3, 4]);
}

function attention(g: Graph, [q = '', k = '', v = '']: readonly string[], bias?: string): string {
  const scores = g.node('MatMul', [q, swap(g, k, [0, 2, 1])]);
  const scaled = g.node('Div', [scores, g.scalar(Math.sqrt(2))]);
  const biased = bias === undefined ? scaled : g.node('Add', [scaled, bias]);
  return g.node('MatMul', [g.node('Softmax', [biased], axis(-1)), v]);
}

function rootMeanSquare(g: Graph, x: string): string {
  const mean = g.node('ReduceMean', [g.node('Pow', [x, g.scalar(2)]), g.indices([-1])]);
  return g.node('Sqrt', [g.node('Add', [mean, g.scalar(1e-3)])]);
}

export const COMPOSITE_CASES: readonly CheckedCase[] = [
  check(
    'rotary embedding of halves',
    [
      [3, 4],
      [3, 4],
    ],
    (g, [x = '', angles = '']) => rotate(g, x, rotatedHalves(g, x), angles),
  ),
  check(
    'rotary embedding of pairs',
    [
      [3, 4],
      [3, 4],
    ],
    (g, [x = '', angles = '']) => rotate(g, x, rotatedPairs(g, x), angles),
  ),
  check('attention over one projection, taken apart by Gather', [[2, 3, 3, 2]], (g, [x = '']) => {
    const parts = [0, 1, 2].map((i) => {
      const index = g.constant(`i${i}`, {
        type: 'int64',
        dims: [],
        data: BigInt64Array.of(BigInt(i)),
      });
      return g.node('Gather', [x, index], axis(2));
    });
    return attention(g, parts);
  }),
  check('attention over one projection, taken apart by Split', [[2, 3, 6]], (g, [x = '']) => {
    const parts = g.nodeWithOutputs('Split', [x], {
      attributes: { axis: int(-1), num_outputs: int(3) },
      outputCount: 3,
    });
    return attention(g, parts);
  }),
  check('attention over one projection, taken apart by Slice', [[2, 3, 6]], (g, [x = '']) =>
    attention(
      g,
      [4, 0, 2].map((from) => slice(g, x, 2, from, from + 2)),
    ),
  ),
  check(
    'attention with a masked row and a bias over batches',
    [
      [4, 3, 2],
      [1, 3, 3],
    ],
    (g, [x = '', bias = '']) => {
      // prettier-ignore
      const mask = g.constant('mask', { type: 'bool', dims: [1, 1, 3], data: Uint8Array.of(1, 0, 1) }); // prettier-ignore
      const masked = g.node('Where', [mask, bias, g.scalar(-1e4)]);
      return attention(g, [x, x, x], masked);
    },
  ),
  check(
    'keys shared by heads',
    [
      [2, 4, 3, 2],
      [2, 2, 3, 2],
    ],
    (g, [q = '', k = '']) => {
      const copies = g.node('Expand', [g.reshape(k, [2, 2, 1, 3, 2]), g.indices([2, 2, 2, 3, 2])]);
      return g.node('MatMul', [q, swap(g, g.reshape(copies, [2, 4, 3, 2]), [0, 1, 3, 2])]);
    },
  ),
  check('RMS normalization in pieces', [[2, 3, 4], [4]], (g, [x = '', weight = '']) => {
    const inverse = g.node('Reciprocal', [rootMeanSquare(g, x)]);
    return g.node('Mul', [g.node('Mul', [x, inverse]), weight]);
  }),
  check(
    'layer normalization in pieces',
    [[2, 3, 4], [4], [4]],
    (g, [x = '', weight = '', bias = '']) => {
      // prettier-ignore
      const centred = g.node('Sub', [x, g.node('ReduceMean', [x, g.indices([-1])])]);
      const normal = g.node('Div', [centred, rootMeanSquare(g, centred)]);
      return g.node('Add', [g.node('Mul', [normal, weight]), bias]);
    },
  ),
  check(
    'gated SiLU',
    [
      [3, 4],
      [4, 6],
    ],
    (g, [x = '', weight = '']) => {
      const both = g.node('MatMul', [x, weight]);
      const [inner, gate] = [slice(g, both, 1, 0, 3), slice(g, both, 1, 3, 6)];
      const silu = g.node('Mul', [inner, g.node('Sigmoid', [inner])]);
      return g.node('Mul', [silu, gate]);
    },
  ),
  check(
    'disentangled attention',
    [
      [2, 3, 2],
      [2, 4, 2],
    ],
    (g, [q = '', positions = '']) => {
      const scores = g.node('MatMul', [q, swap(g, positions, [0, 2, 1])]);
      const near = [1, 0, 0, 2, 1, 0, 3, 2, 1];
      const index = g.constant('near', {
        type: 'int64',
        dims: [2, 3, 3],
        data: BigInt64Array.from([...near, ...near], BigInt),
      });
      const taken = g.node('GatherElements', [scores, index], axis(-1));
      return g.node('Add', [taken, swap(g, taken, [0, 2, 1])]);
    },
  ),
  check(
    'convolution by windows',
    [
      [2, 3, 5],
      [5, 3, 1],
    ],
    (g, [x = '', kernel = '']) => {
      const padded = g.node('Pad', [
        g.reshape(x, [2, 3, 5, 1]),
        g.indices([0, 0, 1, 0, 0, 0, 1, 0]),
      ]);
      const windows = g.constant('windows', {
        type: 'int64',
        dims: [3, 5],
        data: BigInt64Array.from([0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6], BigInt),
      });
      const rows = g.reshape(g.node('Gather', [padded, windows], axis(2)), [2, 3, 3, 5]);
      const seen = g.reshape(swap(g, rows, [3, 0, 1, 2]), [5, 6, 3]);
      return g.node('MatMul', [seen, g.node('Softmax', [kernel], axis(1))]);
    },
  ),
  check('neighbours side by side', [[2, 4, 3]], (g, [x = '']) => {
    const before = g.node('Pad', [slice(g, x, 1, 1, 99), g.indices([0, 0, 0, 0, 1, 0])]);
    const after = g.node('Pad', [slice(g, x, 1, 0, -1), g.indices([0, 1, 0, 0, 0, 0])]);
    const three = g.node('Concat', [before, x, after], axis(2));
    return g.node('Tanh', [three]);
  }),
  check('slices that overlap, twice the same, and of two axes', [[4, 6]], (g, [x = '']) => {
    const parts = [
      slice(g, x, 1, 0, 4),
      slice(g, x, 1, 2, 6),
      slice(g, x, 1, 0, 4),
      slice(g, slice(g, x, 1, 1, 5), 0, 0, 4, 1),
      g.reshape(slice(g, x, 0, 1, 3), [3, 4]),
    ];
    return g.node('Sin', [g.node('Concat', parts, axis(0))]);
  }),
  check('mean pooling, then unit length', [[2, 3, 4]], (g, [x = '']) => {
    const mask = g.constant('mask', {
      type: 'float32',
      dims: [2, 3, 1],
      data: Float32Array.of(1, 1, 0, 1, 1, 1),
    });
    const sum = g.node('ReduceSum', [g.node('Mul', [x, mask]), g.indices([1])], {
      attributes: { keepdims: int(0) },
    });
    const count = g.node('ReduceSum', [mask, g.indices([1])], { attributes: { keepdims: int(0) } });
    const mean = g.node('Div', [sum, g.node('Clip', [count, g.scalar(1e-9)])]);
    const norm = g.node('ReduceL2', [mean, g.indices([-1])]);
    const length = g.node('Expand', [g.node('Clip', [norm, g.scalar(1e-12)]), g.indices([2, 4])]);
    return g.node('Div', [mean, length]);
  }),
  check('softmax in pieces', [[3, 5]], (g, [x = '']) => {
    const shifted = g.node('Sub', [x, g.node('ReduceMax', [x, g.indices([1])])]);
    const exponentials = g.node('Exp', [shifted]);
    const total = g.node('ReduceSum', [exponentials, g.indices([1])]);
    return g.node('Div', [exponentials, total]);
  }),
  check(
    'relative positions by Einsum',
    [
      [2, 2, 3, 4],
      [3, 3, 4],
    ],
    (g, [q = '', distance = '']) => {
      const equation = text('bhld,lrd->bhlr');
      const bias = g.node('Einsum', [q, distance], { attributes: { equation } });
      return g.node('Softmax', [bias], axis(-1));
    },
  ),
  check('a gradient that repeats and meets others', [[3, 4], [4]], (g, [x = '', weight = '']) => {
    const total = g.node('ReduceSum', [g.node('Mul', [x, weight])]);
    const elu = g.node('Elu', [x], { attributes: { alpha: float(0.5) } });
    return g.node('Add', [g.node('Mul', [g.node('Exp', [total]), elu]), total]);
  }),
];
