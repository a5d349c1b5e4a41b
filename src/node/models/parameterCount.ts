import type { ParameterTensor } from '../../core/models/model.js';

/** Total number of values in the parameters of a model. */
export function countOf(parameters: ReadonlyMap<string, ParameterTensor>): number {
  let count = 0;
  for (const { dims } of parameters.values()) count += dims.reduce((a, b) => a * b, 1);
  return count;
}
