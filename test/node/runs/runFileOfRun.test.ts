import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PRETRAIN } from '../../../src/cli/pretrain.js';
import { TRAIN } from '../../../src/cli/train.js';
import { readCommand } from '../../../src/cli/usage.js';
import { BERT_MASKING } from '../../../src/core/masking/policy/policy.js';
import type { RunEstimate } from '../../../src/core/runs/runEstimate.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { runSpecSchema, type RunSpec } from '../../../src/core/runs/schema.js';
import { DEFAULT_NEW_MODEL, pretrainingRun } from '../../../src/core/specs/pretraining.js';
import { parseRunFile, runFileText } from '../../../src/core/specs/runFile.js';
import { parametersOf } from '../../../src/core/specs/runParameters.js';
import { readPolicy } from '../../../src/node/policies/readPolicy.js';
import { commandsOf, type RunCommand } from '../../../src/node/runs/commandOfRun.js';
import { planRun } from '../../../src/node/runs/createRun.js';
import { inspectRun, type RunRequest } from '../../../src/node/runs/inspectRun.js';
import { requestOfRunFile } from '../../../src/node/runs/readRunFile.js';
import { runFileOfSpec } from '../../../src/node/runs/runFileOfRun.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const TEXT = Array.from(
  { length: 60 },
  (_, day) => `The excellent sea of day ${day} was calm and wide. Nobody disliked it.`,
).join('\n\n');
const MEASURED: RunEstimate = {
  ...{ batchSize: 4, accumulation: 2, recompute: true, memoryBytes: 1, learningRate: 3e-4 },
  disk: { training: 3, finished: 1 },
  ...{ totalSteps: 1, seconds: 1, parameterCount: 1, trainedCount: 1, notes: [] },
};

const folder = useScratchFolder();
let tiny: string;

beforeEach(async () => {
  tiny = path.join(folder.path, 'models/tiny');
  folder.write('notes/a.txt', TEXT);
  folder.write('notes/b.md', `# Title\n\n${TEXT}`);
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const table = (header: string, row: (i: number) => string): string =>
    `${header}\n${rows.map(row).join('\n')}\n`;
  folder.write(
    'reviews.csv',
    table(
      'review,other,stars,label,author',
      (i) =>
        `text ${i} of a day,reply ${i} at night,${i % 5}.5,${['good', 'bad', 'Good'][i % 3]!},a${i % 20}`,
    ),
  );
  folder.write(
    'topics.csv',
    table('text,topics', (i) => `text ${i} of a day,${i % 2 ? 'sea;day' : 'day'}`),
  );
  folder.write(
    'shares.csv',
    table('text,sea,land', (i) => `text ${i} of a day,${i % 2 ? '0.25,0.75' : '0.5,0.5'}`),
  );
  folder.write(
    'windows.csv',
    table('caf\u00e9 text ten,good', (i) => `text ${i} of a day,${i % 2 ? 'good' : 'bad'}`),
  );
  folder.write('tags.conll', rows.map((i) => `Ada${i}\tB-PER\nswims\tO\nfar\tO\n`).join('\n'));
  for (const name of ['train', 'test']) {
    folder.write(
      `split/${name}.csv`,
      table('text,label', (i) => `${name} ${i} of a day,${i % 2 ? 'x' : 'y'}`),
    );
  }
  folder.write(
    'own.mask.json',
    JSON.stringify({ version: 1, rate: 0.2, rules: [{ name: 'sea', lexicon: 'sea.txt' }] }),
  );
  folder.write('sea.txt', 'sea\nexcellent\n');
  folder.write('policies/day.mask.json', JSON.stringify({ version: 1, rate: 0, always: ['day'] }));
  folder.write('more/elsewhere.csv', 'review,other,stars,label\na sea,none,2.5,good\n');
  await writeTinyModel(tiny, TEXT);
});

/** The spec as `run.json` keeps it. */
async function specOf(request: Omit<RunRequest, 'runsFolder'>): Promise<RunSpec> {
  const { spec } = await planRun({
    ...(await inspectRun({ ...request, runsFolder: path.join(folder.path, '.masklab/runs') })),
    estimate: () => Promise.resolve(MEASURED),
  });
  return runSpecSchema.parse(JSON.parse(JSON.stringify(spec)));
}

async function again(spec: RunSpec, from: string): Promise<RunSpec> {
  const text = runFileText(await runFileOfSpec(spec, { folder: from }));
  const place = { folder: from, workspaceFolder: folder.path, bundledModel: '/none' };
  return specOf(requestOfRunFile(parseRunFile(text, 'a.run.jsonc'), place));
}

