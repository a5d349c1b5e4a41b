/**
 * Trains classifiers with several defaults on labeled data sets and appends one line per run to
 * `.cache/studies/classifierDefaults.jsonl`; lines that exist are not computed again.
 *
 *     npx tsx scripts/studies/classifierDefaults.ts [set,…] [variant,…] [seed,…]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { baselineOf, explainedShare, type StudyScore } from './studyBaselines.js';
import { sampleOf, STUDIES, STUDY_SETS, type StudySample, type StudySet } from './studyData.js';
import { VARIANTS, type StudyVariant } from './studyVariants.js';

const ROOT = path.join(import.meta.dirname, '../..');
const MODEL = path.join(ROOT, 'media/models/masklab-small-en');
const RESULTS = path.join(STUDIES, 'classifierDefaults.jsonl');
const HELD_OUT_SHARE = 0.1;

interface StudyResult extends StudyScore {
  readonly set: string;
  readonly variant: string;
  readonly seed: number;
  readonly macroF1?: number;
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

/** The bundled model, or a copy of it with other values in its `config.json`. */
function modelFolder(work: string, { config }: StudyVariant): string {
  if (config === undefined) return MODEL;
  const folder = path.join(work, 'model');
  fs.cpSync(MODEL, folder, { recursive: true });
  const file = path.join(folder, 'config.json');
  const before = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(file, JSON.stringify({ ...before, ...config }));
  return folder;
}

interface StudyRun {
  readonly name: string;
  readonly set: StudySet;
  readonly variant: StudyVariant;
  readonly seed: number;
}

/** A run of the command line, whose finished model is evaluated on the test rows. */
function trained(
  sample: StudySample,
  { name, set, variant, seed }: StudyRun,
): Partial<StudyResult> {
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
  ].map((row) => (typeof row.label === 'object' ? { ...row, text: row.text.split(' ') } : row));
  const data = path.join(folder, 'data.jsonl');
  fs.writeFileSync(data, rows.map((row) => JSON.stringify(row)).join('\n'));
  const columns = ['--text-column', 'text', '--label-column', 'label', '--split-column', 'split'];
  const run = spawnSync(
    process.execPath,
    [
      ...[path.join(ROOT, 'dist/cli.js'), 'train', '--data', data, '--json'],
      ...['--model', modelFolder(folder, variant), '--task', set.task, ...columns],
      ...['--threads', '1', '--no-example-scores', '--seed', String(seed)],
      ...['--out', path.join(folder, 'runs'), ...variant.flags],
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
  const common = {
    ...{ loss: test['loss']!, beforeLoss: before['loss']! },
    ...{ step, totalSteps, modelStep: modelStep ?? step },
  };
  if (set.task === 'regression') {
    return { accuracy: explainedShare(sample.test, test['meanSquaredError']!), ...common };
  }
  return {
    ...{ accuracy: test['accuracy']!, macroF1: test['macroF1']!, ...common },
    ...{ before: before['accuracy']!, heldOut: latest['accuracy']! },
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
        const tried = VARIANTS[variant];
        const found =
          tried === undefined
            ? baselineOf(set.task, sample)
            : trained(sample, { name, set, variant: tried, seed });
        const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
        const line = JSON.stringify({ set: set.name, variant, seed, ...found, seconds });
        fs.appendFileSync(RESULTS, `${line}\n`);
        console.log(line);
      }
    }
  }
}

main(process.argv.slice(2));
