import { float, int, ints, text } from '../../../src/core/graph/node.js';
import type { ExportWriter } from './exportWriter.js';

/** x W with a matrix of the file in one of the layouts of exporters, and perhaps a bias. */
export function linear(
  w: ExportWriter,
  x: string,
  name: string,
  { from, to, bias = true }: { from: number; to: number; bias?: boolean },
): string {
  const form = w.pick('linear', ['folded', 'transposed', 'named', 'gemm', 'einsum']);
  const spread = { deviation: 1 / Math.sqrt(from) };
  const product = (): string => {
    switch (form) {
      case 'folded':
        return w.node('MatMul', [x, w.weight(`onnx::MatMul_${name}`, [from, to], spread)]);
      case 'transposed': {
        const matrix = w.weight(`${name}.weight`, [to, from], spread);
        return w.node('MatMul', [x, w.transpose(matrix, [1, 0])]);
      }
      case 'named':
        return w.node('MatMul', [x, w.weight(`${name}.weight`, [from, to], spread)]);
      case 'gemm': {
        const rows = w.node('Reshape', [x, w.integers([-1, from])]);
        const inputs = [rows, w.weight(`${name}.weight`, [to, from], spread)];
        if (bias && w.chance(0.5)) inputs.push(biasOf(w, name, [to]));
        const y = w.node('Gemm', inputs, { transB: int(1), ...gemmFactors(w) });
        const sizes = [w.sizeOf(x, 0), w.sizeOf(x, 1), w.integers([to])];
        return w.node('Reshape', [y, w.node('Concat', sizes, { axis: int(0) })]);
      }
      case 'einsum': {
        if (w.opset < 12)
          return w.node('MatMul', [x, w.weight(`${name}.weight`, [from, to], spread)]);
        const inputs = [x, w.weight(`${name}.weight`, [to, from], spread)];
        return w.node('Einsum', inputs, { equation: { kind: 'string', value: 'bld,ed->ble' } });
      }
    }
  };
  const y = product();
  if (!bias || w.graph.constants.has(`${name}.bias`)) return y;
  const dims = { vector: [to], row: [1, to], token: [1, 1, to], single: [1] } as const;
  return w.add(
    y,
    biasOf(w, name, dims[w.pick('bias', ['vector', 'vector', 'row', 'token', 'single'])]),
  );
}

function gemmFactors(w: ExportWriter): {
  alpha?: ReturnType<typeof float>;
  beta?: ReturnType<typeof float>;
} {
  return w.chance(0.3) ? { alpha: float(0.5), beta: float(1.5) } : {};
}

function biasOf(w: ExportWriter, name: string, dims: readonly number[]): string {
  return w.weight(`${name}.bias`, dims, { deviation: 0.2 });
}

const NORMS = [
  'layer',
  'pieces',
  'pieces',
  'rms',
  'rms',
  'onePlusRms',
  'scaleNorm',
  'tanh',
  'plain',
  'unbiased',
] as const;

/** A norm over the last axis: one of the kinds in use, written in one of several ways. */
export function norm(w: ExportWriter, x: string, name: string, width: number): string {
  const kind = w.pick('norm', NORMS);
  const scale = (mean = 1): string => w.weight(`${name}.weight`, [width], { mean, deviation: 0.1 });
  const shift = (): string => w.weight(`${name}.bias`, [width], { deviation: 0.1 });
  switch (kind) {
    case 'layer':
      if (w.opset < 17) return w.add(w.mul(centredAndScaled(w, x), scale()), shift());
      return w.node('LayerNormalization', [x, scale(), shift()], {
        axis: int(-1),
        epsilon: float(1e-5),
      });
    case 'pieces':
      return w.add(w.mul(centredAndScaled(w, x), scale()), shift());
    case 'unbiased':
      return w.mul(centredAndScaled(w, x), scale());
    case 'plain':
      return centredAndScaled(w, x);
    case 'rms':
      return w.mul(scale(), overRoot(w, x, meanOfSquares(w, x)));
    case 'onePlusRms':
      return w.mul(overRoot(w, x, meanOfSquares(w, x)), w.add(scale(0), w.number(1)));
    case 'scaleNorm': {
      const length = w.node('Sqrt', [w.sum(w.mul(x, x))]);
      const single = w.weight(`${name}.weight`, [1], { mean: 2, deviation: 0.1 });
      return w.mul(single, w.node('Div', [x, w.add(length, w.number(1e-3))]));
    }
    case 'tanh': {
      const inner = w.weight(`${name}.alpha`, [1], { mean: 0.7, deviation: 0.1 });
      return w.add(w.mul(scale(), w.node('Tanh', [w.mul(inner, x)])), shift());
    }
  }
}

