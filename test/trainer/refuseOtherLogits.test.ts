import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AppError } from '../../src/core/errors.js';
import { lossOf } from '../../src/core/objectives/objectives.js';
import { methodSpecSchema } from '../../src/core/runs/schema.js';
import { optimizerOf } from '../../src/core/specs/defaults.js';
import { createTrainingEngine } from '../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { refuseOtherLogits } from '../../src/trainer/refuseOtherLogits.js';
import { exportBytes, importExport, readReference } from '../support/importedFixtures.js';
import { testKernels } from '../support/kernels.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-logits-'));
  fs.mkdirSync(path.join(folder, 'onnx'));
  fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), exportBytes('bert', 'script-14'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

it('a run starts with the logits of its export, and one that is off by 0.1% is refused', async () => {
  const { model, parameters } = await importExport('bert', 'script-14');
  const runtime = createOnnxRuntime();
  const engine = await createTrainingEngine({
    ...{ model, parameters, runtime, threads: 1, kernels: await testKernels() },
    losses: [lossOf({ kind: 'masked-lm' })],
    method: methodSpecSchema.parse({}),
    optimizer: optimizerOf({}, { hiddenSize: 16, hasLabels: false }),
  });
  const [batch] = readReference('bert').batches;
  try {
    await refuseOtherLogits({ folder, batch: batch!, engine }, runtime);
    const wrong = {
      logits: async (): Promise<Float32Array> =>
        (await engine.logits(batch!)).map((x) => 1.001 * x),
    };
    const thrown = await refuseOtherLogits({ folder, batch: batch!, engine: wrong }, runtime).catch(
      (error: unknown) => error,
    );
    expect((thrown as AppError).data).toMatchObject({
      code: 'Model',
      details: { problem: { id: 'models.otherLogits' } },
    });
  } finally {
    await engine.dispose();
  }
});
