import * as z from 'zod';
import { AppError } from '../errors.js';

/** The fields of a BERT `config.json` that shape the model, by their hub names. */
const bertConfigSchema = z.object({
  model_type: z.literal('bert'),
  vocab_size: z.int().positive(),
  hidden_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  intermediate_size: z.int().positive(),
  hidden_act: z.enum(['gelu', 'gelu_new', 'relu']).default('gelu'),
  max_position_embeddings: z.int().positive(),
  type_vocab_size: z.int().positive().default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  initializer_range: z.number().positive().default(0.02),
  pad_token_id: z.int().min(0).default(0),
  position_embedding_type: z.literal('absolute').default('absolute'),
  is_decoder: z.literal(false).default(false),
  tie_word_embeddings: z.literal(true).default(true),
});

export type BertConfig = z.infer<typeof bertConfigSchema>;

/**
 * Reads a parsed `config.json`; fields that do not shape the model are left out.
 *
 * @throws AppError `Model` naming the fields that are missing or not supported.
 */
export function parseBertConfig(json: unknown, path: string): BertConfig {
  const parsed = bertConfigSchema.safeParse(json);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((i) => `${i.path.join('.') || 'file'}: ${i.message}`);
    const problem = `not a BERT configuration that can be trained (${fields.join('; ')})`;
    const remedy = 'Choose a folder with a BERT masked-language model, such as bert-base-uncased.';
    throw new AppError({ code: 'Model', details: { path, problem, remedy } });
  }
  const config = parsed.data;
  if (config.hidden_size % config.num_attention_heads !== 0) {
    const problem = `hidden_size ${config.hidden_size} is no multiple of num_attention_heads ${config.num_attention_heads}`;
    const remedy = 'Correct config.json, or download the model again.';
    throw new AppError({ code: 'Model', details: { path, problem, remedy } });
  }
  return config;
}