function square(w: ExportWriter, x: string): string {
  return w.chance(0.5) ? w.node('Mul', [x, x]) : w.node('Pow', [x, w.number(2)]);
}

const meanOfSquares = (w: ExportWriter, x: string): string => w.mean(square(w, x));

/** x / √(variance + ε) */
function overRoot(w: ExportWriter, x: string, variance: string): string {
  const root = w.node('Sqrt', [w.add(variance, w.number(1e-5))]);
  if (w.chance(0.4)) return w.node('Div', [x, root]);
  const inverse = w.chance(0.5) ? w.node('Reciprocal', [root]) : w.node('Div', [w.number(1), root]);
  return w.mul(x, inverse);
}

function centredAndScaled(w: ExportWriter, x: string): string {
  const centred = w.node('Sub', [x, w.mean(x)]);
  return overRoot(w, centred, meanOfSquares(w, centred));
}

const ACTIVATIONS = [
  'relu',
  'gelu',
  'gelu',
  'geluNew',
  'quickGelu',
  'silu',
  'tanh',
  'squaredRelu',
  'softplus',
  'elu',
  'leakyRelu',
  'mish',
  'almostGelu',
  'operator',
] as const;

export function activation(w: ExportWriter, x: string): string {
  const kind = w.pick('activation', ACTIVATIONS);
  switch (kind) {
    case 'relu':
      return w.node('Relu', [x]);
    case 'gelu':
      return errorUnit(w, x, Math.SQRT2);
    case 'almostGelu':
      // No error unit: its argument or its halves differ.
      return errorUnit(w, x, 1.5);
    case 'operator':
      if (w.opset < 20) return w.node('Sigmoid', [x]);
      return w.node('Gelu', [x], w.chance(0.5) ? { approximate: text('tanh') } : {});
    case 'geluNew': {
      const cube = w.chance(0.5) ? w.node('Pow', [x, w.number(3)]) : w.mul(x, w.mul(x, x));
      const inner = w.add(x, w.mul(cube, w.number(0.044715)));
      const gate = w.node('Tanh', [w.mul(inner, w.number(Math.sqrt(2 / Math.PI)))]);
      return halved(w, x, w.add(gate, w.number(1)));
    }
    case 'quickGelu':
      return w.mul(x, w.node('Sigmoid', [w.mul(x, w.number(1.702))]));
    case 'silu':
      return w.mul(x, w.node('Sigmoid', [x]));
    case 'tanh':
      return w.node('Tanh', [x]);
    case 'squaredRelu':
      return square(w, w.node('Relu', [x]));
    case 'softplus':
      return w.node('Softplus', [x]);
    case 'elu':
      return w.node('Elu', [x], { alpha: float(0.7) });
    case 'leakyRelu':
      return w.node('LeakyRelu', [x], { alpha: float(0.1) });
    case 'mish':
      return w.mul(x, w.node('Tanh', [w.node('Softplus', [x])]));
  }
}

function errorUnit(w: ExportWriter, x: string, root: number): string {
  const argument = w.chance(0.5)
    ? w.node('Div', [x, w.number(root)])
    : w.mul(x, w.number(1 / root));
  return halved(w, x, w.add(w.node('Erf', [argument]), w.number(1)));
}

/** x · gate / 2, with the factors in any order. */
function halved(w: ExportWriter, x: string, gate: string): string {
  switch (w.pick('halves', ['x', 'end', 'gate', 'quotient'])) {
    case 'x':
      return w.mul(w.mul(x, w.number(0.5)), gate);
    case 'end':
      return w.mul(w.mul(x, gate), w.number(0.5));
    case 'gate':
      return w.mul(x, w.mul(gate, w.number(0.5)));
    case 'quotient':
      return w.node('Div', [w.mul(gate, x), w.number(2)]);
  }
}

/** A feed-forward network, plain or gated. */
export function feedForward(w: ExportWriter, x: string, name: string, width: number): string {
  const inner = 2 * width;
  const bias = w.chance(0.6);
  const into = (part: string, to = inner): string =>
    linear(w, x, `${name}.${part}`, { from: width, to, bias });
  const middle = (): string => {
    switch (w.pick('feedForward', ['plain', 'plain', 'gated', 'fusedGate', 'bilinear'])) {
      case 'plain':
        return activation(w, into('up'));
      case 'gated':
        return w.mul(activation(w, into('gate')), into('up'));
      case 'fusedGate': {
        const [gate = '', up = ''] = w.split(into('both', 2 * inner), [inner, inner]);
        return w.mul(activation(w, gate), up);
      }
      case 'bilinear':
        return w.mul(into('gate'), into('up'));
    }
  };
  const hidden = w.untouched(middle());
  const inside = w.chance(0.15) ? norm(w, hidden, `${name}.norm`, inner) : hidden;
  return linear(w, inside, `${name}.down`, { from: inner, to: width, bias });
}

