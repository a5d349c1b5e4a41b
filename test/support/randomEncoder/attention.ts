import { int } from '../../../src/core/graph/node.js';
import type { ExportWriter } from './exportWriter.js';
import { distanceBias, flipped, linear, norm, relativeBias, rotary } from './pieces.js';

export interface AttentionSizes {
  readonly width: number;
  readonly heads: number;
  /** Positions of the tables. */
  readonly longest: number;
}

export interface AttentionContext extends AttentionSizes {
  readonly inputIds: string;
  readonly attentionMask: string;
  /** Added to the scores of every layer, or `null`. */
  readonly bias: string | null;
  /** Additive mask [batch, 1, 1, length]. */
  readonly mask: string;
}

/** Values that all layers share: the mask, and the bias of relative positions. */
export function attentionContext(
  w: ExportWriter,
  sizes: AttentionSizes,
  { inputIds, attentionMask }: { inputIds: string; attentionMask: string },
): AttentionContext {
  const kinds = { none: null, table: relativeBias, distance: distanceBias } as const;
  const make = kinds[w.pick('positions of scores', ['none', 'none', 'table', 'distance'])];
  const bias = make && make(w, { ...sizes, inputIds });
  return { ...sizes, inputIds, attentionMask, bias, mask: additiveMask(w, attentionMask) };
}

function additiveMask(w: ExportWriter, attentionMask: string): string {
  const wide = w.unsqueeze(attentionMask, [1, 2]);
  const floats = w.node('Cast', [wide], { to: int(1) });
  const low = w.pick('mask', ['number', 'lowest', 'where', 'infinite']);
  if (low === 'number' || low === 'lowest') {
    const padding = w.node('Sub', [w.number(1), floats]);
    return w.mul(padding, w.number(low === 'number' ? -10000 : -3.4028234663852886e38));
  }
  const kept = w.node('Cast', [wide], { to: int(9) });
  const never = w.floats([low === 'infinite' ? -Infinity : -1e9], []);
  return w.node('Where', [kept, w.floats([0], []), never]);
}

/** Multi-head attention in one of its variants; [batch, length, width]. */
export function attention(
  w: ExportWriter,
  x: string,
  name: string,
  context: AttentionContext,
): string {
  const { width, heads } = context;
  const size = width / heads;
  const bias = w.chance(0.6);
  const groups = w.pick('key heads', ['all', 'all', 'all', 'one']) === 'all' ? heads : 1;
  const [q, k, v] = projections(w, x, { name, width, size, heads, groups, bias });
  const rotated = w.pick('rotary', ['no', 'no', 'yes']) === 'yes' && size % 2 === 0;
  const turn = (value: string): string =>
    rotated ? rotary(w, value, { ...context, width: size }) : value;
  // Two numbers that are normalized are two signs.
  const norms = ['no', 'no', 'no', 'unit', size > 2 ? 'norm' : 'unit'] as const;
  const normed = w.pick('query norm', norms);
  const even = (value: string, part: string): string => {
    if (normed === 'norm') return norm(w, value, `${name}.${part}_norm`, size);
    if (normed === 'no') return value;
    const length = w.node('Sqrt', [w.add(w.sum(w.mul(value, value)), w.number(1e-3))]);
    return w.node('Div', [value, length]);
  };
  const query = turn(even(q, 'q'));
  const keys = spread(w, turn(even(k, 'k')), { heads, groups });
  const values = spread(w, v, { heads, groups });
  let scores = scoresOf(w, query, keys, { name, size, heads });
  if (context.bias !== null) scores = w.add(scores, context.bias);
  const probabilities = weigh(w, scores, { name, heads, context });
  const mixed = w.node('MatMul', [probabilities, values]);
  const merged = w.keepingTokens(w.transpose(mixed, [0, 2, 1, 3]), [width]);
  const gated =
    w.pick('values', ['plain', 'plain', 'plain', 'gated']) === 'gated'
      ? w.mul(
          merged,
          w.node('Sigmoid', [linear(w, x, `${name}.gate`, { from: width, to: width, bias })]),
        )
      : merged;
  return linear(w, w.untouched(gated), `${name}.out`, { from: width, to: width, bias });
}

interface ProjectionOptions {
  readonly name: string;
  readonly width: number;
  readonly size: number;
  readonly heads: number;
  /** Heads of keys and values. */
  readonly groups: number;
  readonly bias: boolean;
}

