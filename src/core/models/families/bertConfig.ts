import * as z from 'zod';
import {
  bertFields,
  classifierDropout,
  headsDivide,
  padTokenId,
  parseConfig,
} from '../configFields.js';
import { activationSchema } from '../encoder/addActivation.js';

/** Fields of a BERT `config.json` that define the model, by their hub names. */
const bertFieldsSchema = z.object({
  model_type: z.literal('bert'),
  ...bertFields,
  classifier_dropout: classifierDropout,
  hidden_act: activationSchema.default('gelu'),
  pad_token_id: padTokenId(0),
});

export const bertConfigSchema = bertFieldsSchema.check(
  headsDivide<z.infer<typeof bertFieldsSchema>>('hidden_size', 'num_attention_heads'),
);

export type BertConfig = z.infer<typeof bertConfigSchema>;

/** Throws `Model` with the missing or unsupported fields. */
export function parseBertConfig(json: unknown, path: string): BertConfig {
  return parseConfig(bertConfigSchema, json, path);
}
