import * as z from 'zod';
import { modelError } from '../errors.js';
import { problem } from '../messages/message.js';

/** Fields of the hub's `config.json` that multiple families share. */
/** Sizes are bounded by the indices of ONNX Runtime's kernels. */
export const size = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
/** No encoder has nearly as many layers; each is part of the description of the model. */
export const layerCount = z.int().positive().max(1000);
export const rate = z.number().min(0).lt(1);
export const deviation = z.number().positive().default(0.02);
export const epsilon = (fallback: number) => z.number().positive().default(fallback);

export const encoderOnly = {
  position_embedding_type: z.literal('absolute').default('absolute'),
  is_decoder: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(true),
};

/** Sizes and rates with BERT's names. */
export const bertFields = {
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(2),
  layer_norm_eps: epsilon(1e-12),
  initializer_range: deviation,
  hidden_dropout_prob: rate.default(0.1),
  attention_probs_dropout_prob: rate.default(0.1),
  ...encoderOnly,
};

/** Dropout rate of the classifier; `null` to use the rate of the layer outputs. */
export const classifierDropout = rate.nullable().default(null);

export const padTokenId = (fallback: number) => z.int().min(0).nullable().default(fallback);

/** Check that the number of heads divides the hidden size. */
export const headsDivide =
  <C>(hidden: keyof C & string, heads: keyof C & string) =>
  (context: z.core.ParsePayload<C>): void => {
    const config = context.value;
    if (Number(config[hidden]) % Number(config[heads]) === 0) return;
    const message = `expected a multiple of ${heads} (${String(config[heads])})`;
    context.issues.push({ code: 'custom', message, path: [hidden], input: config });
  };

/**
 * Reads a parsed `config.json`; ignores fields that do not affect the model.
 *
 * @throws AppError `Model` naming the fields that are missing or not supported.
 */
export function parseConfig<C>(schema: z.ZodType<C>, json: unknown, path: string): C {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw modelError(path, problem('models.unsupportedConfig', { fields: fieldsOf(parsed.error) }));
}

/** Fields that do not fit a schema, with the reasons. */
export function fieldsOf({ issues }: z.ZodError): string {
  return issues.map((i) => `${i.path.join('.') || 'file'}: ${i.message}`).join('; ');
}
