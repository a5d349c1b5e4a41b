import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sweep } from '../../src/core/experiments/sweep/sweep.js';
import { isPausedAtRung } from '../../src/core/runs/statusText.js';
import { lockRun } from '../../src/node/runs/runLock.js';
import { readRun } from '../../src/node/runs/runReader.js';
import { readSweep, runDirectoryIn } from '../../src/node/studies/studyFolder.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';
import { onlyFolderIn, startMasklab } from './studyFolders.js';
import { metricsOf } from './trainerRuns.js';

const WORDS = ['good', 'bad', 'film', 'book', 'anna', 'ben'];
const TEXT = Array.from({ length: 80 }, (_, i) =>
  Array.from({ length: 12 }, (_unused, at) => WORDS[(i * 7 + at * (i % 5) + at) % 6]!).join(' '),
).join('\n\n');

const UNCUT = {
  ...{ data: 'a.txt', model: 'tiny', epochs: 4, batchSize: 8 },
  ...{ heldOut: 0.2, test: 0.2, threads: 1 },
};
const RUN = { ...UNCUT, maxLength: 32 };

let folder: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-sweep-'));
  await writeTinyModel(path.join(folder, 'tiny'), WORDS.join(' '));
  fs.writeFileSync(path.join(folder, 'a.txt'), TEXT);
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function writeSweepFile(more: object = {}): void {
  const sweep = {
    name: 'Learning rate',
    run: RUN,
    parameters: { learningRate: { min: 1e-4, max: 1e-1, scale: 'log' } },
    trials: 4,
    halving: { rungs: 2, factor: 2 },
    repeats: { top: 1, seeds: 2 },
    ...more,
  };
  fs.writeFileSync(path.join(folder, 'rate.sweep.jsonc'), JSON.stringify(sweep));
}

const onlySweep = (): string => onlyFolderIn(path.join(folder, '.masklab/studies'));

function statusesOf(sweepFolder: string, sweep: Sweep): Promise<string[]> {
  return Promise.all(
    sweep.trials.map(async ({ run }) => {
      const { status } = await readRun(runDirectoryIn(sweepFolder, sweep, run));
      return status;
    }),
  );
}

