import * as z from 'zod';
import type { BuiltModel } from '../builtModel.js';
import { buildModel } from '../builtModel.js';
import { bertFields, classifierDropout, headsDivide, padTokenId, size } from '../configFields.js';
import { activationSchema } from '../encoder/addActivation.js';
import type { HeadOptions, Heads } from '../encoder/head.js';
import { chooseHeads } from '../encoder/head.js';
import { bertEmbeddings, bertLayers, createPostNormEncoder } from '../encoder/postNorm.js';

const electraFields = z.object({
  model_type: z.literal('electra'),
  ...bertFields,
  classifier_dropout: classifierDropout,
  embedding_size: size.default(128),
  hidden_act: activationSchema.default('gelu'),
  pad_token_id: padTokenId(0),
});

export const electraConfigSchema = electraFields.check(
  headsDivide<z.infer<typeof electraFields>>('hidden_size', 'num_attention_heads'),
);

export type ElectraConfig = z.infer<typeof electraConfigSchema>;

const WORDS = 'electra.embeddings.word_embeddings.weight';

/**
 * Creates ELECTRA (Clark et al. 2020, arXiv:2003.10555) from its configuration: the generator with
 * the masked-LM head, generator or discriminator with other heads.
 */
export function createElectraModel(config: ElectraConfig, options: HeadOptions = {}): BuiltModel {
  const { embedding_size: embeddingSize, hidden_size: hiddenSize } = config;
  const encoder = createPostNormEncoder({
    embeddings: bertEmbeddings('electra', config, { size: embeddingSize, countsTokens: false }),
    projection: embeddingSize === hiddenSize ? null : 'electra.embeddings_project',
    layers: bertLayers('electra', config.num_hidden_layers),
    hiddenSize,
    innerSize: config.intermediate_size,
    heads: config.num_attention_heads,
    activation: config.hidden_act,
    epsilon: config.layer_norm_eps,
    deviation: config.initializer_range,
    dropout: {
      probabilities: config.attention_probs_dropout_prob,
      attentionOutput: config.hidden_dropout_prob,
      layerOutput: config.hidden_dropout_prob,
    },
  });
  return buildModel({
    family: config.model_type,
    className: 'Electra',
    prefix: 'electra.',
    encoder,
    heads: electraHeads(config, options),
    aliases: config.tie_word_embeddings ? { 'generator_lm_head.weight': WORDS } : {},
  });
}

function electraHeads(config: ElectraConfig, options: HeadOptions): Heads {
  const initial = { deviation: config.initializer_range };
  const dropout = config.classifier_dropout ?? config.hidden_dropout_prob;
  // Both heads use this activation, regardless of the layers.
  const layer = { bias: true, activation: 'gelu', initial } as const;
  return chooseHeads(options, {
    initial,
    maskedLm: {
      transform: {
        ...layer,
        dense: 'generator_predictions.dense',
        size: config.embedding_size,
        norm: { name: 'generator_predictions.LayerNorm', epsilon: config.layer_norm_eps },
      },
      decoder: 'generator_lm_head.weight',
      bias: 'generator_lm_head.bias',
      words: WORDS,
      tied: config.tie_word_embeddings,
      vocabularySize: config.vocab_size,
    },
    sequence: {
      pooling: 'first',
      inputDropout: dropout,
      transform: { ...layer, dense: 'classifier.dense', size: config.hidden_size, norm: null },
      dropout,
      name: 'classifier.out_proj',
    },
    token: { pooling: 'none', dropout, name: 'classifier' },
  });
}
