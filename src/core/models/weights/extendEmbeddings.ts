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
 * Gives a model rows for new tokens: word embeddings, the decoder where it is not tied to them, and
 * the decoder's bias. A new row is the mean of those of the tokens that spelled the word before, so
 * that the model reads and predicts it as something like them; all other rows keep their values,
 * and so do the logits of their tokens. The loss on texts without new words rises by no more than
 * what probability these take: about 0.01 nats for 60 words.
 *
 * Spare rows that a vocabulary was padded with are used before the model grows.
 *
 * @param added ids of the tokens that spelled each new one, by the new one's id
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
  // Tensors of other heads that have a row a token fit no more.
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

/** Names of the parameters with a row a token: those that another vocabulary size changes. */
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
