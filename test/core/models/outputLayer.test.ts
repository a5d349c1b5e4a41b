import { expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { outputLayerOf } from '../../../src/core/models/outputLayer.js';
import { methodSpecSchema } from '../../../src/core/runs/schema.js';
import { buildTrainingGraph } from '../../../src/core/train/engine/trainingGraphs.js';
import { selectTrained } from '../../../src/core/train/engine/trainedParameters.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { taskSpecSchema } from '../../../src/core/runs/schema.js';
import { tinyModelConfig, type Family } from '../../support/families.js';

const FAMILIES: readonly Family[] = ['bert', 'roberta', 'distilbert', 'electra', 'modernbert'];

it.each(FAMILIES)(
  'is the last matrix and vector of the head, not its inner layer: %s',
  (family) => {
    // As many labels as the inner layer has rows.
    const config = tinyModelConfig(family);
    const model = createModel(config, { head: 'sequence', labelCount: 32 });
    const names = outputLayerOf(model).map(({ name }) => name);
    expect(names).toEqual(model.heads[0].parameters.slice(-2));
  },
);

it('is all that the method last-layer differentiates', async () => {
  const config = tinyModelConfig('bert');
  const model = createModel(config, { head: 'sequence', labelCount: 2 });
  const task = taskSpecSchema.parse({
    ...{ kind: 'classification', labels: ['a', 'b'], loss: 'crossEntropy' },
  });
  const sizeOf = async (kind: 'full' | 'last-layer'): Promise<number[]> => {
    const trained = selectTrained(model, methodSpecSchema.parse({ kind }));
    const { graph, gradients } = await buildTrainingGraph(
      { model, losses: [lossOf(task)], trained, dropout: false, recompute: false },
      ...[{ batchSize: 2, length: 8, rowCount: 2, padded: true, typed: false, offset: false }],
    );
    return [gradients.size, graph.nodes.length];
  };
  const [full, last] = [await sizeOf('full'), await sizeOf('last-layer')];
  expect(last[0]).toBe(2);
  expect(last[1]!).toBeLessThan(full[1]! / 2);
});
