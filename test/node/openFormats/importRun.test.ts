import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importRun } from '../../../src/node/openFormats/importRun.js';
import { readMetrics } from '../../../src/node/runs/readMetrics.js';
import { isLive } from '../../../src/core/runs/status.js';
import { listRuns, readRun } from '../../../src/node/runs/runReader.js';

let folder: string;
let runsFolder: string;
/** Time of the files that a test writes: those of a run that has ended long ago, by default. */
let writtenAt: Date;
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
beforeEach(() => {
  writtenAt = minutesAgo(600);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-import-'));
  runsFolder = path.join(folder, '.masklab/runs');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  fs.utimesSync(file, writtenAt, writtenAt);
}

function stateTo(step: number): string {
  const history = Array.from({ length: step }, (_, i) => [
    { step: i + 1, epoch: (i + 1) / 10, loss: 4 - i * 0.1, learning_rate: 1e-4 },
    { step: i + 1, epoch: (i + 1) / 10, eval_loss: 4.5 - i * 0.1, eval_accuracy: 0.25 },
  ]);
  return JSON.stringify({ log_history: history.flat(), max_steps: 20, num_train_epochs: 2 });
}

describe('a run that another tool may still write', () => {
  const dvclive = async (at: Date): Promise<string> => {
    writtenAt = at;
    write('live/metrics.json', '{}');
    write('live/plots/metrics/eval/loss.tsv', 'step\tloss\n0\t3\n10\t2\n');
    return importRun(path.join(folder, 'live'), { runsFolder });
  };

  it('is running until its files have not changed for ten minutes, and belongs to nobody here', async () => {
    const directory = await dvclive(minutesAgo(9));
    const { status, problem } = await readRun(directory);
    expect({ status, problem }).toEqual({ status: 'runningElsewhere', problem: null });
    expect(isLive(status)).toBe(false);
    await dvclive(minutesAgo(11));
    expect((await readRun(directory)).status).toBe('finished');
  });

  it('takes files from the future for as recent as those of the past', async () => {
    const directory = await dvclive(minutesAgo(-5));
    expect((await readRun(directory)).status).toBe('runningElsewhere');
    await dvclive(minutesAgo(-60));
    expect((await readRun(directory)).status).toBe('finished');
  });

  it('has ended if its files say so, however new they are', async () => {
    writtenAt = new Date();
    write('out/trainer_state.json', stateTo(19));
    const directory = await importRun(path.join(folder, 'out'), { runsFolder });
    expect((await readRun(directory)).status).toBe('runningElsewhere');
    write('out/trainer_state.json', stateTo(20));
    await importRun(path.join(folder, 'out'), { runsFolder });
    expect((await readRun(directory)).status).toBe('finished');
  });
});

describe('importing a run', () => {
  it('shows an output_dir of run_mlm.py beside our runs, and brings it up to date', async () => {
    write('out/checkpoint-5/trainer_state.json', stateTo(5));
    write('out/checkpoint-10/trainer_state.json', stateTo(10));
    write(
      'out/config.json',
      '{ "architectures": ["BertForMaskedLM"], "_name_or_path": "bert-base-uncased" }',
    );
    const source = path.join(folder, 'out');
    const directory = await importRun(source, { runsFolder });
    const run = await readRun(directory);
    expect(run).toMatchObject({
      ...{ name: 'out', status: 'finished', problem: null, hasModel: false },
      facts: {
        task: 'masked-lm',
        modelName: 'bert-base-uncased',
        imported: 'Hugging Face Trainer',
        learningRate: 1e-4,
      },
      state: { step: 10, totalSteps: 20, best: { metric: 'loss', step: 10 } },
    });
    expect(run.state!.latest!['perplexity']).toBeCloseTo(Math.exp(3.6), 9);
    expect(await readMetrics(directory)).toHaveLength(20);

    write('out/trainer_state.json', stateTo(20));
    fs.writeFileSync(path.join(directory, 'annotations.json'), '{ "version": 1, "name": "Rival" }');
    expect(await importRun(source, { runsFolder })).toBe(directory);
    expect(await listRuns(runsFolder)).toMatchObject([{ name: 'Rival', state: { step: 20 } }]);
    expect(fs.readdirSync(source).sort()).toEqual(
      ['checkpoint-10', 'checkpoint-5', 'config.json', 'trainer_state.json'].sort(),
    );
  });

  it('reads TensorBoard and DVCLive folders', async () => {
    const events = path.join(
      import.meta.dirname,
      '../../fixtures/foreign/events.out.tfevents.1700000000.tensorboardX',
    );
    write('board/run/events.out.tfevents.1.host', fs.readFileSync(events));
    const board = await readRun(await importRun(path.join(folder, 'board'), { runsFolder }));
    expect(board.state).toMatchObject({ step: 5, latest: { loss: 2.5 } });

    write('live/metrics.json', '{ "train": { "loss": 2 }, "step": 1 }');
    write('live/plots/metrics/train/loss.tsv', 'step\tloss\n0\t3\n1\t2\n');
    write('live/plots/metrics/eval/loss.tsv', 'step\tloss\n1\t2.5\n');
    write('live/config.json', '{ "architectures": ["BertForSequenceClassification"] }');
    const live = await readRun(await importRun(path.join(folder, 'live'), { runsFolder }));
    expect(live).toMatchObject({
      facts: { task: 'classification', imported: 'DVCLive' },
      state: { step: 1, latest: { loss: 2.5 } },
    });
    expect(live.facts!.group).not.toBe(board.facts!.group);
  });

  it('refuses folders without a run, without a loss and with damaged files, and leaves nothing', async () => {
    write('empty/notes.txt', 'nothing');
    write('damaged/trainer_state.json', '{ "log_history": [');
    write('lossless/trainer_state.json', '{ "log_history": [{ "step": 1, "eval_runtime": 2 }] }');
    for (const [name, id] of [
      ['empty', 'runs.nothingToImport'],
      ['damaged', 'runs.nothingToImport'],
      ['missing', 'runs.nothingToImport'],
      ['lossless', 'runs.noMetricsToImport'],
    ] as const) {
      await expect(importRun(path.join(folder, name), { runsFolder })).rejects.toMatchObject({
        data: { code: 'UserInput', details: { problem: { id } } },
      });
    }
    expect(fs.existsSync(runsFolder)).toBe(false);
  });

  it('follows no link out of the folder', async () => {
    write('secret/trainer_state.json', stateTo(3));
    fs.mkdirSync(path.join(folder, 'linked'));
    fs.symlinkSync(path.join(folder, 'secret'), path.join(folder, 'linked/checkpoint'));
    await expect(importRun(path.join(folder, 'linked'), { runsFolder })).rejects.toThrow();
  });

  it('reads NaN as Python writes it', async () => {
    write(
      'nan/trainer_state.json',
      '{ "log_history": [{ "step": 1, "loss": NaN }, { "step": 2, "loss": 1.5, "grad_norm": Infinity }] }',
    );
    const directory = await importRun(path.join(folder, 'nan'), { runsFolder });
    expect(await readMetrics(directory)).toMatchObject([{ step: 2, loss: 1.5 }]);
  });
});
