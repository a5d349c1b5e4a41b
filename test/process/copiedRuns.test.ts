import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestControl } from '../../src/node/runs/runDirectory.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, metricsOf, readText, TrainerRuns } from './trainerRuns.js';

const chapter = path.join(import.meta.dirname, '../../examples/workspace/moby-dick/chapter-01.txt');
const OPTIONS = {
  ...{ epochs: 8, maxLength: 48, batchSize: 8, learningRate: 2e-3, dropout: true },
  ...{ evaluateEverySteps: 10, checkpointEverySteps: 7 },
};

let runs: TrainerRuns;
let elsewhere: string;
beforeEach(async () => {
  runs = new TrainerRuns();
  elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-copied-'));
  const text = fs.readFileSync(chapter, 'utf8').slice(0, 6000);
  runs.write('chapter.txt', text);
  await writeTinyModel(path.join(runs.folder, 'tiny'), text);
});
afterEach(async () => {
  await runs.dispose();
  fs.rmSync(elsewhere, { recursive: true, force: true });
});

/** A stopped run, and the metrics that it would have had without the stop. */
async function stoppedRun(
  data: readonly string[] = ['chapter.txt'],
): Promise<{ directory: string; uninterrupted: unknown[] }> {
  const whole = await runs.train(OPTIONS, data);
  const { directory } = await runs.create(OPTIONS, data);
  await runs.launch(directory);
  await runs.reaches(directory, 9);
  await requestControl(directory, 'stop');
  expect((await runs.ended(directory)).status).toBe('stopped');
  expect(metricsOf(directory).length).toBeLessThan(metricsOf(whole.directory).length);
  return { directory, uninterrupted: metricsOf(whole.directory) };
}

function resume(directory: string, ...flags: string[]): { err: string; status: number | null } {
  const args = [path.join(DIST, 'cli.js'), 'resume', directory, '--json', ...flags];
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { err: stderr, status };
}

describe('a run that was copied', () => {
  it('resumes in a workspace that was moved, as if it had not been interrupted', async () => {
    const { directory, uninterrupted } = await stoppedRun();
    const workspace = path.join(elsewhere, 'moved');
    fs.cpSync(runs.folder, workspace, { recursive: true });
    fs.rmSync(path.join(runs.folder, 'chapter.txt'));
    fs.rmSync(path.join(runs.folder, 'tiny'), { recursive: true });
    const copy = path.join(workspace, path.relative(runs.folder, directory));
    expect((await readRunSpec(copy)).workspaceFolder).toBe(workspace);
    expect(resume(copy)).toEqual({ err: '', status: 0 });
    expect(metricsOf(copy)).toEqual(uninterrupted);
  }, 120_000);

  it('resumes in another workspace with the same data once it is given the folder', async () => {
    const { directory, uninterrupted } = await stoppedRun();
    const data = path.join(elsewhere, 'data');
    fs.mkdirSync(data);
    fs.cpSync(path.join(runs.folder, 'chapter.txt'), path.join(data, 'chapter.txt'));
    fs.cpSync(path.join(runs.folder, 'tiny'), path.join(data, 'tiny'), { recursive: true });
    const copy = path.join(elsewhere, 'other/.masklab/runs/copy');
    fs.cpSync(directory, copy, { recursive: true });

    expect(resume(copy).status).toBe(1);
    const wrong = resume(copy, '--root', elsewhere);
    expect(wrong.status).toBe(2);
    expect(wrong.err).toContain(`${path.join(elsewhere, 'chapter.txt')} does not exist`);
    expect(fs.existsSync(path.join(copy, 'binding.json'))).toBe(false);

    expect(resume(copy, '--root', data)).toEqual({ err: '', status: 0 });
    expect(metricsOf(copy)).toEqual(uninterrupted);
    expect(JSON.parse(readText(copy, 'binding.json'))).toEqual({
      version: 1,
      workspaceFolder: data,
      paths: [],
    });
    expect((await readRunSpec(copy)).model.path).toBe(path.join(data, 'tiny'));
    expect(readText(copy, 'run.json')).toBe(readText(directory, 'run.json'));
  }, 120_000);

  it('resumes with data and a model outside its workspace once it is told where they are', async () => {
    const outside = path.join(elsewhere, 'outside');
    const now = path.join(elsewhere, 'now');
    fs.mkdirSync(outside);
    fs.renameSync(path.join(runs.folder, 'tiny'), path.join(outside, 'tiny'));
    fs.renameSync(path.join(runs.folder, 'chapter.txt'), path.join(outside, 'chapter.txt'));
    fs.symlinkSync(path.join(outside, 'tiny'), path.join(runs.folder, 'tiny'));
    const data = path.relative(runs.folder, path.join(outside, 'chapter.txt'));
    const { directory, uninterrupted } = await stoppedRun([data]);
    const specFile = path.join(directory, 'run.json');
    const spec = JSON.parse(readText(directory, 'run.json')) as { model: { path: string } };
    spec.model.path = path.join(outside, 'tiny');
    fs.writeFileSync(specFile, JSON.stringify(spec));
    fs.cpSync(outside, now, { recursive: true });
    fs.rmSync(outside, { recursive: true });

    const moved = `${outside}=${now}`;
    const unknown = resume(directory, '--path', `${path.join(outside, 'x')}=${now}`);
    expect(unknown).toMatchObject({ status: 2 });
    expect(unknown.err).toMatch(/no data or model at .*outside.x/);
    expect(resume(directory, '--path', outside).err).toContain('--path must be <old>=<new>');
    const file = path.join(now, 'chapter.txt');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('e', 'o'));
    expect(resume(directory, '--path', moved).status).toBe(1);
    expect(readText(directory, 'state.json')).toContain('data.changed');
    fs.writeFileSync(file, text);
    expect(resume(directory)).toEqual({ err: '', status: 0 });
    expect(metricsOf(directory)).toEqual(uninterrupted);
  }, 120_000);

  it('refuses data that is not what the run was created from', async () => {
    const { directory } = await stoppedRun();
    const copy = path.join(elsewhere, '.masklab/runs/copy');
    fs.cpSync(directory, copy, { recursive: true });
    fs.cpSync(path.join(runs.folder, 'tiny'), path.join(elsewhere, 'tiny'), { recursive: true });
    const text = fs.readFileSync(path.join(runs.folder, 'chapter.txt'), 'utf8');
    fs.writeFileSync(path.join(elsewhere, 'chapter.txt'), text.replace('e', 'o'));
    expect(resume(copy).status).toBe(1);
    expect(readText(copy, 'state.json')).toContain('data.changed');
  }, 120_000);
});

describe('a run without a number of threads', () => {
  it('leaves it to the machine that trains it, which logs its choice', async () => {
    const args = ['train', '--data', 'chapter.txt', '--model', 'tiny', '--epochs', '1', '--json'];
    const { stdout } = spawnSync(process.execPath, [path.join(DIST, 'cli.js'), ...args], {
      cwd: runs.folder,
      encoding: 'utf8',
    });
    const { directory } = JSON.parse(stdout) as { readonly directory: string };
    expect((await readRunSpec(directory)).training.threads).toBeNull();
    expect(readText(directory, 'log.jsonl')).toMatch(/Using [1-8] threads?\./);
  }, 60_000);
});
