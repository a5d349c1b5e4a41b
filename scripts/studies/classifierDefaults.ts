/**
 * Trains classifiers with several defaults on labeled data sets and appends one line per run to
 * `.cache/studies/classifierDefaults.jsonl`; lines that exist are not computed again.
 *
 *     npx tsx scripts/studies/classifierDefaults.ts [set,…] [variant,…] [seed,…]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fitLinearModel, linearOutputs } from '../../src/core/baselines/linearModel.js';
import { WordFeatures } from '../../src/core/baselines/wordFeatures.js';
import { sampleOf, STUDIES, STUDY_SETS, type LabelledText } from './studyData.js';

const ROOT = path.join(import.meta.dirname, '../..');
const MODEL = path.join(ROOT, 'media/models/masklab-small-en');
const RESULTS = path.join(STUDIES, 'classifierDefaults.jsonl');
const HELD_OUT_SHARE = 0.1;

/** Flags of `masklab train` by the name of a variant. */
export const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  before: ['--new-head', 'random', '--keep', 'last', '--learning-rate', '1e-3'],
  zeros: ['--new-head', 'zeros', '--keep', 'last', '--learning-rate', '1e-3'],
  rate5e4: ['--new-head', 'zeros', '--keep', 'best', '--learning-rate', '5e-4'],
  rate5e4Last: ['--new-head', 'zeros', '--keep', 'last', '--learning-rate', '5e-4'],
  rate3e4: ['--new-head', 'zeros', '--keep', 'best', '--learning-rate', '3e-4'],
  rate1e4: ['--new-head', 'zeros', '--keep', 'best', '--learning-rate', '1e-4'],
  decay: [
    ...['--new-head', 'zeros', '--keep', 'best', '--learning-rate', '5e-4'],
    ...['--layer-decay', '0.7'],
  ],
  batch8: [
    ...['--new-head', 'zeros', '--keep', 'best', '--learning-rate', '3e-4'],
    ...['--batch-size', '8'],
  ],
  lora: ['--new-head', 'zeros', '--keep', 'best', '--method', 'lora', '--learning-rate', '2e-3'],
  smooth: [
    ...['--new-head', 'zeros', '--keep', 'best', '--learning-rate', '3e-4'],
    ...['--label-smoothing', '0.1'],
  ],
  defaults: [],
};

interface StudyResult {
  readonly set: string;
  readonly variant: string;
  readonly seed: number;
  readonly accuracy: number;
  readonly macroF1?: number;
  readonly loss: number;
  readonly before?: number;
  readonly beforeLoss?: number;
  readonly heldOut?: number;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly modelStep?: number;
  readonly seconds: number;
}

function readResults(): StudyResult[] {
  if (!fs.existsSync(RESULTS)) return [];
  const lines = fs.readFileSync(RESULTS, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as StudyResult);
}

interface Sample {
  readonly train: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

/** TF-IDF with logistic regression, trained on all rows that the model trains on or is evaluated on. */
function bagOfWords({ train, test }: Sample): Pick<StudyResult, 'accuracy' | 'loss'> {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const features = new WordFeatures(
    train.map(({ text }) => text),
    50_000,
  );
  const model = fitLinearModel({
    rows: train.map(({ text }) => features.rowOf(text)),
    featureCount: features.size,
    targets: train.map(({ label }) => labels.map((other) => Number(other === label))),
    outputCount: labels.length,
    loss: 'softmax',
  });
  let right = 0;
  let loss = 0;
  for (const { text, label } of test) {
    const outputs = linearOutputs(model, features.rowOf(text));
    const best = labels[outputs.indexOf(Math.max(...outputs))];
    const most = Math.max(...outputs);
    const sum = outputs.reduce((total, output) => total + Math.exp(output - most), 0);
    loss += most + Math.log(sum) - outputs[labels.indexOf(label)]!;
    if (best === label) right++;
  }
  return { accuracy: right / test.length, loss: loss / test.length };
}

/** A run of the command line, whose finished model is evaluated on the test rows. */
function trained(name: string, sample: Sample, flags: readonly string[]): Partial<StudyResult> {
  const folder = path.join(STUDIES, 'work', name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const heldOut = Math.max(1, Math.round(sample.train.length * HELD_OUT_SHARE));
  const every = sample.train.length / heldOut;
  const isHeldOut = new Set(
    Array.from({ length: heldOut }, (_, i) => Math.floor((i + 0.5) * every)),
  );
  const rows = [
    ...sample.train.map((row, i) => ({ ...row, split: isHeldOut.has(i) ? 'validation' : 'train' })),
    ...sample.test.map((row) => ({ ...row, split: 'test' })),
  ];
  const data = path.join(folder, 'data.jsonl');
  fs.writeFileSync(data, rows.map((row) => JSON.stringify(row)).join('\n'));
  const columns = ['--text-column', 'text', '--label-column', 'label', '--split-column', 'split'];
  const run = spawnSync(
    process.execPath,
    [
      ...[path.join(ROOT, 'dist/cli.js'), 'train', '--data', data, '--model', MODEL, '--json'],
      ...['--threads', '1', '--task', 'classification', '--no-example-scores', ...columns],
      ...['--out', path.join(folder, 'runs'), ...flags],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
  const state = JSON.parse(run.stdout) as {
    test: Record<string, number>;
    before: Record<string, number>;
    latest: Record<string, number>;
    step: number;
    totalSteps: number;
    modelStep?: number;
  };
  fs.rmSync(folder, { recursive: true, force: true });
  const { test, before, latest, step, totalSteps, modelStep } = state;
  return {
    ...{ accuracy: test['accuracy']!, macroF1: test['macroF1']!, loss: test['loss']! },
    ...{ before: before['accuracy']!, beforeLoss: before['loss']!, heldOut: latest['accuracy']! },
    ...{ step, totalSteps, modelStep: modelStep ?? step },
  };
}

function main([sets = '', variants = '', seeds = '0,1,2']: readonly string[]): void {
  const known = new Set(readResults().map(({ set, variant, seed }) => `${set} ${variant} ${seed}`));
  const isNamed = (list: string, name: string): boolean =>
    list === '' || list.split(',').includes(name);
  for (const variant of ['bagOfWords', ...Object.keys(VARIANTS)]) {
    if (!isNamed(variants, variant)) continue;
    for (const set of STUDY_SETS.filter(({ name }) => isNamed(sets, name))) {
      for (const seed of seeds.split(',').map(Number)) {
        if (known.has(`${set.name} ${variant} ${seed}`)) continue;
        const sample = sampleOf(set, seed);
        const startedAt = performance.now();
        const name = `${set.name}-${variant}-${seed}`;
        const flags = VARIANTS[variant];
        const found =
          flags === undefined
            ? bagOfWords(sample)
            : trained(name, sample, [...flags, '--seed', String(seed)]);
        const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
        const line = JSON.stringify({ set: set.name, variant, seed, ...found, seconds });
        fs.appendFileSync(RESULTS, `${line}\n`);
        console.log(line);
      }
    }
  }
}

main(process.argv.slice(2));
