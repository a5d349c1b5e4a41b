import * as z from 'zod';
import type { BuiltModel } from '../builtModel.js';
import { buildModel } from '../builtModel.js';
import { bertFields, headsDivide, layerCount, padTokenId, rate, size } from '../configFields.js';
import { activationSchema } from '../encoder/addActivation.js';
import type { HeadOptions, Heads } from '../encoder/head.js';
import { chooseHeads } from '../encoder/head.js';
import type { PostNormLayer } from '../encoder/postNorm.js';
import { bertEmbeddings, createPostNormEncoder } from '../encoder/postNorm.js';

const albertFields = z.object({
  model_type: z.literal('albert'),
  ...bertFields,
  embedding_size: size.default(128),
  num_hidden_groups: layerCount.default(1),
  inner_group_num: layerCount.default(1),
  hidden_act: activationSchema.default('gelu_new'),
  hidden_dropout_prob: rate.default(0),
  attention_probs_dropout_prob: rate.default(0),
  classifier_dropout_prob: rate.nullable().default(0.1),
  pad_token_id: padTokenId(0),
});

export const albertConfigSchema = albertFields.check(
  headsDivide<z.infer<typeof albertFields>>('hidden_size', 'num_attention_heads'),
);

export type AlbertConfig = z.infer<typeof albertConfigSchema>;

const WORDS = 'albert.embeddings.word_embeddings.weight';

/** Creates ALBERT (Lan et al. 2019, arXiv:1909.11942) from its configuration. */
export function createAlbertModel(config: AlbertConfig, options: HeadOptions = {}): BuiltModel {
  const encoder = createPostNormEncoder({
    embeddings: bertEmbeddings('albert', config, {
      size: config.embedding_size,
      countsTokens: false,
    }),
    projection: 'albert.encoder.embedding_hidden_mapping_in',
    layers: layersOf(config),
    hiddenSize: config.hidden_size,
    innerSize: config.intermediate_size,
    heads: config.num_attention_heads,
    activation: config.hidden_act,
    epsilon: config.layer_norm_eps,
    deviation: config.initializer_range,
    dropout: {
      probabilities: config.attention_probs_dropout_prob,
      attentionOutput: config.hidden_dropout_prob,
      layerOutput: 0,
    },
  });
  return buildModel({
    family: config.model_type,
    className: 'Albert',
    prefix: 'albert.',
    encoder,
    heads: albertHeads(config, options),
    aliases: {
      'predictions.decoder.bias': 'predictions.bias',
      ...(config.tie_word_embeddings ? { 'predictions.decoder.weight': WORDS } : {}),
    },
  });
}

/** Each step of the network runs the layers of its group; steps of one group share parameters. */
function layersOf(config: AlbertConfig): PostNormLayer[] {
  const { num_hidden_layers: steps, num_hidden_groups: groups, inner_group_num: inner } = config;
  const firstDepths = new Map<string, number>();
  return Array.from({ length: steps * inner }, (_, i) => {
    const group = Math.floor((Math.floor(i / inner) * groups) / steps);
    const layer = `albert.encoder.albert_layer_groups.${group}.albert_layers.${i % inner}`;
    const depth = firstDepths.get(layer) ?? i + 1;
    firstDepths.set(layer, depth);
    return {
      query: `${layer}.attention.query`,
      key: `${layer}.attention.key`,
      value: `${layer}.attention.value`,
      output: `${layer}.attention.dense`,
      attentionNorm: `${layer}.attention.LayerNorm`,
      inner: `${layer}.ffn`,
      outer: `${layer}.ffn_output`,
      norm: `${layer}.full_layer_layer_norm`,
      depth,
    };
  });
}

function albertHeads(config: AlbertConfig, options: HeadOptions): Heads {
  const initial = { deviation: config.initializer_range };
  const dropout = config.classifier_dropout_prob ?? config.hidden_dropout_prob;
  return chooseHeads(options, {
    initial,
    maskedLm: {
      transform: {
        dense: 'predictions.dense',
        bias: true,
        size: config.embedding_size,
        activation: config.hidden_act,
        norm: { name: 'predictions.LayerNorm', epsilon: config.layer_norm_eps },
        initial,
      },
      decoder: 'predictions.decoder.weight',
      bias: 'predictions.bias',
      words: WORDS,
      tied: config.tie_word_embeddings,
      vocabularySize: config.vocab_size,
    },
    sequence: {
      pooling: 'first',
      transform: {
        dense: 'albert.pooler',
        bias: true,
        size: config.hidden_size,
        activation: 'tanh',
        norm: null,
        initial,
      },
      dropout,
      name: 'classifier',
    },
    token: { pooling: 'none', dropout, name: 'classifier' },
  });
}
