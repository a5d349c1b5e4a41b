import { describe, expect, it } from 'vitest';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { LossTerm } from '../../../../src/core/batches/losses.js';
import { methodSpecSchema } from '../../../../src/core/runs/schema.js';
import { selectTrained } from '../../../../src/core/train/engine/trainedParameters.js';
import { verifyGraphs } from '../../../../src/core/train/verification/verifyGraphs.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { importExport, readReference } from '../../../support/importedFixtures.js';

const CLASSIFIER = ['bert-classification', 'script-14'] as const;
const LORA = {
  ...{ kind: 'lora', freeze: { embeddings: true, layers: 0, patterns: [] } },
  lora: { rank: 2, alpha: 8, targets: [], keepAdapter: false },
};
const METHODS = [{}, { kind: 'bias-only' }, LORA].map((method) => methodSpecSchema.parse(method));

/** Targets of each kind for the texts of a batch with three labels. */
const LOSSES: readonly [LossTerm, Partial<TrainingBatch>][] = [
  [
    {
      ...{ name: 'a', kind: 'crossEntropy', weight: 0.5, labelSmoothing: 0.1 },
      classWeights: [1, 2, 0.5],
    },
    { weights: Float32Array.of(1, 2, 0.5) },
  ],
  [of('klDivergence'), { values: Float32Array.of(0.2, 0.3, 0.5, 1, 0, 0, 0.1, 0.8, 0.1) }],
  [of('binaryCrossEntropy'), { values: Float32Array.of(0, 1, 1, 1, 0, 0, 0, 0, 1) }],
  [
    of('meanSquaredError'),
    {
      values: Float32Array.of(4, -1, 2, 0.5, 0, 3, 1, 1, 9),
      exampleWeights: Float32Array.of(1, 0, 3),
    },
  ],
];

function of(kind: LossTerm['kind']): LossTerm {
  return { name: kind, kind, weight: 1, labelSmoothing: 0, classWeights: null };
}

async function verify(
  [loss, targets]: (typeof LOSSES)[number],
  { method = METHODS[0]!, factor = 1 }: { method?: (typeof METHODS)[number]; factor?: number },
) {
  const { model, parameters } = await importExport(...CLASSIFIER);
  const reference = readReference(CLASSIFIER[0]);
  const [first] = reference.batches;
  const tokenTypeIds = model.hasTokenTypes ? first!.tokenTypeIds : null;
  const batch = { ...first!, tokenTypeIds, ...targets };
  const plan = {
    ...{ model, losses: [loss] as const, trained: selectTrained(model, method) },
    ...{ dropout: false, recompute: false },
  };
  const logits = reference.logits.data.map((x, i) => (i === 0 ? factor * x : x));
  const run = { plan, batch, parameters, runtime: createOnnxRuntime() };
  return verifyGraphs(run, { logits, tolerance: 1e-5 });
}

describe('graphs of a run on an export', () => {
  it.each(LOSSES)('have its logits and the loss that follows ($kind)', async (...loss) => {
    expect(await verify(loss, {})).toBeNull();
    expect(await verify(loss, { factor: 1.001 })).toMatchObject({ pass: 'specialize' });
  });

  it.each(METHODS)('have them whatever is trained ($kind)', async (method) => {
    expect(await verify(LOSSES[0]!, { method })).toBeNull();
  });
});
