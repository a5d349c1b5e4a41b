import * as z from 'zod';
import type { BuiltModel } from '../builtModel.js';
import { buildModel } from '../builtModel.js';
import {
  deviation,
  encoderOnly,
  headsDivide,
  layerCount,
  padTokenId,
  rate,
  size,
} from '../configFields.js';
import { activationSchema } from '../encoder/addActivation.js';
import type { HeadOptions, Heads } from '../encoder/head.js';
import { chooseHeads } from '../encoder/head.js';
import type { PostNormLayer } from '../encoder/postNorm.js';
import { createPostNormEncoder } from '../encoder/postNorm.js';

const distilbertFields = z.object({
  model_type: z.literal('distilbert'),
  vocab_size: size,
  dim: size,
  n_layers: layerCount,
  n_heads: size,
  hidden_dim: size,
  max_position_embeddings: size,
  sinusoidal_pos_embds: z.boolean().default(false),
  activation: activationSchema.default('gelu'),
  dropout: rate.default(0.1),
  attention_dropout: rate.default(0.1),
  seq_classif_dropout: rate.default(0.2),
  initializer_range: deviation,
  pad_token_id: padTokenId(0),
  ...encoderOnly,
});

export const distilbertConfigSchema = distilbertFields.check(
  headsDivide<z.infer<typeof distilbertFields>>('dim', 'n_heads'),
);

export type DistilbertConfig = z.infer<typeof distilbertConfigSchema>;

const WORDS = 'distilbert.embeddings.word_embeddings';
/** Not a field of the configuration. */
const EPSILON = 1e-12;

/** Creates DistilBERT (Sanh et al. 2019, arXiv:1910.01108) from its configuration. */
export function createDistilbertModel(
  config: DistilbertConfig,
  options: HeadOptions = {},
): BuiltModel {
  const encoder = createPostNormEncoder({
    embeddings: {
      words: WORDS,
      positions: 'distilbert.embeddings.position_embeddings',
      types: null,
      norm: 'distilbert.embeddings.LayerNorm',
      vocabularySize: config.vocab_size,
      positionCount: config.max_position_embeddings,
      typeCount: 0,
      size: config.dim,
      epsilon: EPSILON,
      dropout: config.dropout,
      deviation: config.initializer_range,
      padId: config.pad_token_id,
      countsTokens: false,
      sinusoidal: config.sinusoidal_pos_embds,
    },
    projection: null,
    layers: layersOf(config),
    hiddenSize: config.dim,
    innerSize: config.hidden_dim,
    heads: config.n_heads,
    activation: config.activation,
    epsilon: EPSILON,
    deviation: config.initializer_range,
    dropout: {
      probabilities: config.attention_dropout,
      attentionOutput: 0,
      layerOutput: config.dropout,
    },
  });
  return buildModel({
    family: config.model_type,
    className: 'DistilBert',
    prefix: 'distilbert.',
    encoder,
    heads: distilbertHeads(config, options),
    aliases: config.tie_word_embeddings ? { 'vocab_projector.weight': `${WORDS}.weight` } : {},
  });
}

function layersOf(config: DistilbertConfig): PostNormLayer[] {
  return Array.from({ length: config.n_layers }, (_, i) => {
    const layer = `distilbert.transformer.layer.${i}`;
    return {
      query: `${layer}.attention.q_lin`,
      key: `${layer}.attention.k_lin`,
      value: `${layer}.attention.v_lin`,
      output: `${layer}.attention.out_lin`,
      attentionNorm: `${layer}.sa_layer_norm`,
      inner: `${layer}.ffn.lin1`,
      outer: `${layer}.ffn.lin2`,
      norm: `${layer}.output_layer_norm`,
      depth: i + 1,
    };
  });
}

function distilbertHeads(config: DistilbertConfig, options: HeadOptions): Heads {
  const initial = { deviation: config.initializer_range };
  const layer = { bias: true, size: config.dim, initial };
  return chooseHeads(options, {
    initial,
    maskedLm: {
      transform: {
        ...layer,
        dense: 'vocab_transform',
        activation: config.activation,
        norm: { name: 'vocab_layer_norm', epsilon: EPSILON },
      },
      decoder: 'vocab_projector.weight',
      bias: 'vocab_projector.bias',
      words: `${WORDS}.weight`,
      tied: config.tie_word_embeddings,
      vocabularySize: config.vocab_size,
    },
    sequence: {
      pooling: 'first',
      transform: { ...layer, dense: 'pre_classifier', activation: 'relu', norm: null },
      dropout: config.seq_classif_dropout,
      name: 'classifier',
    },
    token: { pooling: 'none', dropout: config.dropout, name: 'classifier' },
  });
}
