import { problemInEnglish } from '../support/inEnglish.js';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/core/runs/options.js';
import type { NewModelSpec } from '../../src/core/runs/schema.js';
import { pretrainingRun } from '../../src/core/specs/pretraining.js';
import { createRun, type CreatedRun } from '../../src/node/runs/createRun.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { loadTokenizer } from '../../src/node/tokenizers/loadTokenizer.js';
import { requestControl } from '../../src/node/runs/runDirectory.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { readRun } from '../../src/node/runs/runReader.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { DIST, metricsOf, readText, TrainerRuns } from './trainerRuns.js';

const chapters = path.join(import.meta.dirname, '../../examples/workspace/moby-dick');

let runs: TrainerRuns;
let folder: string;
beforeEach(() => {
  runs = new TrainerRuns();
  folder = runs.folder;
  for (const name of ['chapter-01.txt', 'chapter-02.txt', 'chapter-16.txt']) {
    fs.copyFileSync(path.join(chapters, name), path.join(folder, name));
  }
});
afterEach(() => runs.dispose());

const newModel: NewModelSpec = {
  vocabulary: {
    ...{ kind: 'trained', model: 'byte-wordpiece', size: 900, minFrequency: 2, lowercase: true },
  },
  architecture: { family: 'modernbert', layers: 2, hiddenSize: 32, heads: 2, innerSize: 48 },
};

/** Waiting for what is over soon. */
const WATCH = { timeout: 30_000, interval: 5 };

/** Words enough that counting them and merging their pairs takes a while. */
function bigFile(): string[] {
  const name = 'big.txt';
  let text = '';
  for (let i = 0; i < 150_000; i++) {
    text += `${(i * 7919).toString(36)}${(i * 104_729).toString(36)} `;
    if (i % 20 === 19) text += '\n\n';
  }
  fs.writeFileSync(path.join(folder, name), text);
  return [name];
}

async function create(
  chosen: RunOptions = {},
  made: NewModelSpec = newModel,
  paths: readonly string[] = ['.'],
): Promise<CreatedRun> {
  const request = await inspectRun({
    ...pretrainingRun(made, {
      ...{ epochs: 6, batchSize: 8, maxLength: 48, evaluateEverySteps: 10, threads: 2 },
      ...{ checkpointEverySteps: 7, ...chosen },
    }),
    runsFolder: path.join(folder, '.masklab/runs'),
    workspaceFolder: folder,
    paths,
    name: 'from nothing',
  });
  return createRun(request);
}

