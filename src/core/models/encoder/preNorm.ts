import { int } from '../../graph/node.js';
import type { Activation } from './addActivation.js';
import { addActivation } from './addActivation.js';
import { attend, paddingBias, queryFactor, windowBias } from './attention.js';
import type { Encoder } from './encoder.js';
import type { Layers } from './layers.js';
import type { NormalOptions, PlannedParameter } from './parameters.js';
import { at, dense, embedding, norm } from './parameters.js';
import { createRotation } from './rotary.js';

/** Attention of a layer: all tokens, or those at most `window` positions away. */
export interface LayerAttention {
  readonly window: number | null;
  /** Base of the wavelengths of the rotary embedding. */
  readonly theta: number;
}

/**
 * ModernBERT's encoder (Warner et al. 2024, arXiv:2412.13663): each sublayer is normalized before
 * it, positions rotate queries and keys, and the feed-forward layer is gated (Shazeer 2020,
 * arXiv:2002.05202).
 */
export interface PreNormEncoder {
  /** Prefix of all names. */
  readonly prefix: string;
  readonly vocabularySize: number;
  readonly padId: number | null;
  readonly maxLength: number;
  readonly layers: readonly LayerAttention[];
  readonly hiddenSize: number;
  readonly innerSize: number;
  readonly heads: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly biases: { readonly norm: boolean; readonly attention: boolean; readonly mlp: boolean };
  readonly dropout: {
    readonly embeddings: number;
    readonly attention: number;
    readonly mlp: number;
  };
  readonly initial: { readonly inward: NormalOptions; readonly outward: NormalOptions };
}

export function createPreNormEncoder(description: PreNormEncoder): Encoder {
  const { prefix, layers: kinds, hiddenSize, heads, dropout, biases, epsilon } = description;
  const normOptions = { epsilon, bias: biases.norm };
  const name = (index: number): string => `${prefix}layers.${index}`;
  const shape = { heads, hiddenSize };
  return {
    layerCount: kinds.length,
    hiddenSize,
    maxLength: description.maxLength,
    hasTokenTypes: false,
    wordEmbeddings: `${prefix}embeddings.tok_embeddings.weight`,
    parameters: parametersOf(description),
    start(layers) {
      const pieces = createPieces(layers);
      const rotations = new Map<number, (x: string) => string>();
      for (const { theta } of kinds) {
        if (rotations.has(theta)) continue;
        rotations.set(theta, createRotation(layers, { theta, size: hiddenSize / heads, heads }));
      }
      return {
        embedded: embed(layers, description),
        biases: attentionBiases(layers, kinds),
        attention(layers, index, hidden, bias) {
          const layer = name(index);
          const states =
            index === 0 ? hidden : layers.norm(`${layer}.attn_norm`, hidden, normOptions);
          const weights = pieces(`${layer}.attn.Wqkv.weight`, 3);
          const shifts = biases.attention ? pieces(`${layer}.attn.Wqkv.bias`, 3) : null;
          const project = (part: number, factor?: number): string =>
            layers.linear(states, weights[part]!, shifts?.[part] ?? null, factor);
          const projections = [project(0, queryFactor(shape)), project(1), project(2)] as const;
          const rotate = rotations.get(kinds[index]!.theta)!;
          return attend(layers, projections, {
            ...shape,
            bias,
            dropout: dropout.attention,
            rotate,
          });
        },
        afterAttention(layers, index, hidden, context) {
          const { graph } = layers;
          const layer = name(index);
          const projected = layers.dense(`${layer}.attn.Wo`, context, { bias: biases.attention });
          const attended = layers.add(hidden, layers.dropout(projected, dropout.attention));
          const states = layers.norm(`${layer}.mlp_norm`, attended, normOptions);
          const weights = pieces(`${layer}.mlp.Wi.weight`, 2);
          const shifts = biases.mlp ? pieces(`${layer}.mlp.Wi.bias`, 2) : null;
          const [inner = '', gate = ''] = weights.map((weight, i) =>
            layers.linear(states, weight, shifts?.[i] ?? null),
          );
          const active = addActivation(graph, description.activation, inner);
          const gated = layers.dropout(graph.node('Mul', [active, gate]), dropout.mlp);
          const outer = layers.dense(`${layer}.mlp.Wo`, gated, { bias: biases.mlp });
          const sum = layers.add(attended, outer);
          const isLast = index === kinds.length - 1;
          return isLast ? layers.norm(`${prefix}final_norm`, sum, normOptions) : sum;
        },
      };
    },
  };
}

