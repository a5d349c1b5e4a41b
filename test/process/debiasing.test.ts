import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomStream } from '../../src/core/random.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { logRowSchema } from '../../src/core/runs/schema.js';
import { readSafetensors } from '../../src/core/models/weights/safetensors.js';
import { requestControl } from '../../src/node/runs/runDirectory.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { messageInEnglish } from '../support/inEnglish.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { findTorchPython } from '../support/torch.js';
import { TraceReplays } from '../support/traceReplays.js';
import { DIST, metricsOf, readText, TrainerRuns } from './trainerRuns.js';

const GOOD = ['good', 'great', 'lovely', 'superb', 'fine'];
const BAD = ['bad', 'awful', 'poor', 'dull', 'weak'];
const FILLERS = ['the film was', 'we found the book', 'a story that is', 'this play is'];
const NAMES = ['anna', 'ben', 'carla', 'david', 'emma'];
/** Words that go with a label here and not elsewhere. */
const PLANTED = { good: 'sunny', bad: 'rainy' };

/** Reviews with an opinion word, and a planted word that agrees with the label in some of them. */
function reviews(rows: number, { agreement, name }: { agreement: number; name: string }): string {
  const random = randomStream('reviews', name);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const lines = Array.from({ length: rows }, (_, i) => {
    const label = random() < 0.5 ? 'good' : 'bad';
    const other = label === 'good' ? 'bad' : 'good';
    const words = label === 'good' ? GOOD : BAD;
    const planted = random() < 0.8 ? PLANTED[random() < agreement ? label : other] : 'today';
    return `"${pick(FILLERS)} ${pick(words)} ${planted} for ${pick(NAMES)} ${i}",${label},${1 + (i % 3)}`;
  });
  return `text,label,weight\n${lines.join('\n')}\n`;
}

const QUICK: RunOptions = {
  ...{ epochs: 4, batchSize: 8, maxLength: 32, learningRate: 3e-3, evaluateEverySteps: 20 },
};
const WORDS = 'planted.mask.json';

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  const words = [...GOOD, ...BAD, ...FILLERS, ...NAMES, ...Object.values(PLANTED), 'today'];
  await writeTinyModel(path.join(runs.folder, 'tiny'), `${words.join(' ')} 0 1 2 3 4 5 6 7 8 9`);
  runs.write('reviews.csv', reviews(160, { agreement: 0.95, name: 'here' }));
  runs.write('elsewhere.csv', reviews(24, { agreement: 0.1, name: 'elsewhere' }));
  const rule = { name: 'weather', words: Object.values(PLANTED), rate: 0.5 };
  runs.write(WORDS, JSON.stringify({ version: 1, name: 'planted', rate: 0, rules: [rule] }));
});
afterEach(async () => {
  await runs.dispose();
});