/** Queries, keys and values, [batch, heads, length, size], from one, two or three matrices. */
function projections(
  w: ExportWriter,
  x: string,
  { name, width, size, heads, groups, bias }: ProjectionOptions,
): readonly [string, string, string] {
  const narrow = groups * size;
  const asHeads = (value: string, count: number): string =>
    w.transpose(w.keepingTokens(value, [count, size]), [0, 2, 1, 3]);
  const one = (part: string, to: number): string =>
    linear(w, x, `${name}.${part}`, { from: width, to, bias });
  const three = (): readonly [string, string, string] => {
    const keys = one('k', narrow);
    const values =
      w.pick('keys are values', ['no', 'no', 'no', 'yes']) === 'yes' ? keys : one('v', narrow);
    return [asHeads(one('q', width), heads), asHeads(keys, groups), asHeads(values, groups)];
  };
  switch (w.pick('projections', ['three', 'three', 'split', 'sliced', 'stacked'])) {
    case 'three':
      return three();
    case 'split': {
      const [q = '', k = '', v = ''] = w.split(one('qkv', width + 2 * narrow), [
        width,
        narrow,
        narrow,
      ]);
      return [asHeads(q, heads), asHeads(k, groups), asHeads(v, groups)];
    }
    case 'sliced': {
      const all = one('qkv', width + 2 * narrow);
      const q = w.slice(all, 0, width, 2);
      const k = w.slice(all, width, width + narrow, -1);
      const v = w.slice(all, width + narrow, width + 2 * narrow, 2);
      return [asHeads(q, heads), asHeads(k, groups), asHeads(v, groups)];
    }
    case 'stacked': {
      if (groups !== heads) return three();
      const all = w.keepingTokens(one('qkv', 3 * width), [3, heads, size]);
      const stacked = w.transpose(all, [2, 0, 3, 1, 4]);
      return [w.gather(stacked, 0, 0), w.gather(stacked, 1, 0), w.gather(stacked, 2, 0)];
    }
  }
}

/** Copies one head of keys or values for all heads of queries, or leaves it to broadcasting. */
function spread(
  w: ExportWriter,
  x: string,
  { heads, groups }: { heads: number; groups: number },
): string {
  if (groups === heads || w.chance(0.5)) return x;
  if (w.chance(0.5)) return w.node('Tile', [x, w.integers([1, heads, 1, 1])]);
  return w.node('Expand', [x, w.integers([1, heads, 1, 1])]);
}

/** q kᵀ, scaled in one of many ways. */
function scoresOf(
  w: ExportWriter,
  q: string,
  k: string,
  { name, size, heads }: { name: string; size: number; heads: number },
): string {
  const scale = 1 / Math.sqrt(size);
  const product = (a: string, b: string): string => w.node('MatMul', [a, flipped(w, b)]);
  switch (
    w.pick('scale', [
      'scores',
      'scores',
      'query',
      'keys',
      'both',
      'none',
      'learned',
      'headwise',
      'capped',
    ])
  ) {
    case 'scores':
      return w.scaled(product(q, k), scale);
    case 'query':
      return product(w.scaled(q, scale), k);
    case 'keys':
      return product(q, w.scaled(k, scale));
    case 'both':
      return product(w.scaled(q, Math.sqrt(scale)), w.scaled(k, Math.sqrt(scale)));
    case 'none':
      return product(q, k);
    case 'learned': {
      const temperature = w.weight(`${name}.temperature`, w.chance(0.5) ? [] : [1], {
        mean: 0.8,
        deviation: 0.1,
      });
      const scores = product(q, k);
      return w.chance(0.5) ? w.mul(scores, temperature) : w.node('Div', [scores, temperature]);
    }
    case 'headwise': {
      const scales = w.weight(`${name}.logit_scale`, [heads, 1, 1], { mean: 0.5, deviation: 0.2 });
      return w.mul(product(q, k), w.chance(0.5) ? w.node('Exp', [scales]) : scales);
    }
    case 'capped': {
      const inside = w.node('Tanh', [w.scaled(product(q, k), scale / 5)]);
      return w.mul(inside, w.number(5));
    }
  }
}

/** Weights of the values: a softmax, or one of its replacements. */
function weigh(
  w: ExportWriter,
  scores: string,
  { name, heads, context }: { name: string; heads: number; context: AttentionContext },
): string {
  switch (w.pick('weights', ['softmax', 'softmax', 'softmax', 'sigmoid', 'talking'])) {
    case 'softmax':
      return w.softmax(w.add(scores, context.mask));
    case 'sigmoid': {
      const kept = w.node('Cast', [w.unsqueeze(context.attentionMask, [1, 2])], { to: int(1) });
      return w.mul(w.node('Sigmoid', [scores]), kept);
    }
    case 'talking': {
      const mix = w.weight(`${name}.talking.weight`, [heads, heads], { deviation: 0.7 });
      const last = w.transpose(scores, [0, 2, 3, 1]);
      const mixed = w.transpose(w.node('MatMul', [last, mix]), [0, 3, 1, 2]);
      return w.softmax(w.add(mixed, context.mask));
    }
  }
}
