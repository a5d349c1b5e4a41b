import path from 'node:path';
import { expect, it, vi } from 'vitest';
import type { RunEstimate, EstimateRequest } from '../../../src/core/runs/runEstimate.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import type { RunState } from '../../../src/core/runs/schema.js';
import { createRun, planRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { readRun } from '../../../src/node/runs/runReader.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const TEXT = Array.from(
  { length: 200 },
  (_, day) => `The sea of day ${day} was calm and wide.`,
).join('\n\n');
const folder = useScratchFolder();

it.each<[RunOptions, EstimateRequest['memoryBytes']]>([
  [{ batchSize: 'auto' }, 'auto'],
  [{ batchSize: 'auto', memory: '2GB' }, 2e9],
  [{ memory: '500MB' }, 5e8],
])('%o leaves it to the trainer how much memory %s is', async (options, memoryBytes) => {
  folder.write('a.txt', TEXT);
  await writeTinyModel(path.join(folder.path, 'tiny'), TEXT);
  const estimate = vi.fn(({ spec }: EstimateRequest) =>
    Promise.resolve({
      ...{ batchSize: 4, accumulation: 2, recompute: false, memoryBytes: 1 },
      disk: { training: 3, finished: 1 },
      ...{
        totalSteps: spec.training.epochs,
        seconds: 1,
        parameterCount: 1,
        trainedCount: 1,
        notes: [],
      },
      learningRate: null,
    } satisfies RunEstimate),
  );
  const request = await inspectRun({
    runsFolder: path.join(folder.path, 'runs'),
    workspaceFolder: folder.path,
    paths: ['a.txt'],
    modelFolder: path.join(folder.path, 'tiny'),
    options,
  });
  const { spec } = await planRun({ ...request, estimate });
  expect(estimate).toHaveBeenCalledWith(expect.objectContaining({ memoryBytes }));
  expect(spec.training).toMatchObject({ batchSize: 4, accumulation: 2 });
});

it('keeps the estimated time beside the run, not in its spec', async () => {
  folder.write('a.txt', TEXT);
  await writeTinyModel(path.join(folder.path, 'tiny'), TEXT);
  const request = await inspectRun({
    runsFolder: path.join(folder.path, 'runs'),
    workspaceFolder: folder.path,
    paths: ['a.txt'],
    modelFolder: path.join(folder.path, 'tiny'),
  });
  const stateOf = async (changes: { estimatedSeconds?: number }): Promise<RunState> => {
    const { directory, spec } = await createRun({ ...request, ...changes });
    expect(spec).not.toHaveProperty('estimatedSeconds');
    return (await readRun(directory)).state!;
  };
  expect(await stateOf({ estimatedSeconds: 90 })).toHaveProperty('estimatedSeconds', 90);
  expect(await stateOf({})).not.toHaveProperty('estimatedSeconds');
});

it('stops a regression early by its loss, and refuses metrics of other tasks', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `the film of day ${i},${i / 7}`);
  folder.write('a.csv', `text,label\n${rows.join('\n')}\n`);
  await writeTinyModel(path.join(folder.path, 'tiny'), TEXT);
  const planWith = async (earlyStopping: string): ReturnType<typeof planRun> =>
    planRun(
      await inspectRun({
        runsFolder: path.join(folder.path, 'runs'),
        workspaceFolder: folder.path,
        paths: ['a.csv'],
        modelFolder: path.join(folder.path, 'tiny'),
        options: { task: 'regression', earlyStopping },
      }),
    );
  const { spec } = await planWith('loss:3');
  expect(spec.training.earlyStopping).toMatchObject({ metric: 'loss', patience: 3 });
  await expect(planWith('accuracy:3')).rejects.toMatchObject({
    data: { details: { problem: { id: 'training.unknownMetric' } } },
  });
});

it('masks texts with labels only if asked to, and refuses masked fine-tuning without labels', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `the film of day ${i},${i % 2 === 0 ? 'good' : 'bad'}`,
  );
  folder.write('a.csv', `text,label\n${rows.join('\n')}\n`);
  folder.write('a.txt', TEXT);
  await writeTinyModel(path.join(folder.path, 'tiny'), TEXT);
  const planWith = async (
    paths: readonly string[],
    options: RunOptions,
  ): ReturnType<typeof planRun> =>
    planRun(
      await inspectRun({
        runsFolder: path.join(folder.path, 'runs'),
        workspaceFolder: folder.path,
        paths,
        modelFolder: path.join(folder.path, 'tiny'),
        options,
      }),
    );
  const plain = (await planWith(['a.csv'], { maskingRate: 0.3 })).spec;
  expect(plain.masking).toBeNull();
  expect(plain.training.maskedExamples).toBe(0);
  const masked = await planWith(['a.csv'], { masking: 'opinion-words', maskedExamples: 0.5 });
  expect(masked.spec.masking).toMatchObject({ rules: [{ lexicon: 'builtin:opinion-en' }] });
  expect(masked.spec.training.maskedExamples).toBe(0.5);
  const text = (await planWith(['a.txt'], { maskingRate: 0.3 })).spec;
  expect(text.masking).toMatchObject({ rate: 0.3, schedule: null });
  await expect(planWith(['a.txt'], { maskedExamples: 0.5 })).rejects.toMatchObject({
    data: { code: 'UserInput', details: { problem: { id: 'runs.maskedExamplesWithoutLabels' } } },
  });
  await expect(planWith(['a.csv'], { maskedExamples: 1.5 })).rejects.toMatchObject({
    data: { code: 'UserInput', details: { problem: { id: 'runs.optionOutOfRange' } } },
  });
});
