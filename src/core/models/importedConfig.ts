import * as z from 'zod';
import { modelError } from '../errors.js';
import { problem } from '../messages/message.js';
import { fieldsOf, size } from './configFields.js';

/** Fields of `config.json` that an export does not contain. Their names differ between families. */
const configSchema = z.looseObject({
  model_type: z.string().default('unknown'),
  vocab_size: size.optional(),
  hidden_size: size.optional(),
  dim: size.optional(),
  emb_dim: size.optional(),
  num_hidden_layers: z.int().min(0).max(1000).optional(),
  n_layers: z.int().min(0).max(1000).optional(),
  max_position_embeddings: size.optional(),
  max_length: size.optional(),
  pad_token_id: z.int().nullish(),
  hidden_dropout_prob: z.number().optional(),
  dropout: z.number().optional(),
  attention_probs_dropout_prob: z.number().optional(),
  attention_dropout: z.number().optional(),
  classifier_dropout: z.number().nullish(),
  cls_dropout: z.number().nullish(),
  seq_classif_dropout: z.number().nullish(),
});
export type ImportedConfig = z.infer<typeof configSchema>;

/** Parses the `config.json` of an export. Throws `Model` that names the fields of other types or sizes. */
export function parseImportedConfig(config: unknown, path: string): ImportedConfig {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const fields = fieldsOf(parsed.error);
  throw modelError(path, problem('models.malformedConfig', { fields }), parsed.error);
}

/** RoBERTa-like families, whose positions start after the padding id. */
const OFFSET_FAMILIES = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'xlm-roberta-xl']);

export function positionOffset(config: ImportedConfig): number {
  return OFFSET_FAMILIES.has(config.model_type) ? (config.pad_token_id ?? 1) + 1 : 0;
}

export function hiddenDropout(config: ImportedConfig): number {
  return config.hidden_dropout_prob ?? config.dropout ?? 0;
}

/** Dropout of the states that a classifier reads; its name differs between families. */
export function headDropout(config: ImportedConfig): number {
  const { classifier_dropout: own, cls_dropout: ofDeberta, seq_classif_dropout: ofDistil } = config;
  return own ?? ofDeberta ?? ofDistil ?? hiddenDropout(config);
}

/** Hidden size of the model and the longest sequence that it has positions for. */
export function importedShape(config: ImportedConfig): { hiddenSize: number; maxLength: number } {
  const positions = config.max_position_embeddings ?? config.max_length ?? 512;
  return {
    hiddenSize: config.hidden_size ?? config.dim ?? config.emb_dim ?? 0,
    maxLength: positions - positionOffset(config),
  };
}