const CASES: readonly [data: string, RunOptions][] = [
  ['notes', {}],
  ['notes', { masking: 'opinion-words', seed: 7, threads: 2 }],
  ['notes', { masking: 'opinion-words', maskingRate: 0.4 }],
  ['notes', { maskingRate: 0.3, packing: true, cut: 'words', epochs: 1.5, stride: 4 }],
  ['notes', { masking: 'own.mask.json', clean: ['html', 'urls'], nearDuplicates: 'together' }],
  ['notes', { batchSize: 'auto', findLearningRate: true, dropout: true }],
  [
    'notes',
    {
      ...{ method: 'lora', loraRank: 8, loraAlpha: 4, loraTargets: ['query'], keepAdapter: true },
      ...{ freeze: ['embeddings', 'layers=1', '*LayerNorm*'], optimizer: 'sgd', momentum: 0.9 },
    },
  ],
  ['notes', { beta1: 0.8, beta2: 0.9997, epsilon: 1e-6 }],
  ['notes', { optimizer: 'adafactor', epsilon: 1e-20 }],
  [
    'notes',
    { optimizer: 'lion', beta2: 0.98, layerDecay: 0.9, schedule: 'polynomial', schedulePower: 1 },
  ],
  ['notes', { earlyStopping: 'loss:3', keepModel: 'best', evaluateEverySteps: 5, heldOut: 0.3 }],
  ['notes', { checkpointEverySteps: 9, test: 0.2, maxGradientNorm: 5, warmupFraction: 0 }],
  ['reviews.csv', { task: 'masked-lm', textColumn: 'review', maxLength: 32 }],
  ['reviews.csv', { task: 'masked-lm' }],
  [
    'reviews.csv',
    {
      ...{ task: 'classification', textColumn: 'review', labelColumn: ['label'], pairColumn: '' },
      ...{ mergeLabels: true, labelSmoothing: 0.1, classWeights: 'balanced' },
      ...{ groupColumn: 'author', truncation: 'windows', stride: 3, newHead: 'random' },
    },
  ],
  ['reviews.csv', { task: 'classification', textColumn: 'review', labelColumn: ['label'] }],
  ['reviews.csv', { textColumn: 'review', pairColumn: 'other', labelColumn: ['label'] }],
  ['reviews.csv', { task: 'regression', textColumn: 'review', labelColumn: ['stars'] }],
  [
    'reviews.csv',
    { keepModel: 'last', task: 'regression', textColumn: 'review', labelColumn: ['stars'] },
  ],
  ['reviews.csv', { textColumn: 'review', labelColumn: ['label'], maskedExamples: 0.5 }],
  ['reviews.csv', { textColumn: 'review', labelColumn: ['label'], masking: 'bert' }],
  ['reviews.csv', { textColumn: 'review', labelColumn: ['label'], masking: 'own.mask.json' }],
  [
    'reviews.csv',
    {
      ...{ textColumn: 'review', labelColumn: ['label'], masking: 'opinion-words' },
      ...{ maskingRate: 0.4, maskedExamples: 0.25 },
    },
  ],
  [
    'reviews.csv',
    {
      ...{ textColumn: 'review', labelColumn: ['label'], weightColumn: 'stars' },
      ...{ shiftedData: ['more/elsewhere.csv'], shiftedWeight: 3 },
    },
  ],
  [
    'reviews.csv',
    {
      ...{ textColumn: 'review', labelColumn: ['label'], debias: 'consistency' },
      ...{ debiasWords: 'policies/day.mask.json', debiasWeight: 0.3 },
    },
  ],
  [
    'reviews.csv',
    {
      ...{ textColumn: 'review', labelColumn: ['label'], debias: 'product-of-experts' },
      ...{ shiftedData: ['more/elsewhere.csv'] },
    },
  ],
  ['topics.csv', { textColumn: 'text', labelColumn: ['topics'] }],
  ['topics.csv', { textColumn: 'text', labelColumn: ['topics'], labelDelimiter: '' }],
  ['shares.csv', { textColumn: 'text', labelColumn: ['sea', 'land'], loss: 'kl' }],
  ['shares.csv', { textColumn: 'text', labelColumn: ['sea', 'land'], task: 'regression' }],
  ['windows.csv', { noHeader: true, encoding: 'windows-1252' }],
  ['tags.conll', {}],
  ['tags.conll', { task: 'token-classification', classWeights: '1,2', labelSmoothing: 0.2 }],
  ['split', {}],
  ['split', { ignoreSplitNames: true, skipBad: true }],
];

