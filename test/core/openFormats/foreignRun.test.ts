import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDvcliveTable } from '../../../src/core/openFormats/dvcliveReader.js';
import { metricsRowsOf, readMetricName } from '../../../src/core/openFormats/foreignRun.js';
import { eventFileName, tensorboardEvents } from '../../../src/core/openFormats/tensorboard.js';
import { readTensorboardEvents } from '../../../src/core/openFormats/tensorboardReader.js';
import { readTrainerState } from '../../../src/core/openFormats/trainerState.js';

const FIXTURE = path.join(
  import.meta.dirname,
  '../../fixtures/foreign/events.out.tfevents.1700000000.tensorboardX',
);

describe('names of metrics', () => {
  it.each([
    ['loss', 'train loss'],
    ['eval_loss', 'heldOut loss'],
    ['eval/accuracy', 'heldOut accuracy'],
    ['train/learning_rate', 'train learningRate'],
    ['grad_norm', 'train gradientNorm'],
    ['loss/train', 'train loss'],
    ['Loss/val', 'heldOut loss'],
    ['maskedAccuracy/heldOut', 'heldOut maskedAccuracy'],
    ['test_f1', 'test macroF1'],
    ['eval_f1_micro', 'heldOut microF1'],
    ['eval/mcc', 'heldOut matthewsCorrelation'],
    ['eval_r2', 'heldOut rSquared'],
    ['eval_runtime', null],
    ['constructor', null],
    ['train', null],
  ])('%s is %s', (name, expected) => {
    const found = readMetricName(name);
    expect(found === null ? null : `${found.split} ${found.metric}`).toBe(expected);
  });
});

describe('trainer_state.json', () => {
  const state = {
    best_metric: null,
    epoch: 2.0,
    global_step: 20,
    log_history: [
      { epoch: 1.0, grad_norm: 2.5, learning_rate: 2e-5, loss: 3.25, step: 10 },
      { epoch: 1.0, eval_accuracy: 0.5, eval_loss: 3.0, eval_runtime: 1.5, step: 10 },
      { epoch: 2.0, grad_norm: 1.5, learning_rate: 0, loss: 2.75, step: 20 },
      { epoch: 2.0, eval_accuracy: 0.625, eval_loss: 2.5, eval_runtime: 1.5, step: 20 },
      { epoch: 2.0, step: 20, total_flos: 1e12, train_loss: 3.0, train_runtime: 40 },
    ],
    max_steps: 20,
    num_train_epochs: 2,
    train_batch_size: 8,
  };

  it('has training and held-out values at each step, and times from the whole runtime', () => {
    const run = readTrainerState(state)!;
    expect(metricsRowsOf(run.points, { isMaskedLm: true })).toEqual([
      ...[
        {
          step: 10,
          epoch: 1,
          time: 20,
          split: 'train',
          loss: 3.25,
          learningRate: 2e-5,
          gradientNorm: 2.5,
        },
        {
          step: 10,
          epoch: 1,
          time: 20,
          split: 'heldOut',
          loss: 3,
          perplexity: Math.exp(3),
          maskedAccuracy: 0.5,
        },
        {
          step: 20,
          epoch: 2,
          time: 40,
          split: 'train',
          loss: 2.75,
          learningRate: 0,
          gradientNorm: 1.5,
        },
        {
          step: 20,
          epoch: 2,
          time: 40,
          split: 'heldOut',
          loss: 2.5,
          perplexity: Math.exp(2.5),
          maskedAccuracy: 0.625,
        },
      ],
    ]);
    expect(run.parameters).toEqual({ 'training.epochs': 2, 'training.batchSize': 8 });
    const [, heldOut] = metricsRowsOf(run.points, { isMaskedLm: false });
    expect(heldOut).toMatchObject({ accuracy: 0.5 });
  });

  it('is refused or shortened where it is damaged', () => {
    expect(readTrainerState({ log_history: 'none' })).toBeNull();
    expect(readTrainerState(null)).toBeNull();
    const odd = {
      log_history: [
        { step: -1, loss: 1 },
        { step: 1.5, loss: 1 },
        { step: 3, loss: null },
      ],
    };
    expect(metricsRowsOf(readTrainerState(odd)!.points, { isMaskedLm: true })).toEqual([]);
  });
});

