import type { CheckpointLayout } from './checkpoint.js';
import type { ModelConfig } from '../createModel.js';
import { createModel } from '../createModel.js';
import { headOptionsOf } from '../encoder/head.js';
import type { Model, ModelHeads, ParameterTensor } from '../model.js';

export interface ExtendedModel {
  readonly config: ModelConfig;
  readonly model: Model;
  readonly parameters: Map<string, ParameterTensor>;
  readonly layout: CheckpointLayout;
}

/**
 * Adds rows for new tokens to a model: to the word embeddings, to the decoder if it is not tied,
 * and to its bias. A new row is the mean of the rows of the previous tokens of the word, so that
 * the model treats it similarly. All other rows and the logits of their tokens are unchanged. The
 * loss on texts without new words rises by at most the probability that new words get: about 0.01
 * nats for 60 words.
 *
 * Unused padding rows of a vocabulary are used before the model grows.
 *
 * @param added ids of the previous tokens of each new token, by its id
 */
export function extendEmbeddings(
  from: {
    readonly config: ModelConfig;
    readonly heads: ModelHeads;
    readonly parameters: ReadonlyMap<string, ParameterTensor>;
    readonly layout: CheckpointLayout;
  },
  added: ReadonlyMap<number, readonly number[]>,
): ExtendedModel {
  const size = Math.max(from.config.vocab_size, ...[...added.keys()].map((id) => id + 1));
  const config: ModelConfig = { ...from.config, vocab_size: size };
  const model = createModel(config, headOptionsOf(from.heads));
  const perToken = new Set(parametersPerToken(from));
  const parameters = new Map(from.parameters);
  for (const { name, dims } of model.parameters) {
    if (!perToken.has(name)) continue;
    parameters.set(name, extendRows(from.parameters.get(name)!, dims, added));
  }
  // Tensors of other heads with one row per token no longer fit.
  const layout = new Map(
    [...from.layout].filter(
      ([, entry]) => 'parameter' in entry || entry.dims[0] !== from.config.vocab_size,
    ),
  );
  return {
    config,
    model,
    parameters,
    layout: size === from.config.vocab_size ? from.layout : layout,
  };
}

/** Names of the parameters with one row per token, which depend on the vocabulary size. */
function parametersPerToken({
  config,
  heads,
}: {
  config: ModelConfig;
  heads: ModelHeads;
}): string[] {
  const options = headOptionsOf(heads);
  const own = createModel(config, options).parameters;
  const other = createModel({ ...config, vocab_size: config.vocab_size + 1 }, options).parameters;
  return own.filter(({ dims }, i) => dims[0] !== other[i]!.dims[0]).map(({ name }) => name);
}

function extendRows(
  { dims, data }: ParameterTensor,
  newDims: readonly number[],
  added: ReadonlyMap<number, readonly number[]>,
): ParameterTensor {
  const width = dims.slice(1).reduce((a, b) => a * b, 1);
  const rows = new Float32Array(newDims.reduce((a, b) => a * b, 1));
  rows.set(data);
  for (const [id, pieces] of added) {
    for (let column = 0; column < width; column++) {
      const sum = pieces.reduce((total, piece) => total + data[piece * width + column]!, 0);
      rows[id * width + column] = sum / pieces.length;
    }
  }
  return { dims: newDims, data: rows };
}
