import type { Activation } from './addActivation.js';
import { addActivation } from './addActivation.js';
import { attend, paddingBias, queryFactor } from './attention.js';
import type { Embeddings } from './embeddings.js';
import { addEmbeddings, embeddingParameters, maxLengthOf } from './embeddings.js';
import type { Encoder } from './encoder.js';
import type { Layers } from './layers.js';
import type { PlannedParameter } from './parameters.js';
import { at, dense, norm } from './parameters.js';

/** Names of a layer's parameters, without `.weight` and `.bias`. */
export interface PostNormLayer {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly attentionNorm: string;
  readonly inner: string;
  readonly outer: string;
  readonly norm: string;
  readonly depth: number;
}

/**
 * BERT's encoder (Devlin et al. 2019, arXiv:1810.04805): each sublayer is normalized after its
 * residual sum.
 */
export interface PostNormEncoder {
  readonly embeddings: Embeddings;
  /** Projection from the size of the embeddings to that of the layers; `null` if they are equal. */
  readonly projection: string | null;
  /** Names repeat for shared layers. */
  readonly layers: readonly PostNormLayer[];
  readonly hiddenSize: number;
  readonly innerSize: number;
  readonly heads: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly deviation: number;
  readonly dropout: {
    readonly probabilities: number;
    readonly attentionOutput: number;
    readonly layerOutput: number;
  };
}

/** Fields of a configuration that define BERT-like embeddings. */
interface BertEmbeddingFields {
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
  readonly type_vocab_size: number;
  readonly layer_norm_eps: number;
  readonly hidden_dropout_prob: number;
  readonly initializer_range: number;
  readonly pad_token_id: number | null;
}

/** Embeddings with the names of BERT and most of its descendants, below `prefix`. */
export function bertEmbeddings(
  prefix: string,
  config: BertEmbeddingFields,
  { size, countsTokens }: Pick<Embeddings, 'size' | 'countsTokens'>,
): Embeddings {
  return {
    words: `${prefix}.embeddings.word_embeddings`,
    positions: `${prefix}.embeddings.position_embeddings`,
    types: config.type_vocab_size > 0 ? `${prefix}.embeddings.token_type_embeddings` : null,
    norm: `${prefix}.embeddings.LayerNorm`,
    vocabularySize: config.vocab_size,
    positionCount: config.max_position_embeddings,
    typeCount: config.type_vocab_size,
    size,
    epsilon: config.layer_norm_eps,
    dropout: config.hidden_dropout_prob,
    deviation: config.initializer_range,
    padId: config.pad_token_id,
    countsTokens,
  };
}

/** Layers with the names of BERT and most of its descendants, below `prefix`. */
export function bertLayers(prefix: string, count: number): PostNormLayer[] {
  return Array.from({ length: count }, (_, i) => {
    const layer = `${prefix}.encoder.layer.${i}`;
    return {
      query: `${layer}.attention.self.query`,
      key: `${layer}.attention.self.key`,
      value: `${layer}.attention.self.value`,
      output: `${layer}.attention.output.dense`,
      attentionNorm: `${layer}.attention.output.LayerNorm`,
      inner: `${layer}.intermediate.dense`,
      outer: `${layer}.output.dense`,
      norm: `${layer}.output.LayerNorm`,
      depth: i + 1,
    };
  });
}

export function createPostNormEncoder(description: PostNormEncoder): Encoder {
  const { embeddings, layers: names, hiddenSize, heads, dropout, epsilon } = description;
  const shape = { heads, hiddenSize };
  return {
    layerCount: names.length,
    hiddenSize,
    maxLength: maxLengthOf(embeddings),
    hasTokenTypes: embeddings.types !== null && embeddings.typeCount > 1,
    wordEmbeddings: `${embeddings.words}.weight`,
    parameters: parametersOf(description),
    start: (layers) => ({
      embedded: project(layers, description),
      biases: new Array<string | null>(names.length).fill(paddingBias(layers)),
      attention(layers, index, hidden, bias) {
        const { query, key, value } = names[index]!;
        const projections = [
          layers.dense(query, hidden, { factor: queryFactor(shape) }),
          layers.dense(key, hidden),
          layers.dense(value, hidden),
        ] as const;
        return attend(layers, projections, { ...shape, bias, dropout: dropout.probabilities });
      },
      afterAttention(layers, index, hidden, context) {
        const layer = names[index]!;
        const projected = layers.dropout(
          layers.dense(layer.output, context),
          dropout.attentionOutput,
        );
        const attended = layers.norm(layer.attentionNorm, layers.add(hidden, projected), {
          epsilon,
        });
        const inner = addActivation(
          layers.graph,
          description.activation,
          layers.dense(layer.inner, attended),
        );
        const outer = layers.dropout(layers.dense(layer.outer, inner), dropout.layerOutput);
        return layers.norm(layer.norm, layers.add(attended, outer), { epsilon });
      },
    }),
  };
}

function project(layers: Layers, { embeddings, projection }: PostNormEncoder): string {
  const embedded = addEmbeddings(layers, embeddings);
  return projection === null ? embedded : layers.dense(projection, embedded);
}

function parametersOf(description: PostNormEncoder): PlannedParameter[] {
  const { embeddings, projection, hiddenSize: hidden, innerSize, deviation } = description;
  const linear = (name: string, out: number, into: number) =>
    dense(name, [out, into], { deviation });
  const seen = new Set<string>();
  const layers = description.layers.flatMap((layer) => {
    if (seen.has(layer.query)) return [];
    seen.add(layer.query);
    return at(layer.depth, [
      ...linear(layer.query, hidden, hidden),
      ...linear(layer.key, hidden, hidden),
      ...linear(layer.value, hidden, hidden),
      ...linear(layer.output, hidden, hidden),
      ...norm(layer.attentionNorm, hidden),
      ...linear(layer.inner, innerSize, hidden),
      ...linear(layer.outer, hidden, innerSize),
      ...norm(layer.norm, hidden),
    ]);
  });
  return [
    ...embeddingParameters(embeddings),
    ...(projection === null ? [] : at(0, linear(projection, hidden, embeddings.size))),
    ...layers,
  ];
}
