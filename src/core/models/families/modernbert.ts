import * as z from 'zod';
import type { BuiltModel } from '../builtModel.js';
import { buildModel } from '../builtModel.js';
import {
  deviation,
  encoderOnly,
  epsilon,
  headsDivide,
  layerCount,
  rate,
  size,
} from '../configFields.js';
import { activationSchema } from '../encoder/addActivation.js';
import type { HeadOptions, Heads } from '../encoder/head.js';
import { chooseHeads } from '../encoder/head.js';
import type { LayerAttention } from '../encoder/preNorm.js';
import { createPreNormEncoder } from '../encoder/preNorm.js';

const theta = z.number().positive().nullish();
const ropeParameters = z.object({
  rope_type: z.literal('default').default('default'),
  rope_theta: theta,
});

const modernbertFields = z.object({
  model_type: z.literal('modernbert'),
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  hidden_activation: activationSchema.default('gelu'),
  norm_eps: epsilon(1e-5),
  norm_bias: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  decoder_bias: z.literal(true, 'only decoders with a bias can be built').default(true),
  attention_dropout: rate.default(0),
  embedding_dropout: rate.default(0),
  mlp_dropout: rate.default(0),
  classifier_pooling: z.enum(['cls', 'mean']).default('cls'),
  classifier_dropout: rate.default(0),
  classifier_bias: z.boolean().default(false),
  classifier_activation: activationSchema.default('gelu'),
  initializer_range: deviation,
  initializer_cutoff_factor: z.number().positive().nullable().default(2),
  /** Window of local layers, both sides together. */
  local_attention: size.default(128),
  global_attn_every_n_layers: size.default(3),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).nullish(),
  global_rope_theta: theta,
  local_rope_theta: theta,
  /** Newer location of the wavelengths. */
  rope_parameters: z
    .object({
      full_attention: ropeParameters.nullish(),
      sliding_attention: ropeParameters.nullish(),
    })
    .nullish(),
  pad_token_id: z.int().min(0).nullable().default(50283),
  ...encoderOnly,
});

export const modernbertConfigSchema = modernbertFields.check(
  headsDivide<z.infer<typeof modernbertFields>>('hidden_size', 'num_attention_heads'),
);

export type ModernbertConfig = z.infer<typeof modernbertConfigSchema>;

const WORDS = 'model.embeddings.tok_embeddings.weight';

/** Creates ModernBERT (Warner et al. 2024, arXiv:2412.13663) from its configuration. */
export function createModernbertModel(
  config: ModernbertConfig,
  options: HeadOptions = {},
): BuiltModel {
  const encoder = createPreNormEncoder({
    prefix: 'model.',
    vocabularySize: config.vocab_size,
    padId: config.pad_token_id,
    maxLength: config.max_position_embeddings,
    layers: attentionOf(config),
    hiddenSize: config.hidden_size,
    innerSize: config.intermediate_size,
    heads: config.num_attention_heads,
    activation: config.hidden_activation,
    epsilon: config.norm_eps,
    biases: { norm: config.norm_bias, attention: config.attention_bias, mlp: config.mlp_bias },
    dropout: {
      embeddings: config.embedding_dropout,
      attention: config.attention_dropout,
      mlp: config.mlp_dropout,
    },
    initial: spreads(config),
  });
  return buildModel({
    family: config.model_type,
    className: 'ModernBert',
    prefix: 'model.',
    encoder,
    heads: modernbertHeads(config, options),
    aliases: config.tie_word_embeddings ? { 'decoder.weight': WORDS } : {},
  });
}

/** Layers with global attention at regular intervals, and local layers between them. */
function attentionOf(config: ModernbertConfig): LayerAttention[] {
  const { full_attention: full, sliding_attention: sliding } = config.rope_parameters ?? {};
  const global = {
    window: null,
    theta: full?.rope_theta ?? config.global_rope_theta ?? 160_000,
  };
  const local = {
    window: Math.floor(config.local_attention / 2),
    theta: sliding?.rope_theta ?? config.local_rope_theta ?? 10_000,
  };
  return Array.from({ length: config.num_hidden_layers }, (_, i) => {
    const regular = i % config.global_attn_every_n_layers === 0;
    const type = config.layer_types?.[i] ?? (regular ? 'full_attention' : 'sliding_attention');
    return type === 'full_attention' ? global : local;
  });
}

/** New weights that project into the residual stream are scaled down by the number of layers. */
function spreads({ initializer_range: range, ...config }: ModernbertConfig) {
  const cutoff = config.initializer_cutoff_factor ?? 3;
  return {
    inward: { deviation: range, cutoff },
    outward: { deviation: range / Math.sqrt(2 * config.num_hidden_layers), cutoff },
    classifier: { deviation: config.hidden_size ** -0.5, cutoff },
  };
}

function modernbertHeads(config: ModernbertConfig, options: HeadOptions): Heads {
  const { outward, classifier } = spreads(config);
  const transform = {
    dense: 'head.dense',
    bias: config.classifier_bias,
    size: config.hidden_size,
    activation: config.classifier_activation,
    norm: { name: 'head.norm', epsilon: config.norm_eps, bias: config.norm_bias },
    initial: outward,
  };
  const parts = {
    transform,
    dropout: config.classifier_dropout,
    name: 'classifier',
    initial: classifier,
  };
  return chooseHeads(options, {
    initial: outward,
    maskedLm: {
      transform,
      decoder: 'decoder.weight',
      bias: 'decoder.bias',
      words: WORDS,
      tied: config.tie_word_embeddings,
      vocabularySize: config.vocab_size,
    },
    sequence: { ...parts, pooling: config.classifier_pooling === 'cls' ? 'first' : 'mean' },
    token: { ...parts, pooling: 'none' },
  });
}