describe('the run file of a run', () => {
  it.each(CASES)('creates a run with the same parameters: %s %j', async (data, options) => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: [data], modelFolder: tiny, options },
    });
    for (const from of [folder.path, path.join(folder.path, 'experiments/deep')]) {
      const repeated = await again(spec, from);
      expect(parametersOf(repeated)).toEqual(parametersOf(spec));
      expect(repeated.training.seed).toBe(spec.training.seed);
      expect(repeated.training.threads).toBe(spec.training.threads);
    }
  });

  it.each<RunOptions>([
    {},
    { masking: 'opinion-words', maxLength: 64, heldOut: 0.1 },
    { epochs: 2, optimizer: 'sgd' },
  ])('creates the same new model with %j', async (options) => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: ['notes'] },
      ...pretrainingRun(DEFAULT_NEW_MODEL, { ...options, task: 'masked-lm' }),
    });
    const repeated = await again(spec, folder.path);
    expect(parametersOf(repeated)).toEqual(parametersOf(spec));
    expect(repeated.experiment).toBe('pretraining');
  });

  it('says only what was decided, with paths relative to its folder', async () => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: ['notes'], modelFolder: tiny },
      options: { masking: 'opinion-words', learningRate: 1e-3, epochs: 2, evaluateEverySteps: 4 },
    });
    const run = await runFileOfSpec(spec, { name: 'one', folder: path.join(folder.path, 'runs') });
    expect(JSON.parse(runFileText(run))).toEqual({
      name: 'one',
      data: ['../notes/a.txt', '../notes/b.md'],
      model: '../models/tiny',
      task: 'masked-lm',
      epochs: 2,
      maxLength: 64,
      learningRate: 1e-3,
      evaluateEverySteps: 4,
      masking: 'opinion-words',
    });
  });

  it('has a policy that is not of the gallery in itself, without its defaults', async () => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: ['notes'], modelFolder: tiny },
      options: { masking: 'own.mask.json' },
    });
    const { policy } = await runFileOfSpec(spec, { folder: folder.path });
    expect(policy).toEqual(spec.masking);
    const text = runFileText({
      data: ['a'],
      exclude: [],
      options: {},
      policy: { ...BERT_MASKING, rate: 0.2 },
    });
    expect(JSON.parse(text)).toEqual({ data: ['a'], masking: { version: 1, rate: 0.2 } });
  });
});

describe('the command of a run', () => {
  const commandOf = async (spec: RunSpec): Promise<RunCommand> => {
    const { workspaceFolder } = spec;
    const files = [await runFileOfSpec(spec, { folder: workspaceFolder })];
    const [written] = await commandsOf(files, { workspaceFolder, platform: 'linux' });
    return written!;
  };

  it.each(CASES)('reads as the options of its run file: %s %j', async (data, options) => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: [data], modelFolder: tiny, options },
    });
    const run = await runFileOfSpec(spec, { folder: folder.path });
    const { command, policyFile } = await commandOf(spec);
    const print = 'console.log(JSON.stringify(process.argv.slice(2)))';
    folder.write('words.js', print);
    const inShell = command.replace(/^npx masklab/, `'${process.execPath}' words.js`);
    const out = execFileSync('/bin/sh', ['-c', inShell], { cwd: folder.path, encoding: 'utf8' });
    const [name, ...words] = JSON.parse(out) as string[];
    expect(name).toBe('train');
    const values = readCommand(TRAIN, words);
    expect(values.list('data')).toEqual(run.data);
    expect(values.text('model')).toBe(run.model);
    const { masking, ...others } = values.options;
    expect(others).toEqual(withoutMasking(run.options));
    if (run.policy === undefined) expect(masking).toBe(run.options.masking);
    else {
      expect(masking).toBe(policyFile);
      expect(await readPolicy(policyFile!, { folder: folder.path })).toEqual(run.policy);
    }
  });

  it('keeps the run in its experiment', async () => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: ['notes'], modelFolder: tiny },
      experiment: 'opinion words',
    });
    const { command } = await commandOf(spec);
    const [, , , ...words] = command.split(' ');
    expect(readCommand(TRAIN, words).text('experiment')).toBe('opinion-words');
  });

  it('of a new model pre-trains one', async () => {
    const spec = await specOf({
      ...{ workspaceFolder: folder.path, paths: ['notes'] },
      ...pretrainingRun(DEFAULT_NEW_MODEL, { seed: 3, task: 'masked-lm', masking: 'bert' }),
    });
    const { command } = await commandOf(spec);
    const [, , name, ...words] = command.split(' ');
    expect(name).toBe('pretrain');
    const values = readCommand(PRETRAIN, words);
    expect(values.options).toMatchObject({ seed: 3, masking: 'bert' });
    expect(values.text('hidden-size')).toBe('256');
    expect(values.text('vocabulary-size')).toBe('8192');
  });
});

function withoutMasking(options: RunOptions): RunOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'masking'));
}
