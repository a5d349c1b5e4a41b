import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import type { TrainingEngine } from '../../../src/core/train/engine/engine.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { NO_PROGRESS } from '../../../src/core/train/loop/progress.js';
import { writeCheckpointModel } from '../../../src/node/models/checkpointModel.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { writeCheckpoint } from '../../../src/node/runs/checkpoints.js';
import { readRunSpec } from '../../../src/node/runs/runSpecFile.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { TrainerRuns } from '../../process/trainerRuns.js';
import { testKernels } from '../../support/kernels.js';
import { writeTinyModel } from '../../support/tinyModel.js';

const TEXT = 'The whale swam in the sea. The captain saw the whale from the ship.\n';

let runs: TrainerRuns;
let root: string;
beforeEach(async () => {
  runs = new TrainerRuns();
  root = path.join(runs.folder, 'live');
  runs.write('text.txt', TEXT.repeat(40));
  await writeTinyModel(runs.model, TEXT);
});
afterEach(() => runs.dispose());

/** A run, and an engine of it. */
async function runWith(
  options: RunOptions,
): Promise<{ directory: string; engine: TrainingEngine }> {
  const { directory } = await runs.create(options, ['text.txt']);
  const spec = await readRunSpec(directory);
  const { model, parameters } = await readModelFolder(runs.model, { head: 'masked-lm' });
  const engine = await createTrainingEngine({
    ...{ model, parameters, losses: [lossOf(spec.task)], method: spec.method },
    ...{ optimizer: spec.optimizer, runtime: createOnnxRuntime(), kernels: await testKernels() },
    threads: 1,
  });
  return { directory, engine };
}

/** Changes everything that is trained, and writes a checkpoint of it. */
function checkpointAt(step: number, { directory, engine }: Awaited<ReturnType<typeof runWith>>) {
  const moved = new Map(
    [...engine.trainedParameters()].map(([name, { data }]) => [
      name,
      data.map((value, i) => value + 0.01 * ((i + step) % 7)),
    ]),
  );
  engine.restore({ parameters: moved, optimizer: engine.optimizerState() });
  const appended = { metrics: 0, samples: 0 };
  writeCheckpoint(directory, engine, { progress: { ...NO_PROGRESS, step }, appended });
}

const folders = (): string[] => fs.readdirSync(root).sort();

describe('the model at a checkpoint', () => {
  it.each([
    ['of a full fine-tuning', {}],
    ['of adapters, which are merged', { method: 'lora' }],
    ['of a run that trains biases alone', { method: 'bias-only' }],
  ] as const)('%s has the weights of the engine, bit for bit', async (_, options) => {
    const run = await runWith(options);
    expect(await writeCheckpointModel(run.directory, root)).toBeNull();
    checkpointAt(12, run);
    const folder = path.join(root, 'step-12');
    expect(await writeCheckpointModel(run.directory, root)).toEqual({ folder, step: 12 });
    const { parameters } = await readModelFolder(folder);
    const start = (await readModelFolder(runs.model)).parameters;
    for (const [name, { data }] of run.engine.modelParameters()) {
      expect(parameters.get(name)!.data, name).toEqual(data.slice());
    }
    expect([...parameters].some(([name, { data }]) => data[0] !== start.get(name)!.data[0])).toBe(
      true,
    );
    await run.engine.dispose();
  });

  it('is written once, and the newest two are kept', async () => {
    const run = await runWith({});
    for (const step of [90, 100, 110]) {
      checkpointAt(step, run);
      await writeCheckpointModel(run.directory, root);
    }
    expect(folders()).toEqual(['step-100', 'step-110']);
    const config = path.join(root, 'step-110/config.json');
    const { mtimeMs } = fs.statSync(config);
    await writeCheckpointModel(run.directory, root);
    expect(fs.statSync(config).mtimeMs).toBe(mtimeMs);
    await run.engine.dispose();
  });

  it('is that of the checkpoint before, if the newest is damaged or not whole', async () => {
    const run = await runWith({});
    checkpointAt(1, run);
    checkpointAt(2, run);
    const file = path.join(run.directory, 'checkpoints/step-000002/parameters.safetensors');
    fs.truncateSync(file, 100);
    fs.mkdirSync(path.join(run.directory, 'checkpoints/.step-000003.1-1-1.tmp'));
    expect((await writeCheckpointModel(run.directory, root))?.step).toBe(1);
    fs.rmSync(path.join(run.directory, 'checkpoints'), { recursive: true });
    expect(await writeCheckpointModel(run.directory, root)).toBeNull();
    expect(folders()).toEqual(['step-1']);
    await run.engine.dispose();
  });

  it('is refused if the model that the run started from has changed', async () => {
    const run = await runWith({});
    checkpointAt(1, run);
    await writeTinyModel(runs.model, TEXT, 2);
    await expect(writeCheckpointModel(run.directory, root)).rejects.toMatchObject({
      data: { code: 'Model' },
    });
    expect(fs.existsSync(root)).toBe(false);
    await run.engine.dispose();
  });

  it.skipIf(process.platform === 'win32')('is never read through a link', async () => {
    const run = await runWith({});
    checkpointAt(1, run);
    const checkpoints = path.join(run.directory, 'checkpoints');
    fs.renameSync(checkpoints, path.join(runs.folder, 'elsewhere'));
    fs.symlinkSync(path.join(runs.folder, 'elsewhere'), checkpoints);
    await expect(writeCheckpointModel(run.directory, root)).rejects.toMatchObject({
      data: { code: 'UserInput' },
    });
    await run.engine.dispose();
  });
});