function embed(layers: Layers, { prefix, dropout, ...description }: PreNormEncoder): string {
  const { graph, inputs } = layers;
  const { epsilon, biases, hiddenSize } = description;
  const table = layers.parameter(`${prefix}embeddings.tok_embeddings.weight`);
  const words = graph.node('Gather', [table, inputs.inputIds]);
  const flat = graph.reshape(words, [layers.rows, hiddenSize]);
  const options = { epsilon, bias: biases.norm };
  return layers.dropout(layers.norm(`${prefix}embeddings.norm`, flat, options), dropout.embeddings);
}

/**
 * Splits a parameter by rows, once for all slices of a batch. States of the layers then need no
 * splitting and can still be gathered.
 */
function createPieces(layers: Layers): (name: string, count: number) => string[] {
  const { graph } = layers;
  const known = new Map<string, string[]>();
  return (name, count) => {
    const before = known.get(name);
    if (before) return before;
    const parameter = layers.parameter(name);
    const part = graph.staticDims(parameter)[0]! / count;
    const sizes = graph.indices(new Array<number>(count).fill(part));
    const parts = graph.nodeWithOutputs('Split', [parameter, sizes], {
      outputCount: count,
      attributes: { axis: int(0) },
    });
    known.set(name, parts);
    return parts;
  };
}

function attentionBiases(layers: Layers, kinds: readonly LayerAttention[]): (string | null)[] {
  const padding = paddingBias(layers);
  const byWindow = new Map<number, string | null>();
  return kinds.map(({ window }) => {
    if (window === null) return padding;
    const known = byWindow.get(window);
    if (known !== undefined) return known;
    const local = windowBias(layers, window);
    const both = local === null || padding === null ? null : layers.add(padding, local);
    const bias = both ?? local ?? padding;
    byWindow.set(window, bias);
    return bias;
  });
}

function parametersOf(description: PreNormEncoder): PlannedParameter[] {
  const { prefix, hiddenSize: hidden, innerSize, biases, initial } = description;
  const { inward, outward } = initial;
  const normalize = (name: string) => norm(name, hidden, { bias: biases.norm });
  const { padId } = description;
  const words = {
    kind: 'normal',
    ...inward,
    ...(padId === null ? {} : { zeroRow: padId }),
  } as const;
  const attention = { bias: biases.attention };
  const mlp = { bias: biases.mlp };
  const layers = description.layers.flatMap((_, i) => {
    const layer = `${prefix}layers.${i}`;
    return at(i + 1, [
      ...(i === 0 ? [] : normalize(`${layer}.attn_norm`)),
      ...dense(`${layer}.attn.Wqkv`, [3 * hidden, hidden], { ...inward, ...attention }),
      ...dense(`${layer}.attn.Wo`, [hidden, hidden], { ...outward, ...attention }),
      ...normalize(`${layer}.mlp_norm`),
      ...dense(`${layer}.mlp.Wi`, [2 * innerSize, hidden], { ...inward, ...mlp }),
      ...dense(`${layer}.mlp.Wo`, [hidden, innerSize], { ...outward, ...mlp }),
    ]);
  });
  return [
    ...at(0, [
      embedding(`${prefix}embeddings.tok_embeddings`, [description.vocabularySize, hidden], words),
      ...normalize(`${prefix}embeddings.norm`),
    ]),
    ...layers,
    ...at(description.layers.length, normalize(`${prefix}final_norm`)),
  ];
}
