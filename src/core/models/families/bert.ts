import type { BertConfig } from './bertConfig.js';
import type { BuiltModel } from '../builtModel.js';
import { buildModel } from '../builtModel.js';
import type { HeadOptions, Heads } from '../encoder/head.js';
import { chooseHeads } from '../encoder/head.js';
import { bertEmbeddings, bertLayers, createPostNormEncoder } from '../encoder/postNorm.js';

const WORDS = 'bert.embeddings.word_embeddings.weight';
const DECODER = 'cls.predictions.decoder';

/** Creates BERT (Devlin et al. 2019, arXiv:1810.04805) from its configuration. */
export function createBertModel(config: BertConfig, options: HeadOptions = {}): BuiltModel {
  const encoder = createPostNormEncoder({
    embeddings: bertEmbeddings('bert', config, { size: config.hidden_size, countsTokens: false }),
    projection: null,
    layers: bertLayers('bert', config.num_hidden_layers),
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
    className: 'Bert',
    prefix: 'bert.',
    encoder,
    heads: bertHeads(config, options),
    aliases: {
      [`${DECODER}.bias`]: 'cls.predictions.bias',
      ...(config.tie_word_embeddings ? { [`${DECODER}.weight`]: WORDS } : {}),
    },
  });
}

function bertHeads(config: BertConfig, options: HeadOptions): Heads {
  const initial = { deviation: config.initializer_range };
  const layer = { bias: true, size: config.hidden_size, initial };
  const dropout = config.classifier_dropout ?? config.hidden_dropout_prob;
  return chooseHeads(options, {
    initial,
    maskedLm: {
      transform: {
        ...layer,
        dense: 'cls.predictions.transform.dense',
        activation: config.hidden_act,
        norm: { name: 'cls.predictions.transform.LayerNorm', epsilon: config.layer_norm_eps },
      },
      decoder: `${DECODER}.weight`,
      bias: 'cls.predictions.bias',
      words: WORDS,
      tied: config.tie_word_embeddings,
      vocabularySize: config.vocab_size,
    },
    sequence: {
      pooling: 'first',
      transform: { ...layer, dense: 'bert.pooler.dense', activation: 'tanh', norm: null },
      dropout,
      name: 'classifier',
    },
    token: { pooling: 'none', dropout, name: 'classifier' },
  });
}
