import { describe, expect, it } from 'vitest';
import { createModel, parseModelConfig } from '../../../../src/core/models/createModel.js';
import { createImportedModel } from '../../../../src/core/models/imported.js';
import { buildExportModel } from '../../../../src/core/models/inferenceGraphs.js';
import type { Model, ParameterTensor } from '../../../../src/core/models/model.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { randomBatch } from '../../../support/bert.js';
import { FAMILIES, tinyModelConfig } from '../../../support/families.js';
import { exportConfig, importExport, readReference } from '../../../support/importedFixtures.js';
import { build, run } from '../../../support/modelGradients.js';

/** Embeddings and the states of these layers, for a batch. */
async function statesOf(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  { batch, layers }: { batch: TrainingBatch; layers: readonly number[] },
): Promise<Float32Array[]> {
  const built = await build(model, parameters, batch, {});
  const { outputs } = built;
  const wanted = [outputs.embeddings(), ...layers.map((layer) => outputs.hiddenState(layer))];
  const results = await run(built, wanted);
  return wanted.map((name) => results[name]!.data as Float32Array);
}

function expectClose(found: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [i, values] of found.entries()) {
    const worst = values.reduce((max, x, j) => Math.max(max, Math.abs(x - expected[i]![j]!)), 0);
    expect(worst, `state ${i}`).toBeLessThan(1e-5);
  }
  // No two of them are the same.
  const sums = expected.map((values) => values.reduce((sum, x, i) => sum + x * Math.sin(i), 0));
  expect(new Set(sums).size).toBe(sums.length);
}

const all = ({ layerCount }: Model): number[] =>
  Array.from({ length: layerCount }, (_, i) => i + 1);

describe('hidden states of an export', () => {
  it.each(FAMILIES)('are those of the model that was exported: %s', async (family) => {
    for (const head of ['masked-lm', 'sequence'] as const) {
      const config = tinyModelConfig(family);
      const model = createModel(config, { head });
      const parameters = initializeParameters(config, 3, { head });
      const imported = await createImportedModel({
        bytes: await buildExportModel(model, parameters),
        path: 'model.onnx',
        readExternal: () => Promise.reject(new Error('nothing beside')),
        config,
        runtime: createOnnxRuntime(),
      });
      // Positions of padding are of no concern, and differ for RoBERTa.
      const batch = randomBatch(config, 7, { padded: false });
      // Layers that share parameters cannot be told apart.
      const inner = family === 'albert' ? [] : all(model).slice(0, -1);
      // Our classifiers compute their last layer for first tokens alone.
      const hasLast = head === 'masked-lm';
      const layers = hasLast ? [...inner, model.layerCount] : inner;
      expectClose(
        await statesOf(imported.model, imported.parameters, { batch, layers }),
        await statesOf(model, parameters, { batch, layers }),
      );
      if (hasLast) continue;
      const last = { batch, layers: [model.layerCount] };
      await expect(statesOf(imported.model, imported.parameters, last)).rejects.toMatchObject({
        data: { code: 'Model' },
      });
    }
  });

  it.each([
    ['bert', 'script-14'],
    ['bert', 'dynamo-18'],
    ['distilbert', 'script-17-unfolded'],
    ['electra', 'script-17-unfolded'],
    ['modernbert', 'script-17-unfolded'],
  ])('of the hub are those of the family built from its config: %s %s', async (folder, name) => {
    const imported = await importExport(folder, name);
    const model = createModel(parseModelConfig(exportConfig(folder), folder));
    const [batch] = readReference(folder).batches as [TrainingBatch];
    expectClose(
      await statesOf(imported.model, imported.parameters, { batch, layers: all(model) }),
      await statesOf(model, imported.parameters, { batch, layers: all(model) }),
    );
  });

  it('are refused where layers share their parameters', async () => {
    const { model, parameters } = await importExport('albert', 'script-17-unfolded');
    const [batch] = readReference('albert').batches as [TrainingBatch];
    const states = statesOf(model, parameters, { batch, layers: [1] });
    await expect(states).rejects.toMatchObject({ data: { code: 'Model' } });
  });
});

describe('hidden states of a model', () => {
  it('cost nothing unless somebody asks for them', async () => {
    const options = { head: 'sequence', labelCount: 3 } as const;
    const config = tinyModelConfig('bert');
    const model = createModel(config, options);
    const parameters = initializeParameters(config, 3, options);
    const { graph, outputs } = await build(model, parameters, randomBatch(config, 7), {});
    const before = graph.nodes.length;
    outputs.embeddings();
    outputs.logits();
    outputs.hiddenState(1);
    expect(graph.nodes).toHaveLength(before);
    // The classifier alone needs the last layer at the first tokens only.
    outputs.hiddenState(2);
    expect(graph.nodes.length).toBeGreaterThan(before);
  });

  it('are the same whole and in slices of the batch', async () => {
    const config = tinyModelConfig('modernbert');
    const model = createModel(config);
    const parameters = initializeParameters(config, 3);
    const batch = randomBatch(config, 7, { batchSize: 4 });
    const slices = await build(model, parameters, batch, { microBatches: 2 });
    const wanted = all(model).map((layer) => slices.outputs.hiddenState(layer));
    const results = await run(slices, wanted);
    const [, ...whole] = await statesOf(model, parameters, { batch, layers: all(model) });
    expectClose(
      wanted.map((name) => results[name]!.data as Float32Array),
      whole,
    );
  });

  it.each([0, 3, 1.5])('are refused of layer %s of two', async (layer) => {
    const config = tinyModelConfig('bert');
    const parameters = initializeParameters(config, 3);
    const { outputs } = await build(createModel(config), parameters, randomBatch(config, 7), {});
    expect(() => outputs.hiddenState(layer)).toThrow(/Graph/);
    expect(() => outputs.logits('topic')).toThrow(/Graph/);
  });
});
