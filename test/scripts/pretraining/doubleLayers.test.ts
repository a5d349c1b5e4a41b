import { describe, expect, it } from 'vitest';
import { doubleLayers } from '../../../scripts/pretraining/doubleLayers.js';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { randomBatch } from '../../support/bert.js';
import { tinyModelConfig } from '../../support/families.js';
import { lossAndGradients } from '../../support/modelGradients.js';

const config = tinyModelConfig('modernbert', { initializer_range: 0.1, num_hidden_layers: 3 });
const json = { ...config, model_type: 'modernbert' };
const parameters = initializeParameters(config, 4);

describe('doubleLayers', () => {
  it('computes the same with twice the layers, beyond the window of local attention', async () => {
    const deep = doubleLayers(json, parameters);
    const model = createModel(deep.config);
    expect(model.parameters.map(({ name }) => name).sort()).toEqual(
      [...deep.parameters.keys()].sort(),
    );
    const batch = randomBatch(config, 1, { batchSize: 3, length: 16, rowCount: 8 });
    const before = await lossAndGradients(createModel(config), parameters, batch);
    const after = await lossAndGradients(model, deep.parameters, batch);
    expect([...after.logits]).toEqual([...before.logits]);
  });

  it('can learn: gradients reach the projections that start at 0', async () => {
    const deep = doubleLayers(json, parameters);
    const batch = randomBatch(config, 1, { batchSize: 3, length: 16, rowCount: 8 });
    const { gradients } = await lossAndGradients(createModel(deep.config), deep.parameters, batch);
    for (const name of ['model.layers.1.attn.Wo.weight', 'model.layers.5.mlp.Wo.weight']) {
      expect(deep.parameters.get(name)!.data.every((value) => value === 0)).toBe(true);
      expect(Math.max(...gradients.get(name)!.map(Math.abs))).toBeGreaterThan(0);
    }
  });

  it('keeps the attention of each layer for its copy', () => {
    const { configJson } = doubleLayers({ ...json, global_attn_every_n_layers: 2 }, parameters);
    const [full, sliding] = ['full_attention', 'sliding_attention'];
    expect(configJson['layer_types']).toEqual([full, full, sliding, sliding, full, full]);
  });

  it('refuses layers that are normalized after they are added', () => {
    const bert = { ...tinyModelConfig('bert', {}), model_type: 'bert' };
    expect(() => doubleLayers(bert, new Map())).toThrow(RangeError);
  });
});