const masklab = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(DIST, 'cli.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

describe('pre-training', () => {
  it('makes vocabulary and weights in its run, and a model like any other', async () => {
    const { directory, spec } = await create();
    await runs.launch(directory);
    const run = await runs.ended(directory);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('finished');
    const { before, latest } = run.state!;
    // An untrained model predicts at chance level.
    expect(before!['loss']!).toBeGreaterThan(Math.log(900) - 0.1);
    expect(latest!['loss']!).toBeLessThan(before!['loss']! - 0.5);
    expect(spec.model.path).toBe(path.join(directory, 'start'));
    const tokenizer = await loadTokenizer(path.join(directory, 'start'));
    expect(tokenizer.vocabularySize).toBe(900);
    expect([...tokenizer.encode('船长 🐋').ids]).not.toContain(tokenizer.special.unknown);
    expect(readText(directory, 'model/tokenizer.json')).toBe(
      readText(directory, 'start/tokenizer.json'),
    );
    const card = readText(directory, 'model/README.md');
    expect(card).toContain('pre-trained with Masklab');
    expect(card).toMatch(/^- Masking: 35% to 15% masked$/m);
    expect(card).toMatch(/^## Limits$/m);
    expect(card).not.toContain('the original model');

    const { stdout } = masklab('fill', '--model', directory, 'the [MASK] of the sea', '--json');
    expect(JSON.parse(stdout)).toBeTruthy();
    const tuned = masklab(
      ...['train', '--data', 'chapter-02.txt', '--model', directory, '--epochs', '1', '--json'],
      ...['--out', path.join(folder, 'tuned')],
    );
    expect(tuned.status, tuned.stderr).toBe(0);
    expect(JSON.parse(tuned.stdout)).toMatchObject({ status: 'finished' });
  });

  it('gives bit-identical metrics, killed twice on the way or not', async () => {
    const whole = await create();
    await runs.launch(whole.directory);
    expect((await runs.ended(whole.directory)).status).toBe('finished');

    const broken = await create();
    for (const step of [10, 17]) {
      const pid = await runs.launch(broken.directory);
      await runs.reaches(broken.directory, step);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => isAlive(pid)).toBe(false);
    }
    await runs.launch(broken.directory);
    expect((await runs.ended(broken.directory)).status).toBe('finished');
    expect(metricsOf(broken.directory)).toEqual(metricsOf(whole.directory));
    const weights = 'model/model.safetensors';
    expect(
      fs
        .readFileSync(path.join(broken.directory, weights))
        .equals(fs.readFileSync(path.join(whole.directory, weights))),
    ).toBe(true);
  });

  it('starts over with a vocabulary that it was stopped or killed in', async () => {
    const { directory } = await create();
    const activity = async (run: string): Promise<string | undefined> =>
      (await readRun(run)).state!.activity?.id;
    const start = path.join(directory, 'start');
    // Much text, so that the vocabulary takes a while.
    const { directory: large } = await create({}, newModel, bigFile());
    const pid = await runs.launch(large);
    await expect.poll(() => activity(large), WATCH).toMatch(/^training\.vocabulary/);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(fs.existsSync(path.join(large, 'start'))).toBe(false);

    await runs.launch(large);
    await expect.poll(() => activity(large), WATCH).toMatch(/^training\.vocabulary/);
    await requestControl(large, 'stop');
    const stopped = await runs.ended(large);
    expect(stopped.status).toBe('stopped');
    expect(stopped.state!.step).toBe(0);
    expect(fs.existsSync(path.join(large, 'start'))).toBe(false);
    expect(fs.readdirSync(large).filter((name) => name.endsWith('.tmp'))).toEqual([]);

    await runs.launch(directory);
    expect((await runs.ended(directory)).status).toBe('finished');
    expect(await activity(directory)).toBeUndefined();
    expect(fs.existsSync(start)).toBe(true);
  });

  it('stops where the model that it started from is another by now', async () => {
    const { directory } = await create();
    await runs.launch(directory);
    await runs.reaches(directory, 8);
    await requestControl(directory, 'stop');
    expect((await runs.ended(directory)).status).toBe('stopped');
    fs.appendFileSync(path.join(directory, 'start/tokenizer.json'), '\n');
    await runs.launch(directory);
    const { status, problem } = await runs.ended(directory);
    expect(status).toBe('failed');
    expect(problemInEnglish(problem)).toMatch(/has changed/);
  });

  it('takes a vocabulary that there is, and stops where it is another by then', async () => {
    const made = masklab(
      ...['tokenizer', 'train', '--data', 'chapter-16.txt', '--out', 'words', '--size', '700'],
      ...['--model', 'unigram', '--lowercase'],
    );
    expect(made.stderr).toBe('');
    const trained = masklab(
      ...['pretrain', '--data', 'chapter-01.txt', 'chapter-16.txt', '--tokenizer', 'words'],
      ...['--layers', '1', '--hidden-size', '32', '--heads', '2', '--family', 'bert', '--json'],
      ...['--epochs', '1', '--batch-size', '8', '--max-length', '32'],
    );
    expect(trained.status, trained.stderr).toBe(0);
    const { directory } = JSON.parse(trained.stdout) as { directory: string };
    const spec = await readRunSpec(directory);
    expect(spec.newModel!.vocabulary).toMatchObject({ kind: 'given' });
    expect(spec.model.name).toBe('a new bert 1 × 32');

    const other = await create({}, { ...newModel, vocabulary: spec.newModel!.vocabulary });
    fs.appendFileSync(path.join(folder, 'words/tokenizer.json'), '\n');
    await runs.launch(other.directory);
    const { status, problem } = await runs.ended(other.directory);
    expect(status).toBe('failed');
    expect(problemInEnglish(problem)).toMatch(/tokenizer has changed since this run was created/);
  });

  it('refuses what no new model can be, and leaves nothing behind', () => {
    const refused = (...args: string[]): string => {
      const { status, stderr } = masklab('pretrain', '--data', '.', ...args);
      expect(status).toBe(2);
      return stderr;
    };
    expect(refused('--heads', '5')).toMatch(/even multiple of the number of heads/);
    expect(refused('--family', 'gpt')).toMatch(/--family must be one of modernbert, bert/);
    expect(refused('--vocabulary-size', '400')).toMatch(
      /between 600 and 1,000,000 for byte-wordpiece/,
    );
    expect(refused('--tokenizer', 'x', '--cased')).toMatch(
      /--cased cannot be combined with --tokenizer/,
    );
    expect(refused('--batch-size', 'auto')).toMatch(/only for an existing model/);
    expect(refused('--method', 'lora')).toMatch(/--method/);
    expect(fs.existsSync(path.join(folder, '.masklab'))).toBe(false);
    const help = execFileSync(process.execPath, [path.join(DIST, 'cli.js'), 'pretrain', '--help']);
    expect(help.toString()).toContain('--vocabulary-size <n>');
    expect(help.toString().replace(/\s+/g, ' ')).toContain('Default: 35% of the tokens');
  });
});
