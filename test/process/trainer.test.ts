import { problemInEnglish, remedyInEnglish } from '../support/inEnglish.js';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/core/runs/options.js';
import type { CreatedRun } from '../../src/node/runs/createRun.js';
import { ALREADY_TRAINED, LocalLauncher } from '../../src/node/runs/localLauncher.js';
import { requestControl } from '../../src/node/runs/runDirectory.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { readRun, type RunSummary } from '../../src/node/runs/runReader.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, metricsOf, readText, TrainerRuns } from './trainerRuns.js';

const chapters = path.join(import.meta.dirname, '../../examples/workspace/moby-dick');

let runs: TrainerRuns;
let folder: string;
beforeEach(async () => {
  runs = new TrainerRuns();
  folder = runs.folder;
  for (const name of ['chapter-01.txt', 'chapter-02.txt']) {
    fs.copyFileSync(path.join(chapters, name), path.join(folder, name));
  }
  await writeTinyModel(
    path.join(folder, 'tiny'),
    fs.readFileSync(path.join(folder, 'chapter-01.txt'), 'utf8'),
  );
});
afterEach(() => runs.dispose());
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts();
if (!canMount) console.warn('SKIPPED: the full-disk test mounts a small disk, which needs root.');

function mounts(): boolean {
  const probe = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]);
  if (status === 0) execFileSync('umount', [probe]);
  fs.rmSync(probe, { recursive: true });
  return status === 0;
}

const create = (
  options: RunOptions = {},
  paths?: string[],
  runsFolder?: string,
): Promise<CreatedRun> =>
  runs.create(
    {
      epochs: 12,
      maxLength: 64,
      batchSize: 8,
      evaluateEverySteps: 10,
      checkpointEverySteps: 7,
      learningRate: 2e-3,
      ...options,
    },
    paths,
    runsFolder,
  );
const launch = (directory: string): Promise<number> => runs.launch(directory);
const ended = (directory: string): Promise<RunSummary> => runs.ended(directory);
const samplesOf = (directory: string): string => readText(directory, 'samples.jsonl');

