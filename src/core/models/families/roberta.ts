import * as z from 'zod';
import type { BuiltModel } from '../builtModel.js';
import { buildModel } from '../builtModel.js';
import { bertFields, classifierDropout, headsDivide } from '../configFields.js';
import { activationSchema } from '../encoder/addActivation.js';
import type { HeadOptions, Heads } from '../encoder/head.js';
import { chooseHeads } from '../encoder/head.js';
import { bertEmbeddings, bertLayers, createPostNormEncoder } from '../encoder/postNorm.js';

/** Class names of hub models that share RoBERTa's code and names. */
const CLASS_NAMES = {
  roberta: 'Roberta',
  'xlm-roberta': 'XLMRoberta',
  camembert: 'Camembert',
} as const;

const robertaFields = z.object({
  model_type: z.enum(['roberta', 'xlm-roberta', 'camembert']),
  ...bertFields,
  classifier_dropout: classifierDropout,
  hidden_act: activationSchema.default('gelu'),
  /** Padding id, from which positions start. */
  pad_token_id: z.int().min(0).default(1),
});

export const robertaConfigSchema = robertaFields.check(
  headsDivide<z.infer<typeof robertaFields>>('hidden_size', 'num_attention_heads'),
);

export type RobertaConfig = z.infer<typeof robertaConfigSchema>;

const WORDS = 'roberta.embeddings.word_embeddings.weight';

/**
 * Creates RoBERTa (Liu et al. 2019, arXiv:1907.11692) and its variants from their configuration.
 */
export function createRobertaModel(config: RobertaConfig, options: HeadOptions = {}): BuiltModel {
  const encoder = createPostNormEncoder({
    embeddings: bertEmbeddings('roberta', config, { size: config.hidden_size, countsTokens: true }),
    projection: null,
    layers: bertLayers('roberta', config.num_hidden_layers),
    hiddenSize: config.hidden_size,
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
    className: CLASS_NAMES[config.model_type],
    prefix: 'roberta.',
    encoder,
    heads: robertaHeads(config, options),
    aliases: {
      'lm_head.decoder.bias': 'lm_head.bias',
      ...(config.tie_word_embeddings ? { 'lm_head.decoder.weight': WORDS } : {}),
    },
  });
}

function robertaHeads(config: RobertaConfig, options: HeadOptions): Heads {
  const initial = { deviation: config.initializer_range };
  const layer = { bias: true, size: config.hidden_size, initial };
  const dropout = config.classifier_dropout ?? config.hidden_dropout_prob;
  return chooseHeads(options, {
    initial,
    maskedLm: {
      transform: {
        ...layer,
        dense: 'lm_head.dense',
        // Regardless of the layers' activation.
        activation: 'gelu',
        norm: { name: 'lm_head.layer_norm', epsilon: config.layer_norm_eps },
      },
      decoder: 'lm_head.decoder.weight',
      bias: 'lm_head.bias',
      words: WORDS,
      tied: config.tie_word_embeddings,
      vocabularySize: config.vocab_size,
    },
    sequence: {
      pooling: 'first',
      inputDropout: dropout,
      transform: { ...layer, dense: 'classifier.dense', activation: 'tanh', norm: null },
      dropout,
      name: 'classifier.out_proj',
    },
    token: { pooling: 'none', dropout, name: 'classifier' },
  });
}