describe('TensorBoard event files', () => {
  const file = fs.readFileSync(FIXTURE);

  it('of tensorboardX have all scalars with their steps and times', () => {
    const rows = metricsRowsOf(readTensorboardEvents(file), { isMaskedLm: false });
    const losses = (split: string): number[][] =>
      rows.filter((row) => row.split === split).map(({ step, loss, time }) => [step, loss, time]);
    expect(losses('train').map(([step, loss]) => [step, loss])).toEqual([
      ...[
        [0, 3],
        [1, 2.75],
        [2, 2.5],
        [3, 2.25],
        [4, 2],
        [5, 1.75],
      ],
    ]);
    expect(losses('heldOut').map(([step, loss]) => [step, loss])).toEqual([
      [0, 3.5],
      [2, 3],
      [4, 2.5],
    ]);
    const times = losses('train').map(([, , time]) => time!);
    expect(times[5]! - times[0]!).toBeCloseTo(10, 6);
    expect(rows[0]!.learningRate).toBeCloseTo(1e-3, 9);
  });

  it('of our own export come back as they were', () => {
    const rows = [
      { step: 1, epoch: 0.5, time: 2, split: 'train', loss: 2.5, gradientNorm: 0.5 },
      { step: 2, epoch: 1, time: 4, split: 'heldOut', loss: 2.25, accuracy: 0.75 },
    ] as const;
    const exported = {
      ...({
        id: 'a',
        name: 'a',
        experiment: 'a',
        group: 'a',
        seed: 0,
        study: null,
        status: 'finished',
      } as const),
      ...{ startedAt: 1_700_000_000_000, parameters: {}, rows },
    };
    const read = metricsRowsOf(readTensorboardEvents(tensorboardEvents(exported)), {
      isMaskedLm: false,
    });
    expect(eventFileName(exported)).toMatch(/^events/);
    // Events have neither epochs nor the start of the run.
    expect(read).toEqual(rows.map((row) => ({ ...row, epoch: 0, time: row.time - 2 })));
  });

  it('end at the first torn or damaged frame, and never throw', () => {
    const whole = readTensorboardEvents(file);
    expect(readTensorboardEvents(file.subarray(0, file.length - 5)).length).toBeLessThanOrEqual(
      whole.length,
    );
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Uint8Array.from(file);
        damaged[at] = byte;
        const read = readTensorboardEvents(damaged);
        expect(whole.slice(0, read.length)).toEqual(read);
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(readTensorboardEvents(new Uint8Array(64))).toEqual([]);
  });
});

describe('DVCLive tables', () => {
  it('have the name of their file, and times if they have timestamps', () => {
    expect(readDvcliveTable('step\tloss\n0\t3.5\n1\t3.25\n', 'train/loss')).toEqual([
      { step: 0, name: 'train/loss', value: 3.5 },
      { step: 1, name: 'train/loss', value: 3.25 },
    ]);
    expect(
      readDvcliveTable('timestamp\tstep\tloss\r\n1000\t0\t3\r\n3000\t1\t2\r\n', 'eval/loss'),
    ).toEqual([
      { step: 0, name: 'eval/loss', value: 3, time: 0 },
      { step: 1, name: 'eval/loss', value: 2, time: 2 },
    ]);
  });

  it('lose rows that are torn or no numbers, and nothing else', () => {
    expect(readDvcliveTable('step\tloss\n0\t3\nx\t2\n1\t\n2\tnan\n3\t1\n4', 'loss')).toEqual([
      { step: 0, name: 'loss', value: 3 },
      { step: 3, name: 'loss', value: 1 },
    ]);
    expect(readDvcliveTable('a\tb\n1\t2', 'loss')).toEqual([]);
    expect(readDvcliveTable('', 'loss')).toEqual([]);
  });
});
