import { describe, expect, it } from 'vitest';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import type { ParameterTensor } from '../../src/core/models/model.js';
import type { WantedExportHead } from '../../src/core/models/import/attachHead.js';
import { HEADS, importExport, readHeadReference } from '../support/importedFixtures.js';
import { forward, lossAndGradients } from '../support/modelGradients.js';

const CLASSIFIER: WantedExportHead = {
  ...{ kind: 'sequence', rows: [null, null, null], seed: 0, newHead: 'random' },
};

function distance(actual: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0];
  expected.forEach((x, i) => {
    difference += (actual[i]! - x) ** 2;
    size += x ** 2;
  });
  return Math.sqrt(size) < 1e-6 ? 0 : Math.sqrt(difference / size);
}

describe('new heads of masked language models that were exported', () => {
  it.each(HEADS)('are the classifiers of the transformers library (%s)', async (family) => {
    const { weights, logits: expected, loss, gradients, batches } = readHeadReference(family);
    const imported = await importExport(family, 'script-17-unfolded', { head: CLASSIFIER });
    const { model, attached } = imported;
    expect(model.heads).toMatchObject([{ kind: 'sequence', outputSize: 3 }]);
    expect(model.heads[0].parameters).toEqual(attached!.created);

    const names = model.parameters.map(({ name }) => name);
    expect(names.filter((name) => !weights.has(name))).toEqual([]);
    const parameters = new Map<string, ParameterTensor>(
      model.parameters.map(({ name }) => [name, weights.get(name)!]),
    );
    const [batch] = batches;
    const { logits } = await forward(model, parameters, batch!);
    expect(distance(logits, expected.data)).toBeLessThan(1e-5);
    const found = await lossAndGradients(model, parameters, batch!);
    expect(Math.abs(found.loss - loss)).toBeLessThan(2e-6);
    for (const [name, gradient] of found.gradients) {
      // torch leaves out the row of padding, which reaches tokens through convolutions.
      const isSeen = ['convbert', 'mobilebert'].includes(family);
      if (isSeen && name.includes('word_embeddings')) continue;
      expect(distance(gradient, gradients.get(name)!.data), name).toBeLessThan(1e-5);
    }
    const untrained = [...gradients.keys()].filter((name) => !found.gradients.has(name));
    expect(untrained).toEqual([]);
  });

  const OTHERS = ['bert', 'eurobert', 'mobilebert', 'modernbert', 'xlm'];
  it.each(OTHERS)('are the same in the files of another exporter (%s)', async (family) => {
    const { weights, batches } = readHeadReference(family);
    const [batch] = batches as [TrainingBatch];
    const [one, other] = await Promise.all(
      ['script-14', 'dynamo-18'].map(async (name) => {
        const { model, parameters, attached } = await importExport(family, name, {
          head: CLASSIFIER,
        });
        const values = new Map(
          [...parameters].map(([at, value]) =>
            attached!.created.includes(at) ? [at, weights.get(at)!] : [at, value],
          ),
        );
        return (await forward(model, values, batch)).logits;
      }),
    );
    expect(distance(one!, other!)).toBeLessThan(1e-5);
  });
});
