import { describe, expect, it } from 'vitest';
import type { ExportedRun } from '../../../src/core/openFormats/exportedRun.js';
import { mlflowBatches, MLFLOW_LIMITS } from '../../../src/core/openFormats/mlflowBatches.js';
import { cutToBytes, mlflowDigest, mlflowRun } from '../../../src/core/openFormats/mlflowRun.js';

const RUN: ExportedRun = {
  ...{ id: 'calm-river', name: 'calm river', experiment: 'words', group: 'g1', seed: 3 },
  ...{ study: null, status: 'finished', startedAt: 1_000_000 },
  parameters: { 'optimizer.learningRate': 1e-3, task: 'masked-lm' },
  rows: [
    { step: 1, epoch: 0.5, time: 1.5, split: 'train', loss: 2.5, learningRate: 1e-3 },
    { step: 2, epoch: 1, time: 3, split: 'heldOut', loss: 1.25 },
  ],
};

describe('a run for MLflow', () => {
  it('has times in milliseconds, the seed among its parameters, and its identity in tags', () => {
    const run = mlflowRun(RUN);
    expect(run).toMatchObject({ status: 'FINISHED', startTime: 1_000_000, endTime: 1_003_000 });
    expect(run.metrics).toEqual([
      { key: 'train_loss', value: 2.5, timestamp: 1_001_500, step: 1 },
      { key: 'train_learningRate', value: 1e-3, timestamp: 1_001_500, step: 1 },
      { key: 'heldOut_loss', value: 1.25, timestamp: 1_003_000, step: 2 },
    ]);
    expect(run.params).toContainEqual({ key: 'seed', value: '3' });
    expect(run.tags).toContainEqual({ key: 'masklab.group', value: 'g1' });
  });

  it.each([
    ['queued', 'SCHEDULED', null],
    ['running', 'RUNNING', null],
    ['paused', 'RUNNING', null],
    ['stopped', 'KILLED', 1_003_000],
    ['crashed', 'FAILED', 1_003_000],
  ] as const)('that is %s is %s', (status, expected, endTime) => {
    expect(mlflowRun({ ...RUN, status })).toMatchObject({ status: expected, endTime });
  });

  it('leaves out values that are not finite and names them in a tag', () => {
    const rows = [NaN, Infinity, NaN].map((loss, i) => ({
      ...({ step: i + 1, epoch: 1, time: 1, split: 'train', loss } as const),
    }));
    const run = mlflowRun({ ...RUN, rows: [...rows, ...RUN.rows] });
    expect(run.notFinite).toBe(3);
    expect(run.metrics.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(run.tags).toContainEqual({
      key: 'masklab.notFinite',
      value: 'train_loss: NaN at step 1, 2 more',
    });
  });

  it('gives different parameters different names', () => {
    const parameters = { 'a:b': 1, 'a/b': 2, a_b: 3, '..': 4, ['x'.repeat(400)]: 5 };
    const names = mlflowRun({ ...RUN, parameters }).params.map(({ key }) => key);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(?!\.)[\w .-]{1,250}$/);
  });

  it('cuts long values at whole characters', () => {
    const parameters = { words: '漢'.repeat(5000) };
    const value = mlflowRun({ ...RUN, parameters }).params[0]!.value;
    expect(value).toBe('漢'.repeat(166));
    expect(cutToBytes('a😀b', 4)).toBe('a');
    expect(cutToBytes('a😀b', 5)).toBe('a😀');
  });

  it('has a digest that depends on what is sent', () => {
    expect(mlflowDigest(mlflowRun(RUN))).toBe(mlflowDigest(mlflowRun({ ...RUN })));
    expect(mlflowDigest(mlflowRun(RUN))).not.toBe(mlflowDigest(mlflowRun({ ...RUN, seed: 4 })));
  });
});

describe('requests of a run', () => {
  it('keep to the limits and leave nothing out', () => {
    const run = mlflowRun({
      ...RUN,
      parameters: Object.fromEntries(
        Array.from({ length: 250 }, (_, i) => [`p${i}`, '"\u0001漢'.repeat(700)]),
      ),
      rows: Array.from({ length: 2500 }, (_, i) => ({
        ...({ step: i, epoch: 1, time: i, split: 'train', loss: i } as const),
      })),
    });
    const batches = mlflowBatches(run);
    for (const batch of batches) {
      expect(batch.metrics.length).toBeLessThanOrEqual(MLFLOW_LIMITS.metrics);
      expect(batch.params.length).toBeLessThanOrEqual(MLFLOW_LIMITS.params);
      const body = JSON.stringify({ run_id: 'r'.repeat(256), ...batch });
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MLFLOW_LIMITS.bytes);
    }
    expect(batches.flatMap(({ params }) => params)).toEqual(run.params);
    expect(batches.flatMap(({ metrics }) => metrics)).toEqual(run.metrics);
  });
});
