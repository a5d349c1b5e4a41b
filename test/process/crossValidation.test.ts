import { execFile, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  crossValidationSchema,
  type FoldProgress,
} from '../../src/core/evaluation/crossValidation.js';
import { randomStream } from '../../src/core/random.js';
import { readEvaluation } from '../../src/node/runs/evaluationFile.js';
import { isAlive } from '../../src/node/runs/processes.js';
import {
  crossValidateRun,
  readRunCrossValidation,
} from '../../src/node/runs/runCrossValidation.js';
import { changeQueue } from '../../src/node/runs/queueFile.js';
import { lockOwner } from '../../src/node/runs/runLock.js';
import { readRun } from '../../src/node/runs/runReader.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { readExampleScores } from '../../src/node/runs/exampleScoreFiles.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, readText, TrainerRuns } from './trainerRuns.js';

const WORDS = { good: ['good', 'great', 'lovely'], bad: ['bad', 'awful', 'poor'] };
const FILLERS = ['the film was', 'we found the book', 'a story that is', 'this play is'];
/** Rows, from 0, whose label is that of the other opinion. */
const WRONG = [17, 58];
const ROWS = 90;

/** Reviews of authors with several rows each. */
function reviews(): string {
  const random = randomStream('reviews');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const label = i % 2 === 0 ? 'good' : 'bad';
    const given = WRONG.includes(i) ? (label === 'good' ? 'bad' : 'good') : label;
    const [one, two] = [pick(WORDS[label]), pick(WORDS[label])];
    return `"${pick(FILLERS)} ${one} and ${two} ${i}",${given},author ${Math.floor(i / 3)}`;
  });
  return `text,label,author\n${lines.join('\n')}\n`;
}

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  const words = [...Object.values(WORDS).flat(), ...FILLERS, 'and 0 1 2 3 4 5 6 7 8 9'];
  await writeTinyModel(path.join(runs.folder, 'tiny'), words.join(' '));
  runs.write('reviews.csv', reviews());
});
afterEach(async () => {
  await runs.dispose();
});

