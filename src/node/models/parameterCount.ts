import type { ParameterTensor } from '../../core/models/model.js';

/** How many numbers a model's parameters hold. */
export function countOf(parameters: ReadonlyMap<string, ParameterTensor>): number {
  let count = 0;
  for (const { data } of parameters.values()) count += data.length;
  return count;
}
