import * as z from 'zod';
import { modelError } from '../errors.js';
import { problem } from '../messages/message.js';
import { albertConfigSchema, createAlbertModel } from './families/albert.js';
import { createBertModel } from './families/bert.js';
import { bertConfigSchema } from './families/bertConfig.js';
import type { BuiltModel } from './builtModel.js';
import { parseConfig } from './configFields.js';
import { createDistilbertModel, distilbertConfigSchema } from './families/distilbert.js';
import { createElectraModel, electraConfigSchema } from './families/electra.js';
import type { HeadOptions } from './encoder/head.js';
import { createModernbertModel, modernbertConfigSchema } from './families/modernbert.js';
import { createRobertaModel, robertaConfigSchema } from './families/roberta.js';

const modelConfigSchema = z.discriminatedUnion('model_type', [
  bertConfigSchema,
  robertaConfigSchema,
  distilbertConfigSchema,
  albertConfigSchema,
  electraConfigSchema,
  modernbertConfigSchema,
]);

/** Fields of a `config.json` that define a supported model, by their hub names. */
export type ModelConfig = z.infer<typeof modelConfigSchema>;

const BUILT_TYPES: readonly ModelConfig['model_type'][] = [
  'bert',
  'roberta',
  'xlm-roberta',
  'camembert',
  'distilbert',
  'albert',
  'electra',
  'modernbert',
];

/** Whether a `config.json` is of a supported family. */
export function canBeBuilt(json: unknown): boolean {
  const parsed = z.object({ model_type: z.enum(BUILT_TYPES) }).safeParse(json);
  return parsed.success;
}

/**
 * Reads a parsed `config.json`; ignores fields that do not affect the model.
 *
 * @throws AppError `Model` with the missing or unsupported fields, or with the supported families.
 */
export function parseModelConfig(json: unknown, path: string): ModelConfig {
  if (canBeBuilt(json)) return parseConfig(modelConfigSchema, json, path);
  const named = z.object({ model_type: z.string() }).safeParse(json);
  const types = BUILT_TYPES.join(', ');
  throw modelError(
    path,
    named.success
      ? problem('models.unsupportedType', { type: named.data.model_type, types })
      : problem('models.noType', { types }),
  );
}

/** Creates the model of a configuration with the requested head. */
export function createModel(config: ModelConfig, options: HeadOptions = {}): BuiltModel {
  switch (config.model_type) {
    case 'bert':
      return createBertModel(config, options);
    case 'roberta':
    case 'xlm-roberta':
    case 'camembert':
      return createRobertaModel(config, options);
    case 'distilbert':
      return createDistilbertModel(config, options);
    case 'albert':
      return createAlbertModel(config, options);
    case 'electra':
      return createElectraModel(config, options);
    case 'modernbert':
      return createModernbertModel(config, options);
  }
}
