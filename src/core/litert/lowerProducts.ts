import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
} from '../graph/attributes.js';
import type { GraphNode } from '../graph/node.js';
import type { Tensor } from '../ports.js';
import type { Lowering } from './lowering.js';
import type { SubgraphBuilder } from './subgraphBuilder.js';
import { canBeIntegers } from './weightPool.js';

interface Projection {
  readonly x: number;
  /** Constant matrix. */
  readonly weight: Tensor;
  /** Whether the matrix has one row per output, as LiteRT stores it. */
  readonly byOutput: boolean;
  readonly bias: number | null;
  readonly dims: readonly number[];
}

/** x Wᵀ + b. With 8-bit weights, rows of x are rounded to 8 bits when the model runs. */
function fullyConnected(
  builder: SubgraphBuilder,
  { x, weight, byOutput, bias, dims }: Projection,
): number {
  const integers = builder.integers && canBeIntegers(weight);
  const matrix = builder.constant(weight, { transposed: !byOutput, integers });
  const keepsDims = dims.length !== 2;
  const version = integers ? 12 : bias === null ? 6 : keepsDims ? 5 : 1;
  return builder.emit('FULLY_CONNECTED', [x, matrix, bias ?? -1], {
    dims,
    version,
    // Symmetric rows of x, as the weights.
    options: [0, 0, keepsDims ? 1 : 0, 0],
  });
}

/** α A B + β C */
const gemm: Lowering = (builder, node) => {
  const [a = '', b = '', c = ''] = node.inputs;
  const dims = builder.dims(node.outputs[0]!);
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const transposed = intAttribute(node, 'transB', 0) === 1;
  const rows = builder.value(a);
  const x = intAttribute(node, 'transA', 0) === 1 ? builder.transpose(rows, [1, 0]) : rows;
  const weight = builder.numbers(b);
  const bias = c === '' ? null : builder.value(c);
  const width = dims[1]!;
  // One factor scales product and bias together.
  const isInside =
    bias !== null && weight && alpha === beta && builder.dims(c).join() === String(width);
  const product = weight
    ? fullyConnected(builder, {
        ...{ x, weight, byOutput: transposed, dims },
        bias: isInside === true ? bias : null,
      })
    : builder.emit('BATCH_MATMUL', [x, builder.value(b)], {
        dims,
        options: [0, transposed ? 1 : 0, 0],
      });
  const scaled = times(builder, product, alpha, dims);
  if (bias === null || isInside === true) builder.set(node, scaled);
  else {
    const shift = times(builder, bias, beta, builder.dims(c));
    builder.set(node, builder.emit('ADD', [scaled, shift], { dims }));
  }
  return true;
};

function times(
  builder: SubgraphBuilder,
  x: number,
  factor: number,
  dims: readonly number[],
): number {
  return factor === 1 ? x : builder.emit('MUL', [x, builder.scalar(factor)], { dims });
}

const matMul: Lowering = (builder, node) => {
  const [a = '', b = ''] = node.inputs;
  const dims = builder.dims(node.outputs[0]!);
  const ranks = [a, b].map((input) => builder.dims(input).length);
  if (ranks.some((rank) => rank < 2)) return false;
  const weight = builder.numbers(b);
  const x = builder.value(a);
  builder.set(
    node,
    weight?.dims.length === 2
      ? fullyConnected(builder, { x, weight, byOutput: false, bias: null, dims })
      : builder.emit('BATCH_MATMUL', [x, builder.value(b)], { dims, options: [0, 0, 0] }),
  );
  return true;
};

/** Sizes of a convolution; a sequence is an image of one row. */
interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Before and after, of rows and columns. */
  readonly pads: readonly [number, number, number, number];
  readonly groups: number;
}