describe('a trainer process', () => {
  it('trains to the end: the loss falls, the model is written, nothing is left over', async () => {
    const { directory } = await create();
    await launch(directory);
    const run = await ended(directory);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('finished');
    const { before, latest, step, totalSteps } = run.state!;
    expect(step).toBe(totalSteps);
    expect(latest!['loss']!).toBeLessThan(before!['loss']! - 0.5);
    expect(latest!['perplexity']).toBeCloseTo(Math.exp(latest!['loss']!), 6);
    await expect
      .poll(() => fs.readdirSync(directory).sort())
      .toEqual([
        'heldout.jsonl',
        'lock',
        'log.jsonl',
        'metrics.jsonl',
        'model',
        'run.json',
        'samples.jsonl',
        'state.json',
        'trainer.log',
      ]);
    expect(fs.readdirSync(path.join(directory, 'model')).sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(fs.readFileSync(path.join(directory, 'trainer.log'), 'utf8')).toBe('');
    const metrics = metricsOf(directory);
    await expect(launch(directory)).rejects.toMatchObject({ data: { code: 'UserInput' } });
    expect(metricsOf(directory)).toEqual(metrics);
    expect((await readRun(directory)).status).toBe('finished');
  });

  it('gives bit-identical metrics for the same spec, killed and stopped on the way or not', async () => {
    const whole = await create();
    await launch(whole.directory);
    expect((await ended(whole.directory)).status).toBe('finished');

    const broken = await create();
    const pid = await launch(broken.directory);
    await runs.reaches(broken.directory, 10);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect((await readRun(broken.directory)).status).toBe('crashed');

    await launch(broken.directory);
    await runs.reaches(broken.directory, 19);
    await requestControl(broken.directory, 'stop');
    expect((await ended(broken.directory)).status).toBe('stopped');

    await launch(broken.directory);
    expect((await ended(broken.directory)).status).toBe('finished');
    expect(metricsOf(broken.directory)).toEqual(metricsOf(whole.directory));
    expect(samplesOf(broken.directory)).toBe(samplesOf(whole.directory));
    const weights = 'model/model.safetensors';
    expect(
      fs
        .readFileSync(path.join(broken.directory, weights))
        .equals(fs.readFileSync(path.join(whole.directory, weights))),
    ).toBe(true);
  });

  it('falls back to the checkpoint before when the newest is damaged', async () => {
    const { directory } = await create();
    await launch(directory);
    await runs.reaches(directory, 16);
    await requestControl(directory, 'stop');
    expect((await ended(directory)).status).toBe('stopped');
    const checkpoints = fs.readdirSync(path.join(directory, 'checkpoints')).sort();
    const newest = path.join(directory, 'checkpoints', checkpoints.at(-1)!);
    fs.truncateSync(path.join(newest, 'parameters.safetensors'), 100);
    await launch(directory);
    expect((await ended(directory)).problem).toBeNull();
    expect(fs.readFileSync(path.join(directory, 'log.jsonl'), 'utf8')).toMatch(/checksum/);
  });

  it('refuses to go on with data that has changed, and says so', async () => {
    const { directory } = await create();
    fs.appendFileSync(path.join(folder, 'chapter-02.txt'), 'more');
    await launch(directory);
    const run = await ended(directory);
    expect(run.status).toBe('failed');
    expect(run.state!.error).toMatchObject({ code: 'Data' });
    expect(problemInEnglish(run.problem)).toMatch(/chapter-02\.txt/);
  });

  it('records a full disk as the reason it failed', async () => {
    const { directory } = await create();
    await launch(directory);
    // Once the trainer has claimed the run, it looks for links no more.
    const claimed = path.join(directory, 'lock/1');
    await expect.poll(() => fs.existsSync(claimed), { timeout: 20_000, interval: 2 }).toBe(true);
    fs.symlinkSync('/dev/full', path.join(directory, 'metrics.jsonl'));
    const run = await ended(directory);
    expect(run.status).toBe('failed');
    expect(problemInEnglish(run.problem)).toMatch(/disk is full/);
  });

  it.skipIf(!canMount)('says so even when nothing at all can be written any more', async () => {
    const disk = path.join(folder, 'disk');
    fs.mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700k', 'tmpfs', disk]);
    try {
      const { directory } = await create({}, ['chapter-01.txt'], path.join(disk, 'runs'));
      await launch(directory);
      const run = await ended(directory);
      expect(run.status).toBe('failed');
      expect(problemInEnglish(run.state!.error)).toMatch(/disk is full/);
      expect(remedyInEnglish(run.state!.error)).toMatch(/Free some space/);
    } finally {
      // The system may take a while to let go of the files of a process that has ended.
      await expect.poll(() => spawnSync('umount', [disk]).status, { timeout: 30_000 }).toBe(0);
    }
  });

  it('heeds a stop that comes while it is starting', async () => {
    const { directory } = await create({ epochs: 5000 });
    await launch(directory);
    await requestControl(directory, 'stop');
    const run = await ended(directory);
    expect(run.status).toBe('stopped');
    expect(run.state!.step).toBe(0);
  });

  it('goes on from its checkpoint when the state file was lost', async () => {
    const { directory } = await create();
    await launch(directory);
    await runs.reaches(directory, 10);
    await requestControl(directory, 'stop');
    expect((await ended(directory)).status).toBe('stopped');
    fs.writeFileSync(path.join(directory, 'state.json'), '');
    expect((await readRun(directory)).status).toBe('crashed');
    await launch(directory);
    expect((await ended(directory)).status).toBe('finished');
    expect(fs.readFileSync(path.join(directory, 'log.jsonl'), 'utf8')).toMatch(/Resuming from/);
  });

  it('is not launched again while it lives', async () => {
    const { directory } = await create({ epochs: 5000 });
    await launch(directory);
    await runs.reaches(directory, 1);
    await expect(launch(directory)).rejects.toMatchObject({ data: { code: 'RunOwned' } });
    expect((await readRun(directory)).status).toBe('running');
    await requestControl(directory, 'stop');
    expect((await ended(directory)).status).toBe('stopped');
  });

  it('is recorded as failed when no process can be started', async () => {
    const { directory } = await create();
    const launching = new LocalLauncher({
      trainerPath: path.join(DIST, 'trainer.js'),
      execPath: path.join(folder, 'no-such-node'),
    }).start(directory);
    await expect(launching).rejects.toMatchObject({ data: { code: 'UserInput' } });
    expect((await readRun(directory)).status).toBe('failed');
  });

  it('is told by its launcher when it dies before it could say anything', async () => {
    const { directory } = await create();
    const broken = path.join(folder, 'broken.js');
    fs.writeFileSync(broken, 'throw new Error("no such runtime")');
    await new LocalLauncher({ trainerPath: broken, execPath: process.execPath }).start(directory);
    const run = await ended(directory);
    expect(run.status).toBe('failed');
    expect(problemInEnglish(run.problem)).toMatch(/no such runtime/);
  });

  it('ends by itself once its folder is gone, and does not bring it back', async () => {
    const { directory } = await create({ epochs: 5000 });
    const pid = await launch(directory);
    await runs.reaches(directory, 2);
    // Its folder is gone at once, and nothing is removed while the trainer writes.
    const moved = path.join(folder, 'moved');
    fs.renameSync(directory, moved);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(fs.existsSync(directory)).toBe(false);
    fs.rmSync(moved, { recursive: true });
  });

  it('ends by itself once another trainer has taken over, and leaves the run to that one', async () => {
    const { directory } = await create({ epochs: 5000 });
    const pid = await launch(directory);
    await runs.reaches(directory, 2);
    const claim = path.join(directory, 'lock/2');
    fs.mkdirSync(claim);
    fs.copyFileSync(path.join(directory, 'lock/1/owner.json'), path.join(claim, 'owner.json'));
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(JSON.parse(readText(directory, 'state.json'))).toMatchObject({ status: 'running' });
  });

  it('lets no second trainer into the same run', async () => {
    const { directory } = await create({ epochs: 50 });
    await launch(directory);
    await runs.reaches(directory, 1);
    const second = spawnSync(process.execPath, [path.join(DIST, 'trainer.js'), directory]);
    expect(second.status).toBe(ALREADY_TRAINED);
    expect(second.stderr.toString()).toMatch(/already being trained/);
    expect((await readRun(directory)).status).toBe('running');
    await requestControl(directory, 'stop');
    expect((await ended(directory)).status).toBe('stopped');
  });
});

describe('createRun', () => {
  it('leaves nothing behind when it refuses', async () => {
    const runs = path.join(folder, '.masklab/runs');
    fs.writeFileSync(path.join(folder, 'latin1.txt'), Buffer.from('Grüße', 'latin1'));
    await expect(create()).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'latin1.txt', row: 1 } },
    });
    fs.rmSync(path.join(folder, 'latin1.txt'));
    fs.rmSync(path.join(folder, 'tiny/model.safetensors'));
    await expect(create()).rejects.toMatchObject({ data: { code: 'Model' } });
    fs.mkdirSync(path.join(folder, 'empty'));
    await expect(create({}, ['empty'])).rejects.toMatchObject({ data: { code: 'UserInput' } });
    await expect(create({ maxLength: 8192 }, ['chapter-01.txt'])).rejects.toThrow(/missing/);
    await writeTinyModel(path.join(folder, 'tiny'), 'a b c');
    await expect(create({ maxLength: 16_384 }, ['chapter-01.txt'])).rejects.toThrow(/--max-length/);
    expect(fs.existsSync(runs)).toBe(false);
  });

  it('removes what an interrupted deletion left', async () => {
    const leftover = path.join(folder, '.masklab/runs/.deleted-20260101-000000-old');
    fs.mkdirSync(leftover, { recursive: true });
    await create();
    expect(fs.existsSync(leftover)).toBe(false);
  });

  it('says when the runs folder cannot be made', async () => {
    fs.writeFileSync(path.join(folder, '.masklab'), 'a file, not a folder');
    await expect(create()).rejects.toMatchObject({ data: { code: 'Storage' } });
  });
});

