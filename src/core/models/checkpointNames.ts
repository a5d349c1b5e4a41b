import { AppError } from '../errors.js';
import type { BertConfig } from './bertConfig.js';
import type { ParameterTensor } from './model.js';
import { bertParameters } from './bertParameters.js';

/** A checkpoint name in today's spelling: LayerNorm parameters were once called gamma and beta. */
function currentName(name: string): string {
  return name
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias')
    .replace(/^cls\.predictions\.decoder\.bias$/, 'cls.predictions.bias');
}

/**
 * Picks a model's parameters out of a checkpoint; what else it holds (pooler, next-sentence head,
 * the tied decoder) is left out.
 *
 * @throws AppError `Model` naming what is missing or has another shape than the configuration says.
 */
export function collectBertParameters(
  config: BertConfig,
  tensors: ReadonlyMap<string, ParameterTensor>,
  path: string,
): Map<string, ParameterTensor> {
  const byName = new Map([...tensors].map(([name, tensor]) => [currentName(name), tensor]));
  const found = new Map<string, ParameterTensor>();
  const problems: string[] = [];
  for (const { name, dims } of bertParameters(config)) {
    const tensor = byName.get(name);
    if (!tensor) problems.push(`${name} is missing`);
    else if (tensor.dims.join() !== dims.join()) {
      problems.push(`${name} is [${tensor.dims.join(', ')}] instead of [${dims.join(', ')}]`);
    } else found.set(name, tensor);
  }
  if (problems.length > 0) {
    const shown = problems.slice(0, 3).join('; ');
    const more = problems.length > 3 ? `, and ${problems.length - 3} more` : '';
    const headless = !byName.has('cls.predictions.transform.dense.weight');
    const remedy = headless
      ? 'The model has no masked-language head; choose one made for fill-mask.'
      : 'Download the model again, with the config.json that belongs to it.';
    throw new AppError({ code: 'Model', details: { path, problem: `${shown}${more}`, remedy } });
  }
  return found;
}