/** Convolution with constant filters, over images with the channels last. */
const conv: Lowering = (builder, node) => {
  const [x = '', filters = '', bias = ''] = node.inputs;
  const weight = builder.numbers(filters);
  const rank = builder.dims(x).length;
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const isCovered = weight?.type === 'float32' && (rank === 3 || rank === 4) && auto === 'NOTSET';
  if (!isCovered) return false;
  const window = windowOf(node, weight.dims);
  const [batch = 1, channels = 1, ...space] = builder.dims(x);
  const [rows = 1, columns = 1] = rank === 3 ? [1, ...space] : space;
  const last = rank === 3 ? [0, 2, 1] : [0, 2, 3, 1];
  const image = builder.reshape(builder.transpose(builder.value(x), last), [
    ...[batch, rows, columns, channels],
  ]);
  const [outputs = 1] = weight.dims;
  const padded = padImage(builder, image, [batch, rows, columns, channels], window.pads);
  const result = builder.dims(node.outputs[0]!);
  const [outRows = 1, outColumns = 1] = rank === 3 ? [1, result[2]!] : result.slice(2);
  const shift =
    bias === '' ? builder.floats(new Float32Array(outputs), [outputs]) : builder.value(bias);
  const dims = [batch, outRows, outColumns, outputs];
  const made = convolve(builder, { padded, weight, shift, window, dims, channels });
  const flat = builder.reshape(
    made,
    last.map((axis) => result[axis]!),
  );
  builder.set(node, builder.transpose(flat, rank === 3 ? [0, 2, 1] : [0, 3, 1, 2]));
  return true;
};

function windowOf(node: GraphNode, filters: readonly number[]): Window {
  const pair = (values: readonly number[] | undefined, fallback: number): [number, number] => {
    const [first = fallback, second] = values ?? [];
    return second === undefined ? [values ? 1 : fallback, first] : [first, second];
  };
  const pads = intsAttribute(node, 'pads') ?? [];
  const kernel = filters.slice(2);
  return {
    kernel: kernel.length === 1 ? [1, kernel[0]!] : [kernel[0]!, kernel[1]!],
    strides: pair(intsAttribute(node, 'strides'), 1),
    dilations: pair(intsAttribute(node, 'dilations'), 1),
    pads:
      kernel.length === 1
        ? [0, 0, pads[0] ?? 0, pads[1] ?? 0]
        : [pads[0] ?? 0, pads[2] ?? 0, pads[1] ?? 0, pads[3] ?? 0],
    groups: intAttribute(node, 'group', 1),
  };
}

function padImage(
  builder: SubgraphBuilder,
  image: number,
  [batch = 1, rows = 1, columns = 1, channels = 1]: readonly number[],
  pads: Window['pads'],
): number {
  if (pads.every((n) => n === 0)) return image;
  const dims = [batch, rows + pads[0] + pads[1], columns + pads[2] + pads[3], channels];
  const amounts = builder.integersOf([0, 0, ...pads, 0, 0], [4, 2]);
  return builder.emit('PAD', [image, amounts], { dims });
}

/** Padding "valid" of the schema: none. */
const VALID = 1;

interface Convolution {
  readonly padded: number;
  /** [outputs, channels / groups, …kernel] */
  readonly weight: Extract<Tensor, { type: 'float32' }>;
  readonly shift: number;
  readonly window: Window;
  readonly dims: readonly number[];
  readonly channels: number;
}

function convolve(
  builder: SubgraphBuilder,
  { padded, weight, shift, window, dims, channels }: Convolution,
): number {
  const { strides, dilations, kernel, groups } = window;
  const [outputs = 1, inputs = 1] = weight.dims;
  const [height, width] = kernel;
  const common = [VALID, strides[1], strides[0]];
  if (groups === channels && inputs === 1) {
    const filter = channelsLast(weight, { outputsLast: true });
    const dimsOfFilter = [1, height, width, outputs];
    return builder.emit(
      'DEPTHWISE_CONV_2D',
      [padded, builder.floats(filter, dimsOfFilter), shift],
      { dims, options: [...common, outputs / channels, 0, dilations[1], dilations[0]] },
    );
  }
  const filter = channelsLast(weight, { outputsLast: false });
  const dimsOfFilter = [outputs, height, width, inputs];
  return builder.emit('CONV_2D', [padded, builder.floats(filter, dimsOfFilter), shift], {
    dims,
    version: groups > 1 ? 6 : 1,
    options: [...common, 0, dilations[1], dilations[0]],
  });
}

/** [outputs, kernel, inputs], or [inputs, kernel, outputs] of filters with one input each. */
function channelsLast(
  { dims, data }: Convolution['weight'],
  { outputsLast }: { outputsLast: boolean },
): Float32Array {
  const [outputs = 1, inputs = 1] = dims;
  const area = data.length / outputs / inputs;
  const moved = new Float32Array(data.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let k = 0; k < area; k++) {
        const place = outputsLast ? (i * area + k) * outputs + o : (o * area + k) * inputs + i;
        moved[place] = data[(o * inputs + i) * area + k]!;
      }
    }
  }
  return moved;
}

export const PRODUCTS = {
  Conv: conv,
  Gemm: gemm,
  MatMul: matMul,
} as const satisfies Readonly<Record<string, Lowering>>;