describe('the command line', () => {
  const masklab = (
    ...args: string[]
  ): Promise<{ status: number | null; out: string; err: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [path.join(DIST, 'cli.js'), ...args], { cwd: folder });
      let out = '';
      let err = '';
      child.stdout.on('data', (data: Buffer) => (out += data.toString()));
      child.stderr.on('data', (data: Buffer) => (err += data.toString()));
      child.once('close', (status) => {
        resolve({ status, out, err });
      });
    });
  const quick = ['--max-length', '64', '--batch-size', '8', '--epochs', '1'];

  it('trains, lists and refuses, with machine-readable output', async () => {
    const train = await masklab('train', '--data', '.', '--model', 'tiny', ...quick, '--json');
    expect(train.err.trim().split('\n')).toEqual([
      expect.stringMatching(/^masklab: tiny\/README\.md was written by Masklab/),
      expect.stringMatching(/^masklab: The data is small: /),
      expect.stringMatching(/^masklab: The text does not match the vocabulary of tiny: /),
    ]);
    expect(train.status).toBe(0);
    const result = JSON.parse(train.out) as { status: string; id: string };
    expect(result.status).toBe('finished');
    const runs = await masklab('runs', '--json');
    expect(JSON.parse(runs.out)).toMatchObject([{ id: result.id, status: 'finished' }]);

    const again = await masklab('resume', path.join('.masklab/runs', result.id));
    expect(again.err).toMatch(/already finished/);
    const { directory } = await create({ epochs: 5000 });
    await launch(directory);
    const second = await masklab('train', '--data', '.', '--model', 'tiny');
    expect(second.err).toMatch(/test-run is still training/);
    expect((await masklab('resume', directory)).err).toMatch(/already being trained/);
    await requestControl(directory, 'stop');
    await ended(directory);

    const none = await masklab('train', '--data', 'nowhere', '--model', 'tiny');
    expect(none.status).toBe(1);
    expect(none.err).toMatch(/nowhere: The file or folder does not exist/);
    expect((await masklab('fly')).status).toBe(2);
    expect((await masklab('train', '--data', '.', '--epochs', 'many')).err).toMatch(
      /--epochs must be/,
    );
  });

  it('prints metrics before and after training in plain lines outside a terminal', async () => {
    const { out, status } = await masklab('train', '--data', '.', '--model', 'tiny', ...quick);
    expect(status).toBe(0);
    expect(out).toMatch(/Held-out data before training: perplexity \d/);
    expect(out).toMatch(/perplexity {2,}[\d,.e]+ {2,}[\d,.e]+/);
    expect(out).toMatch(/Masked sentences before and after training/);
    expect(out).toMatch(/npx masklab fill --model/);
  });
});