/** x + f(x), with the branch or the residual scaled, gated or mixed in one of the known ways. */
export function residual(
  w: ExportWriter,
  x: string,
  { branch, name, width }: { branch: string; name: string; width: number },
): string {
  switch (
    w.pick('residual', [
      'plain',
      'plain',
      'factor',
      'factor',
      'deep',
      'vector',
      'scalar',
      'gate',
      'minus',
    ])
  ) {
    case 'plain':
      return w.add(x, w.untouched(branch));
    case 'factor':
      return w.add(x, w.scaled(branch, 0.3));
    case 'deep':
      return w.add(w.scaled(x, 1.4), branch);
    case 'vector': {
      const dims = w.pick('layerScale', ['vector', 'token']) === 'vector' ? [width] : [1, 1, width];
      return w.add(
        x,
        w.mul(branch, w.weight(`${name}.gamma_scale`, dims, { mean: 0.5, deviation: 0.1 })),
      );
    }
    case 'scalar': {
      const dims = w.chance(0.5) ? [] : [1];
      return w.add(
        x,
        w.mul(w.weight(`${name}.resweight`, dims, { mean: 0.4, deviation: 0.1 }), branch),
      );
    }
    case 'gate': {
      const opened = linear(w, x, `${name}.gate`, { from: width, to: width, bias: w.chance(0.5) });
      return w.add(x, w.mul(w.node('Sigmoid', [opened]), branch));
    }
    case 'minus':
      return w.node('Sub', [x, branch]);
  }
}

/** Bucket table of relative positions, [length, length, heads] looked up and cut to the batch. */
export function relativeBias(
  w: ExportWriter,
  { inputIds, heads, longest }: { inputIds: string; heads: number; longest: number },
): string {
  const buckets = 7;
  const table = w.weight('encoder.relative_attention_bias.weight', [buckets, heads], {
    deviation: 0.5,
  });
  const places = Array.from({ length: longest * longest }, (_, i) => {
    const distance = (i % longest) - Math.floor(i / longest);
    return Math.max(0, Math.min(buckets - 1, distance + 3));
  });
  const all = w.integers(places, [longest, longest]);
  const length = w.sizeOf(inputIds, 1);
  const cut = w.slice(w.slice(all, 0, length, 0), 0, length, 1);
  const found = w.node('Gather', [table, cut]);
  return w.unsqueeze(w.transpose(found, [2, 0, 1]), [0]);
}

/** ALiBi: a slope for each head times minus the distance; [1, heads, length, length]. */
export function distanceBias(
  w: ExportWriter,
  { inputIds, heads }: { inputIds: string; heads: number },
): string {
  const length = w.squeeze(w.sizeOf(inputIds, 1), [0]);
  const zero = w.integers([0], []);
  const range = w.node('Range', [zero, length, w.integers([1], [])]);
  const distance = w.node('Sub', [w.unsqueeze(range, [0]), w.unsqueeze(range, [1])]);
  const far = w.node('Neg', [w.node('Abs', [w.node('Cast', [distance], { to: int(1) })])]);
  const slopes = Array.from({ length: heads }, (_, head) => 2 ** (-head - 1));
  return w.unsqueeze(w.mul(w.unsqueeze(far, [0]), w.floats(slopes, [heads, 1, 1])), [0]);
}

/** Rotates pairs of a head by angles that grow with the position; [batch, heads, length, width]. */
export function rotary(
  w: ExportWriter,
  x: string,
  { inputIds, width, longest }: { inputIds: string; width: number; longest: number },
): string {
  const half = width / 2;
  const angles = Array.from({ length: longest * width }, (_, i) => {
    return Math.floor(i / width) / 100 ** ((i % half) / half);
  });
  const length = w.sizeOf(inputIds, 1);
  const table = (of: (x: number) => number): string =>
    w.slice(w.floats(angles.map(of), [1, 1, longest, width]), 0, length, 2);
  const [first = '', second = ''] = w.split(x, [half, half]);
  const turned = w.node('Concat', [w.node('Neg', [second]), first], { axis: int(-1) });
  return w.add(w.mul(x, table(Math.cos)), w.mul(turned, table(Math.sin)));
}

/** Swaps the last two axes of four. */
export const flipped = (w: ExportWriter, x: string): string =>
  w.node('Transpose', [x], { perm: ints([0, 1, 3, 2]) });