interface Output {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

/** Starts a command without blocking this process, which vitest expects answers of. */
function start(...args: string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<Output>;
} {
  const options = { cwd: runs.folder, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const program = [path.join(DIST, 'cli.js'), ...args];
  const child = execFile(process.execPath, program, options);
  const output = { out: '', err: '' };
  child.stdout!.on('data', (text: string) => (output.out += text));
  child.stderr!.on('data', (text: string) => (output.err += text));
  const ended = new Promise<Output>((resolve) => {
    child.once('close', (status) => {
      resolve({ ...output, status });
    });
  });
  return { child, ended };
}

const masklab = (...args: string[]): Promise<Output> => start(...args).ended;

const SMALL = [
  ...['--data', 'reviews.csv', '--model', 'tiny', '--epochs', '12', '--batch-size', '8'],
  ...['--max-length', '32', '--learning-rate', '3e-3', '--threads', '2'],
];

describe('masklab cross-validate', { timeout: 240_000 }, () => {
  it('holds out each row once by group, finds wrong labels, and keeps finished runs', async () => {
    const args = [...SMALL, '--folds', '3', '--group-column', 'author', '--out', 'found'];
    const first = await masklab('cross-validate', ...args);
    expect(first.err).toBe('');
    expect(first.status).toBe(0);
    expect(first.out).toMatch(/accuracy .*%/);
    expect(first.out).toMatch(/They share training data/);
    const found = crossValidationSchema.parse(
      JSON.parse(readText(runs.folder, 'found/cross-validation.json')),
    );
    expect(found.rows).toEqual({ total: ROWS, predicted: ROWS, missing: 0, neverHeldOut: 0 });
    const lines = found.labelErrors!.suspects.map(({ line }) => line);
    expect(lines.slice(0, 2).sort()).toEqual(WRONG.map((row) => row + 2));
    expect(readText(runs.folder, 'found/suspects.csv').trim().split('\r\n')).toHaveLength(
      1 + lines.length,
    );

    const folder = path.join(runs.folder, '.masklab/runs');
    const partOf = new Map<string, string>();
    const seen: number[] = [];
    for (const { fold, run, metrics } of found.runs) {
      const directory = path.join(folder, run);
      const spec = await readRunSpec(directory);
      expect(spec.data.fold).toBe(fold);
      expect(spec.training.restoreBest).toBe(false);
      const [reported] = (await readEvaluation(directory))!.reports;
      for (const [name, value] of Object.entries(reported!.metrics)) {
        if (name in metrics) expect(metrics[name]).toBeCloseTo(value, 5);
      }
      expect(Object.keys(metrics).sort()).toEqual([
        'accuracy',
        'loss',
        'macroF1',
        'matthewsCorrelation',
      ]);
      for (const { line, group } of (await readExampleScores(directory, 'heldOut'))!.scores) {
        seen.push(line);
        expect(partOf.get(group!) ?? fold).toBe(fold);
        partOf.set(group!, fold);
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 2));

    const again = await masklab('cross-validate', ...args, '--json');
    expect(again.status).toBe(0);
    expect(crossValidationSchema.parse(JSON.parse(again.out))).toEqual(found);
    expect(fs.readdirSync(folder).filter((name) => !name.startsWith('.'))).toHaveLength(3);
  });

  it('repeats a run of the editor for each part, and puts the results into its folder', async () => {
    const trained = await masklab('train', ...SMALL, '--held-out', '0.2', '--name', 'base');
    expect(trained.status).toBe(0);
    const folder = path.join(runs.folder, '.masklab/runs');
    const [id = ''] = fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
    const directory = path.join(folder, id);
    expect(await readRunCrossValidation(directory)).toBeNull();
    const seen: FoldProgress[] = [];
    const request = {
      ...{ cliPath: path.join(DIST, 'cli.js'), execPath: process.execPath, name: 'base' },
      ...{ spec: await readRunSpec(directory), parts: 3, together: { groupColumn: 'author' } },
      onProgress: (progress: FoldProgress) => seen.push(progress),
    };
    const stop = new AbortController();
    stop.abort();
    await expect(
      crossValidateRun(directory, { ...request, signal: stop.signal }),
    ).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(await readRunCrossValidation(directory)).toBeNull();

    const { signal } = new AbortController();
    const found = await crossValidateRun(directory, { ...request, signal });
    expect(seen.map(({ run, number, count }) => [run, number, count])).toEqual(
      [1, 2, 3].map((part) => [`base ${part} of 3`, part, 3]),
    );
    expect(found.rows).toMatchObject({ total: ROWS, predicted: ROWS });
    expect(await readRunCrossValidation(directory)).toEqual(found);
    const written = fs.readdirSync(path.join(directory, 'cross-validation')).sort();
    expect(written).toEqual(['cross-validation.json', 'folds.run.jsonc', 'suspects.csv']);
    const spec = await readRunSpec(path.join(folder, found.runs[0]!.run));
    expect(spec.data.labelled?.columns).toMatchObject({ text: 'text', labels: ['label'] });
    expect(fs.readdirSync(directory).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('leaves no run in the queue if it is cancelled while it waits', async () => {
    const folder = path.join(runs.folder, '.masklab/runs');
    await changeQueue(folder, (queue) => ({ ...queue, isPaused: true }));
    const { child, ended } = start('cross-validate', ...SMALL, '--folds', '2', '--out', 'found');
    const names = (): string[] => fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
    await expect.poll(names, { timeout: 60_000 }).toHaveLength(1);
    child.kill('SIGINT');
    await ended;
    expect(names()).toEqual([]);
  });

  it('stops after the current step on Ctrl+C, leaves no process, and continues', async () => {
    const args = [...SMALL, '--epochs', '60', '--folds', '2', '--out', 'found'];
    const folder = path.join(runs.folder, '.masklab/runs');
    const runsIn = (): string[] =>
      !fs.existsSync(folder) ? [] : fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
    const { child, ended } = start('cross-validate', ...args);
    await expect.poll(runsIn, { timeout: 60_000, interval: 20 }).toHaveLength(1);
    const directory = path.join(folder, runsIn()[0]!);
    await runs.reaches(directory, 1);
    const owner = await lockOwner(directory);
    child.kill('SIGINT');
    const { err, status } = await ended;
    expect(err).toContain('Stopped. Progress is saved; the same command continues.');
    expect(status).toBe(130);
    expect((await readRun(directory)).status).toBe('stopped');
    await expect.poll(() => isAlive(owner!.pid), { timeout: 20_000 }).toBe(false);
    expect(await lockOwner(directory)).toBeNull();
    expect(runsIn()).toHaveLength(1);
    expect(fs.existsSync(path.join(runs.folder, 'found'))).toBe(false);

    const again = await masklab('cross-validate', ...args);
    expect(again.status).toBe(0);
    expect(runsIn()).toHaveLength(2);
    expect(runsIn()).toContain(path.basename(directory));
    expect(fs.existsSync(path.join(runs.folder, 'found/cross-validation.json'))).toBe(true);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a fraction', ['--fold', '1/3', '--held-out', '0.2'], /--fold and --held-out both say/],
    ['a part beyond the last', ['--fold', '4/3'], /--fold/],
    [
      'few groups',
      ['--fold', '1/20', '--group-column', 'label'],
      /2 groups or different texts .* fewer than the 20 parts/,
    ],
  ])('says before a run exists that a part does not go with %s', async (_, args, expected) => {
    const { err, status } = await masklab('train', ...SMALL, ...args);
    expect(err).toMatch(expected);
    expect(status).not.toBe(0);
    expect(fs.existsSync(path.join(runs.folder, '.masklab/runs'))).toBe(false);
  });
});
