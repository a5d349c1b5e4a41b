import type { ModelConfig } from '../../src/core/models/createModel.js';
import { parseModelConfig } from '../../src/core/models/createModel.js';

const bertLike = {
  vocab_size: 101,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 40,
};

/** A tiny configuration of each family, with the fields that its hub models have. */
const CONFIGS = {
  bert: { model_type: 'bert', ...bertLike },
  roberta: {
    model_type: 'roberta',
    ...bertLike,
    layer_norm_eps: 1e-5,
    type_vocab_size: 1,
    pad_token_id: 1,
  },
  distilbert: {
    model_type: 'distilbert',
    vocab_size: 101,
    dim: 32,
    n_layers: 2,
    n_heads: 4,
    hidden_dim: 64,
    max_position_embeddings: 40,
  },
  albert: {
    model_type: 'albert',
    ...bertLike,
    num_hidden_layers: 3,
    embedding_size: 16,
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.05,
  },
  electra: { model_type: 'electra', ...bertLike, embedding_size: 16 },
  modernbert: {
    model_type: 'modernbert',
    ...bertLike,
    num_hidden_layers: 4,
    local_attention: 8,
    global_rope_theta: 160000,
    local_rope_theta: 10000,
    pad_token_id: 0,
    attention_dropout: 0.1,
    mlp_dropout: 0.15,
    embedding_dropout: 0.05,
    classifier_dropout: 0.2,
  },
};

export type Family = keyof typeof CONFIGS;

export const FAMILIES = Object.keys(CONFIGS) as Family[];

/** `changes` are fields of `config.json`. */
export function tinyModelConfig(
  family: Family,
  changes: Readonly<Record<string, unknown>> = {},
): ModelConfig {
  return parseModelConfig({ ...CONFIGS[family], ...changes }, family);
}
