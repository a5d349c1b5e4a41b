// Trains the bundled model from scratch with Masklab's own trainer. The run can be interrupted
// and started again with the same command: it goes on from its last checkpoint.
// usage: npm run build && npx tsx scripts/pretraining/train.ts --text <folder> [--epochs 3] [--runs <folder>]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { maskingPolicySchema } from '../../src/core/masking/policy.js';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { parseBertConfig } from '../../src/core/models/bertConfig.js';
import { initializeParameters } from '../../src/core/models/initialize.js';
import { isLive } from '../../src/core/runs/status.js';
import { DEFAULT_OPTIMIZER } from '../../src/core/train/defaults.js';
import { createRun } from '../../src/node/createRun.js';
import { followRun } from '../../src/node/followRun.js';
import { launchTrainer } from '../../src/node/launchTrainer.js';
import { readModelFolder, writeModelFolder } from '../../src/node/modelFolder.js';
import { listRuns, readRun, runModelFolder, type RunSummary } from '../../src/node/runDirectory.js';
import { modelCard } from './modelCard.js';

const SEED = 1;
const root = path.join(import.meta.dirname, '../..');
const bundled = path.join(root, BUNDLED_MODEL_FOLDER);
const { values } = parseArgs({
  options: {
    text: { type: 'string', default: path.join(root, '.cache/pretraining/text') },
    runs: { type: 'string', default: path.join(root, '.cache/pretraining/runs') },
    epochs: { type: 'string', default: '3' },
  },
});

async function main(): Promise<void> {
  const directory = (await newestRun()) ?? (await startRun());
  const run = await readRun(directory);
  const end = run.status === 'finished' ? run : await trainToEnd(directory);
  if (end.status !== 'finished') throw new Error(`the run ${end.status}: ${end.problem ?? ''}`);
  await ship(end);
}

async function newestRun(): Promise<string | null> {
  const [run] = await listRuns(values.runs);
  return run?.directory ?? null;
}

/** New weights for the bundled configuration and vocabulary, as a model folder to start from. */
async function startRun(): Promise<string> {
  const readJson = (name: string): unknown =>
    JSON.parse(fs.readFileSync(path.join(bundled, name), 'utf8'));
  const config = parseBertConfig(readJson('config.json'), path.join(bundled, 'config.json'));
  const fresh = path.join(values.runs, '..', 'fresh');
  await writeModelFolder(fresh, {
    config,
    tokenizerJson: readJson('tokenizer.json'),
    parameters: initializeParameters(config, SEED, { initialization: 'fastStart' }),
    modelCard: 'New weights.\n',
    withoutOnnx: true,
  });
  const run = await createRun({
    runsFolder: values.runs,
    workspaceFolder: values.text,
    paths: ['.'],
    modelFolder: fresh,
    name: path.basename(bundled),
    experiment: 'pretraining',
    masking: maskingPolicySchema.parse({ version: 1, rate: 0.2 }),
    // What helped most in small trials: a high rate, and second moments that forget sooner.
    optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-3, beta2: 0.98, epsilon: 1e-6 },
    options: {
      heldOut: 0.02,
      epochs: Number(values.epochs),
      batchSize: 32,
      maxLength: 64,
      warmupFraction: 0.03,
      evaluateEverySteps: 250,
      checkpointEverySteps: 250,
      seed: SEED,
    },
  });
  return run.directory;
}

async function trainToEnd(run: string): Promise<RunSummary> {
  await launchTrainer(run, {
    trainerPath: path.join(root, 'dist/trainer.js'),
    execPath: process.execPath,
  });
  return new Promise((resolve) => {
    const follower = followRun(run, {
      onMetrics: (rows) => {
        for (const row of rows) if (row.split === 'heldOut') console.log(JSON.stringify(row));
      },
      onState: (summary) => {
        if (isLive(summary.status)) return;
        follower.dispose();
        resolve(summary);
      },
    });
  });
}

/** Puts the trained model where the extension takes it from, with half-precision weights. */
async function ship({ directory, spec, state }: RunSummary): Promise<void> {
  const model = await readModelFolder(runModelFolder(directory));
  await writeModelFolder(bundled, {
    ...model,
    modelCard: modelCard({ name: path.basename(bundled), spec: spec!, state: state!, model }),
    halfPrecision: true,
    withoutOnnx: true,
  });
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
