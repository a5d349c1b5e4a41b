import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../../src/core/models/createModel.js';
import { createModel, parseModelConfig } from '../../../src/core/models/createModel.js';
import { labelsOf } from '../../../src/core/models/labels.js';
import type { ParameterTensor } from '../../../src/core/models/model.js';
import { methodSpecSchema, taskSpecSchema } from '../../../src/core/runs/schema.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { testOptimizer } from '../../support/bert.js';
import { testKernels } from '../../support/kernels.js';
import { exportConfig, importExport, readReference } from '../../support/importedFixtures.js';
import { lossAndGradients } from '../../support/modelGradients.js';

/** Models of the transformers library, by folder; the weights are read from one of their exports. */
const MODELS = {
  bert: 'script-17-unfolded',
  'bert-classification': 'script-14',
  roberta: 'script-17-unfolded',
  'roberta-classification': 'script-14',
  'xlm-roberta': 'script-17-unfolded',
  camembert: 'script-17-unfolded',
  distilbert: 'script-17-unfolded',
  albert: 'script-17-unfolded',
  electra: 'script-17-unfolded',
  modernbert: 'script-17-unfolded',
};

const length = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));

/** A model built from the library's configuration, with the library's weights and results. */
async function build(folder: string, name: string) {
  const json = exportConfig(folder);
  const config: ModelConfig = parseModelConfig(json, folder);
  const classifies = folder.endsWith('-classification');
  const model = createModel(config, {
    head: classifies ? 'sequence' : 'masked-lm',
    labelCount: labelsOf(json).length,
  });
  const { model: exported, parameters } = await importExport(folder, name);
  const names = model.parameters.map((parameter) => parameter.name);
  expect(names.filter((parameter) => !parameters.has(parameter))).toEqual([]);
  const reference = readReference(folder);
  // Some were run without types though their tables have two.
  const batches = reference.batches.map((batch) =>
    exported.hasTokenTypes ? batch : { ...batch, tokenTypeIds: null },
  );
  return { model, parameters, names, reference, batches };
}

describe('built models against the transformers library', () => {
  it.each(Object.entries(MODELS))('%s: logits, loss and gradients', async (folder, name) => {
    const { model, parameters, names, reference, batches } = await build(folder, name);
    const batch = batches[0]!;
    const computed = await lossAndGradients(model, parameters, batch);
    const expected = rowsOf(reference.logits, batch.positions);
    const difference = computed.logits.reduce(
      (max, value, i) => Math.max(max, Math.abs(value - expected[i]!)),
      0,
    );
    expect(difference).toBeLessThan(1e-5);
    expect(Math.abs(computed.loss - reference.loss)).toBeLessThan(2e-6);

    const tied = /(?:decoder|vocab_projector|lm_head)\.(?:weight|bias)$/;
    const known = [...reference.gradients.keys()].filter((parameter) => !tied.test(parameter));
    expect(known.filter((parameter) => !names.includes(parameter))).toEqual([]);
    let worst = 0;
    let compared = 0;
    for (const [parameter, gradient] of computed.gradients) {
      const wanted = reference.gradients.get(parameter)!.data;
      compared++;
      // True gradients of 0, as those of key biases, and what rounding leaves of them.
      if (length(wanted) < 1e-6) continue;
      const distance = length(gradient.map((value, i) => value - wanted[i]!)) / length(wanted);
      expect(distance, parameter).toBeLessThan(5e-6);
      worst = Math.max(worst, distance);
    }
    expect(compared).toBe(names.length);
    console.log(
      `logits ${difference.toExponential(1)}, worst gradient: relative L2 ${worst.toExponential(1)}`,
    );
  });

  it.each(Object.entries(MODELS))('%s: the losses of 20 steps of AdamW', async (folder, name) => {
    const { model, parameters, reference, batches } = await build(folder, name);
    const labels = Array.from({ length: model.heads[0].outputSize }, (_, i) => `LABEL_${i}`);
    const engine = await createTrainingEngine({
      model,
      parameters,
      losses: [
        lossOf(
          model.heads[0].kind === 'masked-lm'
            ? { kind: 'masked-lm' }
            : taskSpecSchema.parse({ kind: 'classification', labels, loss: 'crossEntropy' }),
        ),
      ],
      method: methodSpecSchema.parse({}),
      optimizer: testOptimizer,
      runtime: createOnnxRuntime(),
      kernels: await testKernels(),
      threads: 1,
    });
    let largest = 0;
    expect(batches).toHaveLength(20);
    for (const [i, batch] of batches.entries()) {
      const { loss } = await engine.step([batch], 1e-3);
      largest = Math.max(largest, Math.abs(loss - reference.losses[i]!));
    }
    await engine.dispose();
    console.log(`largest difference ${largest.toExponential(1)}`);
    expect(largest).toBeLessThan(1e-5);
  });
});

function rowsOf({ dims, data }: ParameterTensor, positions: BigInt64Array | null): Float32Array {
  if (positions === null) return data;
  const width = dims.at(-1)!;
  return Float32Array.from({ length: positions.length * width }, (_, i) => {
    return data[Number(positions[Math.floor(i / width)]) * width + (i % width)]!;
  });
}
