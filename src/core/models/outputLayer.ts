import type { Model, ParameterSpec } from './model.js';

/**
 * Parameters of the output layer of a model's first head: the last matrix and the last vector of the
 * head that have one row per output.
 */
export function outputLayerOf({
  heads: [head],
  parameters,
}: Pick<Model, 'heads' | 'parameters'>): ParameterSpec[] {
  const ofHead = parameters.filter(({ name, dims }) => {
    return head.parameters.includes(name) && dims[0] === head.outputSize;
  });
  return [2, 1].flatMap((rank) => ofHead.findLast(({ dims }) => dims.length === rank) ?? []);
}
