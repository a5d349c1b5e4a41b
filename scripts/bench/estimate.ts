// `npm run bench:estimate`: what runs are estimated to take against what they then take, on the
// example workspace, in trainer processes as the editor starts them. Linux only, for the peak memory.
// Cases, by parts of their names (default: all but the base ones).
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { AppError } from '../../src/core/errors.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { parseModelConfig } from '../../src/core/models/createModel.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { createRun } from '../../src/node/runs/createRun.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { trainerEnvironment } from '../../src/node/runs/trainerProcess.js';
import { estimateRun } from '../../src/node/runs/estimateRun.js';
import { writeModelFolder } from '../../src/node/models/modelFolder.js';
import { readRun } from '../../src/node/runs/runReader.js';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const BUNDLED = path.join(root, 'media/models/masklab-small-en');

/** [hidden size, layers, heads] */
const SIZES = { tiny: [128, 2, 2], mini: [256, 4, 4], medium: [512, 6, 8], base: [768, 12, 12] };
type Size = keyof typeof SIZES;

interface Case {
  readonly size: Size;
  readonly options: RunOptions;
}

const CASES: readonly Case[] = [
  { size: 'tiny', options: { batchSize: 16, maxLength: 64, epochs: 0.5 } },
  { size: 'mini', options: { batchSize: 16, maxLength: 128, epochs: 0.5 } },
  { size: 'mini', options: { batchSize: 8, maxLength: 64, epochs: 0.2 } },
  { size: 'mini', options: { batchSize: 16, maxLength: 128, epochs: 0.5, method: 'lora' } },
  { size: 'medium', options: { batchSize: 8, maxLength: 128, epochs: 0.2 } },
  { size: 'base', options: { batchSize: 4, maxLength: 128, epochs: 0.05 } },
  { size: 'base', options: { batchSize: 4, maxLength: 128, epochs: 0.05, method: 'lora' } },
];

const ROUNDS = 3;

interface Taken {
  readonly seconds: number;
  readonly bytes: number;
}

async function main(wanted: readonly string[]): Promise<void> {
  // Inside node_modules, so that the bundle finds onnxruntime-node.
  const cache = path.join(root, 'node_modules/.cache');
  fs.mkdirSync(cache, { recursive: true });
  const temporary = fs.mkdtempSync(path.join(cache, 'bench-estimate-'));
  try {
    const trainerPath = await buildTrainer(temporary);
    for (const { size, options } of CASES) {
      const { batchSize, maxLength, method = 'full' } = options;
      const name = `${size} ${batchSize}×${maxLength} ${method}`;
      const isChosen = wanted.some((part) => name.includes(part));
      if (wanted.length === 0 ? size === 'base' : !isChosen) continue;
      const model = await writeModel(path.join(temporary, size), SIZES[size]);
      // In turns, and the best of each: other work on the machine comes and goes.
      const [estimates, runs]: Taken[][] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        const runsFolder = path.join(temporary, 'runs');
        const { spec, directory } = await createRun(
          await inspectRun({
            runsFolder,
            workspaceFolder: path.join(root, 'examples/workspace'),
            paths: ['.'],
            modelFolder: model,
            options: { ...options, evaluateEverySteps: 1000 },
          }),
        );
        const found = await estimateRun(
          { spec, memoryBytes: null, findLearningRate: false },
          { trainerPath, execPath: process.execPath },
        );
        estimates!.push({ seconds: found.seconds, bytes: found.memoryBytes });
        runs!.push(await train(directory, trainerPath));
        fs.rmSync(runsFolder, { recursive: true, force: true });
      }
      console.log(
        [
          name.padEnd(20),
          compare('seconds', estimates!, runs!, ({ seconds }) => seconds),
          compare('MB', estimates!, runs!, ({ bytes }) => bytes / 1e6),
        ].join('  '),
      );
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

async function buildTrainer(folder: string): Promise<string> {
  const kernels = path.join(folder, 'kernels.wasm');
  execFileSync(process.execPath, [path.join(root, 'scripts/compileKernels.mjs'), kernels]);
  const outfile = path.join(folder, 'trainer.js');
  await build({
    entryPoints: [path.join(root, 'src/trainer/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    external: ['onnxruntime-node'],
  });
  return outfile;
}

/** A BERT with new weights and the bundled vocabulary. */
async function writeModel(folder: string, [hidden, layers, heads]: number[]): Promise<string> {
  const read = (name: string): unknown =>
    JSON.parse(fs.readFileSync(path.join(BUNDLED, name), 'utf8'));
  const config = parseModelConfig(
    {
      ...(read('config.json') as object),
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: 4 * hidden!,
      max_position_embeddings: 512,
    },
    folder,
  );
  await writeModelFolder(folder, {
    config,
    tokenizerJson: read('tokenizer.json'),
    parameters: initializeParameters(config, 1),
    modelCard: '',
    withoutOnnx: true,
  });
  return folder;
}

async function train(directory: string, trainerPath: string): Promise<Taken> {
  const child = spawn(process.execPath, [trainerPath, directory], {
    stdio: 'inherit',
    env: trainerEnvironment(process.env, process.platform),
  });
  let bytes = 0;
  const timer = setInterval(() => {
    const status = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');
    bytes = Math.max(bytes, 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, 50);
  await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(timer);
  const { status, state, problem } = await readRun(directory);
  if (status !== 'finished' || state === null) {
    throw problem === null ? new Error(`The run is ${status}.`) : new AppError(problem);
  }
  return { seconds: state.trainingSeconds, bytes };
}

function compare(
  unit: string,
  estimates: readonly Taken[],
  runs: readonly Taken[],
  valueOf: (taken: Taken) => number,
): string {
  const best = (all: readonly Taken[]): number => Math.min(...all.map(valueOf));
  const [estimated, real] = [best(estimates), best(runs)];
  const percent = Math.round(100 * (estimated / real - 1));
  const error = `${percent < 0 ? '' : '+'}${percent}%`;
  return `${estimated.toFixed(0).padStart(5)} ${unit} for ${real.toFixed(0)} (${error})`.padEnd(32);
}

void main(process.argv.slice(2));
