import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../../src/core/models/createModel.js';
import { createModel, parseModelConfig } from '../../../src/core/models/createModel.js';
import { labelsOf } from '../../../src/core/models/labels.js';
import type { ParameterTensor } from '../../../src/core/models/model.js';
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

describe('built models against the transformers library', () => {
  it.each(Object.entries(MODELS))('%s: logits, loss and gradients', async (folder, name) => {
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
    const [first] = reference.batches;
    // Some were run without types though their tables have two.
    const batch = exported.hasTokenTypes ? first! : { ...first!, tokenTypeIds: null };
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
      // The library's own are not numbers where a window holds nothing but padding.
      if (folder === 'modernbert' && wanted.some(Number.isNaN)) continue;
      compared++;
      // True gradients of 0, as those of key biases, and what rounding leaves of them.
      if (length(wanted) < 1e-6) continue;
      const distance = length(gradient.map((value, i) => value - wanted[i]!)) / length(wanted);
      expect(distance, parameter).toBeLessThan(5e-6);
      worst = Math.max(worst, distance);
    }
    expect(compared).toBe(folder === 'modernbert' ? 1 : names.length);
    console.log(
      `logits ${difference.toExponential(1)}, worst gradient: relative L2 ${worst.toExponential(1)}`,
    );
  });
});

function rowsOf({ dims, data }: ParameterTensor, positions: BigInt64Array | null): Float32Array {
  if (positions === null) return data;
  const width = dims.at(-1)!;
  return Float32Array.from({ length: positions.length * width }, (_, i) => {
    return data[Number(positions[Math.floor(i / width)]) * width + (i % width)]!;
  });
}
