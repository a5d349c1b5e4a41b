import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import type { EvaluationSums } from '../../src/core/batches/evaluationSums.js';
import { expectedLabels } from '../../src/core/evaluation/expectedLabels.js';
import type { RunSpec } from '../../src/core/runs/schema.js';
import { readEvaluation } from '../../src/node/runs/evaluationFile.js';
import { LiveEvaluation } from '../../src/trainer/liveEvaluation.js';
import { specOf } from '../support/syntheticRuns.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-live-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const task = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false },
  ...{ labelSmoothing: 0, classWeights: null, loss: 'cross-entropy' },
} as unknown as RunSpec['task'];

it('a run that trains reports on each evaluation from its own batches alone', async () => {
  const live = LiveEvaluation.of({ ...specOf('a'), task }, folder)!;
  const batch = {
    ...{ labels: BigInt64Array.of(0n, 1n, 1n), values: null },
    weights: Float32Array.of(1, 1, 0),
  } as unknown as TrainingBatch;
  const sums = { logits: Float32Array.of(2, 0, 1, 0, 0, 5) } as unknown as EvaluationSums;
  for (const step of [0, 5]) {
    live.add(batch, sums);
    const row = { epoch: 0, time: 1, split: 'heldOut', loss: 0.5, accuracy: 0.5 } as const;
    live.finish({ ...row, step });
    const evaluation = await readEvaluation(folder);
    expect(evaluation).toMatchObject({ version: 1, step });
    const [report] = evaluation!.reports;
    expect(report).toMatchObject({ split: 'heldOut', examples: 2 });
    expect(report!.metrics).toEqual({ loss: 0.5, accuracy: 0.5 });
    expect(report!.labels!.confusion).toEqual([
      [1, 0],
      [1, 0],
    ]);
  }
});

it('a run on running text reports nothing', () => {
  expect(LiveEvaluation.of(specOf('a'), folder)).toBeNull();
});

it('labels of a row are its own, of several those it has, of shares the largest', () => {
  const outputs = { labels: ['a', 'b'], multiLabel: false };
  const values = Float32Array.of(1, 1, 0.2, 0.8);
  expect(expectedLabels({ labels: BigInt64Array.of(1n), values: null }, 0, outputs)).toEqual(['b']);
  const several = { ...outputs, multiLabel: true };
  expect(expectedLabels({ labels: new BigInt64Array(), values }, 0, several)).toEqual(['a', 'b']);
  expect(expectedLabels({ labels: new BigInt64Array(), values }, 1, outputs)).toEqual(['b']);
});
