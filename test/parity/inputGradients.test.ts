import { describe, expect, it } from 'vitest';
import type { ParameterTensor } from '../../src/core/models/model.js';
import { InputGradients } from '../../src/core/models/inputGradients.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { HEADS, importExport, readHeadReference } from '../support/importedFixtures.js';

/** Tables that torch reads a second time, or whose row of padding it leaves out. */
const OTHERWISE_READ = ['convbert', 'mobilebert'];

describe('input gradients of imported models', () => {
  it.each(HEADS.filter((family) => !OTHERWISE_READ.includes(family)))(
    'add up to the gradient of the embeddings in the transformers library (%s)',
    async (family) => {
      const { weights, logits, gradients: expected, batches } = readHeadReference(family);
      const { model } = await importExport(family, 'script-17-unfolded', {
        head: { kind: 'sequence', rows: [null, null, null], seed: 0, newHead: 'random' },
      });
      const parameters = new Map<string, ParameterTensor>(
        model.parameters.map(({ name }) => [name, weights.get(name)!]),
      );
      const gradients = await InputGradients.of({
        ...{ model, parameters, threads: 1 },
        runtime: createOnnxRuntime(),
      });
      const [batch] = batches;
      const { batchSize, inputIds, labels } = batch!;

      // d mean cross entropy / d logits = (softmax − one-hot) / batch
      const cotangent = new Float32Array(logits.data.length);
      for (let row = 0; row < batchSize; row++) {
        const values = logits.data.subarray(row * 3, row * 3 + 3);
        const sum = values.reduce((all, value) => all + Math.exp(value), 0);
        values.forEach((value, label) => {
          const target = BigInt(label) === labels[row] ? 1 : 0;
          cotangent[row * 3 + label] = (Math.exp(value) / sum - target) / batchSize;
        });
      }
      const tokenTypeIds = model.hasTokenTypes ? batch!.tokenTypeIds : null;
      const found = await gradients.gradientsOf({ ...batch!, tokenTypeIds }, cotangent);

      const { width } = gradients;
      const tables = [...expected].filter(([, { dims }]) => dims[0] === model.vocabularySize);
      expect(tables).toHaveLength(1);
      const table = tables[0]![1];
      const sums = new Float32Array(table.data.length);
      inputIds.forEach((id, token) => {
        for (let j = 0; j < width; j++) {
          sums[Number(id) * width + j]! += found.gradients[token * width + j]!;
        }
      });
      let [difference, size] = [0, 0];
      table.data.forEach((value, i) => {
        difference += (sums[i]! - value) ** 2;
        size += value ** 2;
      });
      expect(size).toBeGreaterThan(0);
      expect(Math.sqrt(difference / size)).toBeLessThan(1e-5);
      await gradients.release();
    },
  );
});
