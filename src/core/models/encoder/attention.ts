import { float, int, ints } from '../../graph/node.js';
import type { Layers } from './layers.js';

/** Added to the attention scores of hidden positions, as in the reference implementation. */
export const MASKED_SCORE = -3.4028234663852886e38;

export interface AttentionOptions {
  readonly heads: number;
  readonly hiddenSize: number;
  /** Added to the scores; broadcast to [batch, heads, length, length]. */
  readonly bias: string | null;
  /** Dropout rate of the attention probabilities. */
  readonly dropout: number;
  /**
   * Applied to queries and keys, [batch, heads, length, head size], or [batch, length, hidden] where
   * attention is fused.
   */
  readonly rotate?: (x: string) => string;
}

/**
 * 1/√(head size), the factor of the scores, which is free when folded into the query projection.
 */
export function queryFactor({ heads, hiddenSize }: { heads: number; hiddenSize: number }): number {
  return 1 / Math.sqrt(hiddenSize / heads);
}

/**
 * Multi-head attention (Vaswani et al. 2017, arXiv:1706.03762) over projections [batch * length,
 * hidden], with the query scaled by `queryFactor`.
 *
 * @returns concatenated contexts of the heads, [batch * length, hidden], before the output
 * projection
 */
export function attend(
  layers: Layers,
  projections: readonly [string, string, string],
  options: AttentionOptions,
): string {
  if (layers.inputs.fusesAttention === true) return attendFused(layers, projections, options);
  const [query, key, value] = projections;
  const { heads, hiddenSize, bias, dropout, rotate } = options;
  const { graph } = layers;
  const { batch, length } = layers.inputs;
  const size = hiddenSize / heads;
  const transpose = (x: string, perm: readonly number[]): string =>
    graph.node('Transpose', [x], { attributes: { perm: ints(perm) } });
  const split = (x: string, perm: readonly number[]): string =>
    transpose(graph.reshape(x, [batch, length, heads, size]), perm);
  const byHead = [0, 2, 1, 3];
  const queries = rotate ? rotate(split(query, byHead)) : split(query, byHead);
  const keys = rotate
    ? transpose(rotate(split(key, byHead)), [0, 1, 3, 2])
    : split(key, [0, 2, 3, 1]);
  const values = split(value, byHead);
  const scores = graph.node('MatMul', [queries, keys]);
  const biased = bias === null ? scores : layers.add(scores, bias);
  const weights = graph.node('Softmax', [biased], { attributes: { axis: int(-1) } });
  const context = graph.node('MatMul', [layers.dropout(weights, dropout), values]);
  return graph.reshape(transpose(context, byHead), [layers.rows, hiddenSize]);
}

/** The same in one operator of ONNX Runtime. */
function attendFused(
  layers: Layers,
  [query, key, value]: readonly [string, string, string],
  { heads, hiddenSize, bias, rotate = (x) => x }: AttentionOptions,
): string {
  const { graph } = layers;
  const { batch, length } = layers.inputs;
  const byText = (x: string): string => graph.reshape(x, [batch, length, hiddenSize]);
  const inputs = [rotate(byText(query)), rotate(byText(key)), byText(value)];
  // Neither a bias of the projections nor a mask of keys.
  if (bias !== null) inputs.push('', '', forEachQuery(layers, bias));
  const context = graph.node('MultiHeadAttention', inputs, {
    attributes: { num_heads: int(heads), scale: float(1) },
  });
  return graph.reshape(context, [layers.rows, hiddenSize]);
}

/** A bias [batch or 1, heads or 1, queries or 1, keys] with one row for each query. */
function forEachQuery(layers: Layers, bias: string): string {
  const { graph } = layers;
  const { length } = layers.inputs;
  if (graph.info(bias).dims[2] === length) return bias;
  const queries = typeof length === 'number' ? graph.indices([length]) : graph.symbols.get(length)!;
  const shape = [graph.indices([1, 1]), queries, graph.indices([1])];
  return graph.node('Expand', [
    bias,
    graph.node('Concat', shape, { attributes: { axis: int(0) } }),
  ]);
}

/** 0 at tokens and the lowest number at padding, [batch, 1, 1, length]; `null` without padding. */
export function paddingBias(layers: Layers): string | null {
  const { graph } = layers;
  const { attentionMask, batch, length } = layers.inputs;
  if (attentionMask === null) return null;
  const mask = graph.node('Cast', [attentionMask], { attributes: { to: int(1) } });
  const padding = graph.node('Sub', [graph.scalar(1), mask]);
  const bias = graph.node('Mul', [padding, graph.scalar(MASKED_SCORE)]);
  return graph.reshape(bias, [batch, 1, 1, length]);
}

/**
 * The lowest number between tokens more than `window` positions apart, [1, 1, length, length];
 * `null` if there are none.
 */
export function windowBias(layers: Layers, window: number): string | null {
  const { graph } = layers;
  const { length } = layers.inputs;
  if (typeof length === 'number') {
    if (length <= window + 1) return null;
    const data = Float32Array.from({ length: length * length }, (_, i) =>
      Math.abs(Math.floor(i / length) - (i % length)) > window ? MASKED_SCORE : 0,
    );
    const dims = [1, 1, length, length];
    return graph.constant(`window_${window}`, { type: 'float32', dims, data });
  }
  const places = graph.node('Cast', [layers.range()], { attributes: { to: int(1) } });
  const across = graph.node('Unsqueeze', [places, graph.indices([0])]);
  const down = graph.node('Unsqueeze', [places, graph.indices([1])]);
  const distance = graph.node('Abs', [graph.node('Sub', [down, across])]);
  const far = graph.node('Greater', [distance, graph.scalar(window)]);
  const flags = graph.node('Cast', [far], { attributes: { to: int(1) } });
  const bias = graph.node('Mul', [flags, graph.scalar(MASKED_SCORE)]);
  return graph.node('Unsqueeze', [bias, graph.indices([0, 1])]);
}