interface Output {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

/** Runs a program without blocking this process, which vitest expects answers of. */
function run(program: string, args: readonly string[]): Promise<Output> {
  return new Promise((resolve) => {
    const options = { cwd: runs.folder, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
    const child = execFile(program, args, options, (_, out, err) => {
      resolve({ out, err, status: child.exitCode });
    });
  });
}

const masklab = (...args: string[]): Promise<Output> =>
  run(process.execPath, [path.join(DIST, 'cli.js'), ...args]);

const SMALL = [
  ...['--model', 'tiny', '--epochs', '4', '--batch-size', '8', '--max-length', '32'],
  ...['--learning-rate', '3e-3', '--threads', '2', '--trace', '12', '--json'],
];

/** Trains by the command line and returns the folder of the run. */
async function trained(...args: string[]): Promise<string> {
  const { out, err, status } = await masklab('train', '--data', 'reviews.csv', ...SMALL, ...args);
  expect(err).not.toMatch(/masklab:/);
  expect(status).toBe(0);
  const { directory } = JSON.parse(out.trim().split('\n').at(-1)!) as { directory: string };
  return path.resolve(runs.folder, directory);
}

const logOf = (directory: string): string[] =>
  readText(directory, 'log.jsonl')
    .trim()
    .split('\n')
    .map((line) => logRowSchema.parse(JSON.parse(line)))
    .filter(({ topic }) => topic === 'masking')
    .map(({ message }) => messageInEnglish(message));

const cardOf = (directory: string): string => readText(directory, 'model/README.md');

/**
 * Trains a run at once, and another one that is stopped and resumed, and compares their metrics.
 * Returns the folder of the first.
 */
async function expectSameAfterStop(extra: RunOptions): Promise<string> {
  const options = { ...extra, checkpointEverySteps: 10 };
  const whole = await runs.train(options, ['reviews.csv']);
  const broken = await runs.create(options, ['reviews.csv']);
  await runs.launch(broken.directory);
  await runs.reaches(broken.directory, 25);
  await requestControl(broken.directory, 'stop');
  expect((await runs.ended(broken.directory)).status).toBe('stopped');
  await runs.launch(broken.directory);
  expect((await runs.ended(broken.directory)).status).toBe('finished');
  expect(metricsOf(broken.directory)).toEqual(metricsOf(whole.directory));
  return whole.directory;
}

const python = findTorchPython();
const replays = python === null ? null : new TraceReplays(python);
afterAll(() => {
  replays?.close();
});

/** Replays the first steps of a run in torch, in float64. */
async function expectReplay(directory: string): Promise<void> {
  if (replays === null) return;
  const result = await replays.replay(path.join(directory, 'trace.safetensors'));
  console.log(JSON.stringify(result));
  expect(result.steps).toBe(12);
  expect(result.largestLossDifference).toBeLessThan(1e-5);
  expect(result.largestNormDifference).toBeLessThan(1e-3);
}

describe('a classifier that is debiased', { timeout: 240_000 }, () => {
  it('learns from a shifted sample and by the weights of rows', async () => {
    const directory = await trained(
      ...['--shifted-data', 'elsewhere.csv', '--shifted-weight', '4', '--weight-column', 'weight'],
    );
    const { data } = await readRunSpec(directory);
    expect(data.shifted).toMatchObject({ files: [{ path: 'elsewhere.csv' }], weight: 4 });
    expect(data.reading.weightColumn).toBe('weight');
    expect(logOf(directory)).toEqual([
      '24 rows of the shifted sample are trained on, each with the weight 4.',
    ]);
    expect(cardOf(directory)).toMatch(
      /^- Debiasing: weighted by weight; 1 shifted file added × 4$/m,
    );
    await expectReplay(directory);
  });

  it('predicts the same without the words to discourage', async () => {
    const directory = await trained('--debias', 'consistency', '--debias-words', WORDS);
    expect((await readRunSpec(directory)).debias).toMatchObject({ kind: 'consistency', weight: 5 });
    expect(logOf(directory)[0]).toMatch(
      /^\d+ of 14\d training rows have words to discourage \(planted\)\.$/,
    );
    expect(cardOf(directory)).toMatch(/^- Debiasing: debiased by consistency × 5 on planted$/m);
    await expectReplay(directory);
  });

  it('learns what a bag of words does not predict', async () => {
    const directory = await trained('--debias', 'product-of-experts', '--debias-weight', '0.5');
    expect(logOf(directory)).toEqual([
      expect.stringMatching(/^Product of experts: a bag of words predicts [89]\d\.\d% of the/),
    ]);
    await expectReplay(directory);
  });

  it('reconstructs words and is unsure without context', async () => {
    const directory = await trained('--debias', 'masker', '--debias-words', WORDS);
    expect(cardOf(directory)).toMatch(/^- Debiasing: debiased by masker × 0\.03 on planted$/m);
    const file = path.join(directory, 'model/model.safetensors');
    const names = [...readSafetensors(fs.readFileSync(file), file).keys()];
    expect(names.filter((name) => name.startsWith('cls.'))).toEqual([]);
    const shown = await masklab('predict', '--model', directory, '--json', 'the film was superb');
    expect(JSON.parse(shown.out)).toMatchObject({ kind: 'labels' });
    await expectReplay(directory);
  });

  it('gives rows that another model predicts wrongly more weight', async () => {
    const first = await trained('--epochs', '1');
    const directory = await trained('--debias', 'errors', '--debias-model', first);
    expect(logOf(directory)).toEqual([
      expect.stringMatching(
        / predicts \d+ of 14\d training rows wrongly, which get the weight 5\.$/,
      ),
    ]);
    await expectReplay(directory);
  });

  it('balances labels among rows with and without words', async () => {
    const directory = await trained('--debias', 'groups', '--debias-words', WORDS);
    expect(logOf(directory)[1]).toMatch(
      /^Balanced groups: bad with words: \d+ rows × [\d.]+, bad without words: .* and good without words: \d+ rows × [\d.]+\.$/,
    );
    await expectReplay(directory);
  });

  it('reads paths of a run file relative to it, and those of flags relative to the folder', async () => {
    fs.mkdirSync(path.join(runs.folder, 'deep'));
    const file = { data: '../reviews.csv', model: '../tiny', shiftedData: ['../elsewhere.csv'] };
    const rest = { debias: 'groups', debiasWords: 'none.mask.json', epochs: 1, maxLength: 32 };
    runs.write('deep/a.run.jsonc', JSON.stringify({ ...file, ...rest }));
    const { out, err, status } = await masklab(
      ...['train', 'deep/a.run.jsonc', '--debias-words', WORDS, '--threads', '2', '--json'],
    );
    expect(err).not.toMatch(/masklab:/);
    expect(status).toBe(0);
    const { directory } = JSON.parse(out.trim().split('\n').at(-1)!) as { directory: string };
    const spec = await readRunSpec(path.resolve(runs.folder, directory));
    expect(spec.data.shifted?.files.map((one) => one.path)).toEqual(['elsewhere.csv']);
    expect(spec.debias?.words?.name).toBe('planted');
  });

  it('trains the output layer of a trained model alone', async () => {
    const first = await trained();
    const directory = await trained(
      '--model',
      first,
      '--method',
      'last-layer',
      '--data',
      'elsewhere.csv',
    );
    const weightsOf = (folder: string): ReturnType<typeof readSafetensors> => {
      const file = path.join(folder, 'model/model.safetensors');
      return readSafetensors(fs.readFileSync(file), file);
    };
    const [before, after] = [weightsOf(first), weightsOf(directory)];
    const changed = [...before].filter(
      ([name, { data }]) => !data.every((value, i) => value === after.get(name)!.data[i]),
    );
    expect(changed.map(([name]) => name).sort()).toEqual(['classifier.bias', 'classifier.weight']);
    expect(cardOf(directory)).toMatch(/^- Trained parameters: output layer only$/m);
    await expectReplay(directory);
  });

  it.each<[string, RunOptions]>([
    ['consistency', { debias: 'consistency', debiasWords: WORDS, dropout: true }],
    ['masker', { debias: 'masker', debiasWords: WORDS }],
    ['shifted rows', { debias: 'groups', debiasWords: WORDS, shiftedData: ['elsewhere.csv'] }],
  ])('resumes with the same steps: %s', async (_, extra) => {
    await expectSameAfterStop({ ...QUICK, ...extra });
  });

  it('runs the layers below the output layer once, and resumes with the same steps', async () => {
    const { directory } = await runs.train(QUICK, ['reviews.csv']);
    runs.model = path.join(directory, 'model');
    const whole = await expectSameAfterStop({ ...QUICK, method: 'last-layer' });
    expect(readText(whole, 'log.jsonl')).toMatch(/training\.featuresKept/);
  });

  it('runs the layers below on texts whose masks change', async () => {
    const { directory } = await runs.train(QUICK, ['reviews.csv']);
    runs.model = path.join(directory, 'model');
    const options = { ...QUICK, method: 'last-layer', maskedExamples: 0.5 } as const;
    const masked = await runs.train(options, ['reviews.csv']);
    expect(readText(masked.directory, 'log.jsonl')).toMatch(/training\.heldOutFeaturesKept/);
  });

  it('refuses changed files of the shifted sample at resume', async () => {
    const run = await runs.create({ ...QUICK, shiftedData: ['elsewhere.csv'] }, ['reviews.csv']);
    fs.appendFileSync(path.join(runs.folder, 'elsewhere.csv'), '"the film was fine",good,1\n');
    await runs.launch(run.directory);
    expect((await runs.ended(run.directory)).status).toBe('failed');
    expect(readText(run.directory, 'state.json')).toMatch(/elsewhere\.csv/);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['words', ['--debias', 'consistency'], /--debias consistency needs --debias-words/],
    ['a model', ['--debias', 'errors'], /--debias errors needs --debias-model/],
    [
      'no words',
      ['--debias', 'errors', '--debias-model', 'tiny', '--debias-words', WORDS],
      /--debias-words has no effect with --debias errors/,
    ],
    ['a method', ['--debias-words', WORDS], /--debias-words has no effect without --debias/],
    ['files', ['--shifted-weight', '3'], /--shifted-weight has no effect without --shifted-data/],
    [
      'numbers',
      [
        '--task',
        'regression',
        '--label-column',
        'weight',
        '--debias',
        'groups',
        '--debias-words',
        WORDS,
      ],
      /Debiasing by groups does not fit/,
    ],
    [
      'a classifier',
      ['--debias', 'errors', '--debias-model', 'tiny'],
      /does not predict the labels/,
    ],
    ['a trained head', ['--method', 'last-layer'], /last-layer needs a model that was trained/],
    ['weights', ['--weight-column', 'text'], /reviews\.csv.*2.*Expected a weight/s],
    ['known labels', ['--shifted-data', 'other.csv'], /other\.csv.*2.*"?strange/s],
  ])('says before a run exists that it needs %s', async (_, args, expected) => {
    runs.write('other.csv', 'text,label,weight\nthe film was fine,strange,1\n');
    const { err, status } = await masklab(
      'train',
      '--data',
      'reviews.csv',
      '--model',
      'tiny',
      ...args,
    );
    expect(err).toMatch(expected);
    expect(status).not.toBe(0);
    expect(fs.existsSync(path.join(runs.folder, '.masklab/runs'))).toBe(false);
  });
});
