import * as z from 'zod';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { bertConfigSchema } from './families/bertConfig.js';
import type { ModelConfig } from './createModel.js';
import type { InitializeOptions } from './weights/initialize.js';
import { modernbertConfigSchema } from './families/modernbert.js';

/** Families of new models. */
export const NEW_FAMILIES = ['modernbert', 'bert'] as const;
export type NewFamily = (typeof NEW_FAMILIES)[number];

const size = z.int().min(1).max(65_536);

/** Shape of a new model. */
export const architectureSchema = z
  .object({
    family: z.enum(NEW_FAMILIES),
    layers: z.int().min(1).max(256),
    hiddenSize: size,
    heads: size,
    /** Width of the feed-forward layers. */
    innerSize: size,
  })
  .refine(({ hiddenSize, heads }) => hiddenSize % (2 * heads) === 0, {
    error: 'the hidden size must be an even multiple of the number of heads',
  });
export type Architecture = z.infer<typeof architectureSchema>;

/**
 * Standard deviation of new weights, relative to the square root of the width. In trials with
 * narrow models, 0.05 at 256 learned faster than the usual 0.02.
 */
const SPREAD = 0.8;
/** Usual width of a head: models with a few million parameters have few heads. */
const HEAD_SIZE = 64;

/** Completes a partly chosen shape. The schema may still refuse the result. */
export function architectureOf(chosen: Partial<Architecture>): Architecture {
  const { family = 'modernbert', layers = 4, hiddenSize = 256 } = chosen;
  // Gated feed-forward layers have three matrices instead of two.
  const inner = { modernbert: 2.5, bert: 4 }[family] * hiddenSize;
  return {
    family,
    layers,
    hiddenSize,
    heads: chosen.heads ?? headsOf(hiddenSize),
    innerSize: chosen.innerSize ?? Math.round(inner),
  };
}

/** Number of heads of about the usual width that divides the hidden size. */
function headsOf(hiddenSize: number): number {
  const wanted = hiddenSize / HEAD_SIZE;
  let best = 1;
  for (let heads = 2; heads <= hiddenSize / 2; heads++) {
    const isNearer = Math.abs(heads - wanted) < Math.abs(best - wanted);
    if (hiddenSize % (2 * heads) === 0 && isNearer) best = heads;
  }
  return best;
}

/** Short description of the architecture: `modernbert 4 × 256`. */
export function architectureName({ family, layers, hiddenSize }: Architecture): string {
  return `${family} ${layers} × ${hiddenSize}`;
}

/** Part of a tokenizer that a model depends on. */
interface VocabularyFacts extends Pick<Tokenizer, 'vocabularySize'> {
  readonly special: Pick<Tokenizer['special'], 'pad'>;
}

/**
 * Configuration of a new model for a tokenizer, with only as many positions as are used in
 * training.
 */
export function newModelConfig(
  { family, layers, hiddenSize, heads, innerSize }: Architecture,
  { tokenizer, maxLength }: { tokenizer: VocabularyFacts; maxLength: number },
): ModelConfig {
  const shape = {
    vocab_size: tokenizer.vocabularySize,
    hidden_size: hiddenSize,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: innerSize,
    max_position_embeddings: maxLength,
    pad_token_id: tokenizer.special.pad,
  };
  switch (family) {
    case 'modernbert':
      return modernbertConfigSchema.parse({
        ...{ model_type: family, ...shape },
        initializer_range: SPREAD / Math.sqrt(hiddenSize),
      });
    case 'bert':
      return bertConfigSchema.parse({
        ...{ model_type: family, ...shape, type_vocab_size: 2, hidden_act: 'gelu' },
        ...{ layer_norm_eps: 1e-12, initializer_range: 0.02 },
      });
  }
}

/** Initialization of new weights for a family, chosen for a good start of training. */
export function initializationOf(family: NewFamily): InitializeOptions['initialization'] {
  return family === 'bert' ? 'fastStart' : 'default';
}
