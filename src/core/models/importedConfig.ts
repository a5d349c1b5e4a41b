import * as z from 'zod';
import { AppError } from '../errors.js';

/** The fields of `config.json` that tell what an export cannot; families differ in their names. */
const configSchema = z.looseObject({
  model_type: z.string().default('unknown'),
  vocab_size: z.int().positive().optional(),
  hidden_size: z.int().positive().optional(),
  dim: z.int().positive().optional(),
  num_hidden_layers: z.int().min(0).optional(),
  n_layers: z.int().min(0).optional(),
  max_position_embeddings: z.int().positive().optional(),
  max_length: z.int().positive().optional(),
  pad_token_id: z.int().nullish(),
  hidden_dropout_prob: z.number().optional(),
  dropout: z.number().optional(),
  attention_probs_dropout_prob: z.number().optional(),
  attention_dropout: z.number().optional(),
});
export type ImportedConfig = z.infer<typeof configSchema>;

/** Throws `Model` for a `config.json` whose fields have other types. */
export function parseImportedConfig(config: unknown, path: string): ImportedConfig {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const problem = 'the config.json that belongs to it is malformed';
  throw new AppError(
    { code: 'Model', details: { path, problem, remedy: 'Download the model again.' } },
    { cause: parsed.error },
  );
}

/** Families of RoBERTa's kind count positions from the padding id on. */
const OFFSET_FAMILIES = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'xlm-roberta-xl']);

export function positionOffset(config: ImportedConfig): number {
  return OFFSET_FAMILIES.has(config.model_type) ? (config.pad_token_id ?? 1) + 1 : 0;
}

/** The model's width, and the longest sequence that it has positions for. */
export function importedShape(config: ImportedConfig): { hiddenSize: number; maxLength: number } {
  const positions = config.max_position_embeddings ?? config.max_length ?? 512;
  return {
    hiddenSize: config.hidden_size ?? config.dim ?? 0,
    maxLength: positions - positionOffset(config),
  };
}
