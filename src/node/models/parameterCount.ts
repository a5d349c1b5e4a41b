import type { ParameterTensor } from '../../core/models/model.js';

/** Total number of values in the parameters of a model. */
export function countOf(parameters: ReadonlyMap<string, ParameterTensor>): number {
  let count = 0;
  for (const { data } of parameters.values()) count += data.length;
  return count;
}