describe('a sweep', { timeout: 240_000 }, () => {
  it('pauses the worse trials, resumes the better ones bit for bit, and repeats the best', async () => {
    writeSweepFile();
    const first = await masklab(folder, ['sweep', 'run', 'rate.sweep.jsonc'], { seconds: 120 });
    expect(first.output).toMatch(/Rung 1 is complete: 2 trials continue/);
    expect(first.output).toMatch(/fresh seeds \(n=2\): held-out .* test /);
    expect(first.code).toBe(0);
    const sweepFolder = onlySweep();
    const sweep = await readSweep(sweepFolder);
    expect((await statusesOf(sweepFolder, sweep)).sort()).toEqual([
      ...['finished', 'finished', 'stopped', 'stopped'],
    ]);
    expect(sweep.repeats.map(({ seed }) => seed)).toEqual([1, 2]);
    for (const { run: trial } of sweep.trials) {
      const ended = await readRun(runDirectoryIn(sweepFolder, sweep, trial));
      const isPaused = ended.status === 'stopped';
      expect(isPausedAtRung(ended)).toBe(isPaused);
      const lines = fs.readFileSync(path.join(ended.directory, 'log.jsonl'), 'utf8');
      const decided = isPaused ? 'sweep.belowCutoff' : 'sweep.passedCutoff';
      expect(lines.split(`"${decided}"`)).toHaveLength(2);
      expect(lines.includes('training.pausedAt')).toBe(true);
    }

    // The best trial was paused once: the same run without a pause has the same metrics.
    const { run } = sweep.trials.find(({ number }) => number === sweep.repeats[0]!.trial)!;
    const directory = runDirectoryIn(sweepFolder, sweep, run);
    const log = fs.readFileSync(path.join(directory, 'log.jsonl'), 'utf8');
    expect(log).toContain('training.resumed');
    const reproduced = await masklab(folder, ['reproduce', directory], { seconds: 60 });
    expect(reproduced.output).toMatch(/bit for bit/);
    expect(reproduced.code).toBe(0);

    const report = fs.readFileSync(path.join(sweepFolder, 'report.md'), 'utf8');
    expect(report).toContain('| 1 | 50% | 4 |');
    expect(fs.readFileSync(path.join(sweepFolder, 'report.html'), 'utf8')).toContain('<table>');

    // Nothing is left to do, until a repetition is deleted.
    fs.rmSync(runDirectoryIn(sweepFolder, sweep, sweep.repeats[1]!.run), { recursive: true });
    const before = metricsOf(directory);
    const again = await masklab(folder, ['sweep', 'resume', sweepFolder], { seconds: 60 });
    expect(again.output).not.toContain('started');
    expect(again.output).toContain('is repeated with seed 2');
    expect(metricsOf(directory)).toEqual(before);
    expect((await readSweep(sweepFolder)).repeats.map(({ seed }) => seed)).toEqual([1, 2]);
  });

  it('adds trials that continue its sequence, and refuses to if the data has changed', async () => {
    writeSweepFile({ halving: undefined, trials: 2, repeats: { top: 0 } });
    const created = await masklab(folder, ['sweep', 'create', 'rate.sweep.jsonc', '--json']);
    expect(JSON.parse(/^\{.*\}$/m.exec(created.output)![0])).toMatchObject({ runs: 2 });
    const sweepFolder = onlySweep();
    expect(await statusesOf(sweepFolder, await readSweep(sweepFolder))).toEqual([
      ...['waiting', 'waiting'],
    ]);
    const grown = await masklab(folder, ['sweep', 'resume', sweepFolder, '--trials', '3']);
    expect(grown.code).toBe(0);
    const { trials, added } = await readSweep(sweepFolder);
    expect(added).toMatchObject([{ trials: 1 }]);

    writeSweepFile({ halving: undefined, trials: 3, name: 'All at once' });
    await masklab(folder, ['sweep', 'create', 'rate.sweep.jsonc']);
    const other = fs
      .readdirSync(path.join(folder, '.masklab/studies'))
      .find((name) => name.endsWith('all-at-once'))!;
    const atOnce = await readSweep(path.join(folder, '.masklab/studies', other));
    expect(atOnce.trials.map(({ options }) => options)).toEqual(
      trials.map(({ options }) => options),
    );

    fs.appendFileSync(path.join(folder, 'a.txt'), '\n\ngood film');
    const refused = await masklab(folder, ['sweep', 'resume', sweepFolder, '--trials', '4']);
    expect(refused.output).toContain('have changed: data.hash');
    expect(refused.code).toBe(2);
  });

  it('says once, before it trains, that its model is gone', async () => {
    writeSweepFile({ halving: undefined, trials: 2, repeats: { top: 0 } });
    await masklab(folder, ['sweep', 'create', 'rate.sweep.jsonc']);
    fs.renameSync(path.join(folder, 'tiny'), path.join(folder, 'moved'));
    const { code, output } = await masklab(folder, ['sweep', 'resume', onlySweep()]);
    expect(output).toContain('The folder does not exist');
    expect(output).not.toContain('Trial 1');
    expect(code).not.toBe(0);
  });

  it('tries a failed trial again, keeps it visible, and tries it again on resume', async () => {
    writeSweepFile({ halving: undefined, trials: 2, repeats: { top: 0 } });
    await masklab(folder, ['sweep', 'create', 'rate.sweep.jsonc']);
    const sweepFolder = onlySweep();
    const { trials, ...sweep } = await readSweep(sweepFolder);
    const directory = runDirectoryIn(sweepFolder, sweep, trials[0]!.run);
    // A folder in the place of its metrics: the trainer fails whenever it writes.
    fs.mkdirSync(path.join(directory, 'metrics.jsonl'));
    const first = await masklab(folder, ['sweep', 'resume', sweepFolder], { seconds: 90 });
    expect(first.output).toMatch(
      /Trial 1 ended without a result and is tried again[^]*Trial 1 ended without a result and is left out[^]*Trial 2 finished/,
    );
    expect(first.output).toContain('1 of 2 trials finished');
    fs.rmdirSync(path.join(directory, 'metrics.jsonl'));
    const again = await masklab(folder, ['sweep', 'resume', sweepFolder], { seconds: 60 });
    expect(again.output).toContain('2 of 2 trials finished');
    expect(again.output).not.toContain('Trial 2 started');
  });

  it('is run by one process, which stop ends and resume continues', async () => {
    writeSweepFile({
      run: { ...RUN, epochs: 5000 },
      ...{ halving: undefined, trials: 2, repeats: { top: 0 } },
    });
    const runner = startMasklab(folder, ['sweep', 'run', 'rate.sweep.jsonc']);
    await runner.says('Trial 1 started');
    const sweepFolder = onlySweep();
    const second = await masklab(folder, ['sweep', 'resume', sweepFolder]);
    expect(second.output).toMatch(/is already run by another process\.[^]*masklab sweep stop/);
    expect(second.code).toBe(2);
    const stopped = await masklab(folder, ['sweep', 'stop', sweepFolder]);
    expect(stopped.output).toContain('Stopping after this step');
    expect(await runner.ended).toBe(143);
    const sweep = await readSweep(sweepFolder);
    expect(await statusesOf(sweepFolder, sweep)).toEqual(['stopped', 'waiting']);
    expect((await masklab(folder, ['sweep', 'stop', sweepFolder])).output).toContain(
      'No process runs this sweep',
    );
    // The lock is free again.
    (await lockRun(sweepFolder, { patience: 0 })).release();
  });

  it('shows its trials, time, disk and rungs before it starts, and leaves nothing behind', async () => {
    writeSweepFile();
    const planned = await masklab(folder, ['sweep', 'plan', 'rate.sweep.jsonc', '--json']);
    const plan = JSON.parse(/^\{.*\}$/m.exec(planned.output)![0]) as Record<string, unknown>;
    expect(plan).toMatchObject({
      trials: 4,
      repeats: 2,
      rungs: [
        { share: 0.5, trials: 4 },
        { share: 1, trials: 2 },
      ],
    });
    writeSweepFile({ run: UNCUT, parameters: { maxLength: { values: [16, 32] } } });
    const refused = await masklab(folder, ['sweep', 'run', 'rate.sweep.jsonc']);
    expect(refused.output).toContain('metrics of the trials cannot be compared');
    expect(refused.code).toBe(2);
    expect(fs.existsSync(path.join(folder, '.masklab'))).toBe(false);
  });
});
