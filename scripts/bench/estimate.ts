// `npm run bench:estimate`: estimated time and memory of training steps against what then happens.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { MALLOC } from './contender.js';
import type { EstimateAnswer } from './estimateWorker.js';
import { createTrainTask, type Method, type Work } from './trainTask.js';

const here = import.meta.dirname;
const root = path.join(here, '../..');

interface Case {
  readonly work: Work;
  readonly batchSize: number;
  readonly length: number;
  readonly method?: Method;
}

const CASES: readonly Case[] = [
  { work: 'tiny', batchSize: 16, length: 64 },
  { work: 'mini', batchSize: 16, length: 128 },
  { work: 'mini', batchSize: 8, length: 64 },
  { work: 'mini', batchSize: 32, length: 128 },
  { work: 'mini', batchSize: 16, length: 128, method: 'lora' },
  { work: 'mini', batchSize: 16, length: 128, method: 'last-layers' },
  { work: 'base', batchSize: 2, length: 128 },
];

async function main(wanted: readonly string[]): Promise<void> {
  const threads = Math.min(2, os.availableParallelism());
  // Inside node_modules, so that the bundle finds onnxruntime-node.
  mkdirSync(path.join(root, 'node_modules/.cache'), { recursive: true });
  const temporary = mkdtempSync(path.join(root, 'node_modules/.cache/bench-estimate-'));
  const kernels = path.join(temporary, 'kernels.wasm');
  const worker = path.join(temporary, 'estimateWorker.mjs');
  try {
    execFileSync(process.execPath, [path.join(root, 'scripts/compileKernels.mjs'), kernels]);
    await build({
      entryPoints: [path.join(here, 'estimateWorker.ts')],
      outfile: worker,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
      external: ['onnxruntime-node'],
    });
    for (const { work, batchSize, length, method = 'full' } of CASES) {
      const name = `${work} ${batchSize}×${length} ${method}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      const run = (mode: string): EstimateAnswer => {
        const task = createTrainTask(work, { threads, method, batchSize, length });
        const output = execFileSync(process.execPath, [worker, mode, kernels], {
          input: JSON.stringify(task),
          env: { ...process.env, ...MALLOC },
          encoding: 'utf8',
        });
        return JSON.parse(output) as EstimateAnswer;
      };
      // Before and after, since other work on the machine comes and goes.
      const before = run('estimate');
      const real = run('train');
      const after = run('estimate');
      const milliseconds = (before.milliseconds + after.milliseconds) / 2;
      const percent = (ratio: number): string => `${(100 * (ratio - 1)).toFixed(0)}%`;
      console.log(
        [
          name.padEnd(28),
          `time ${milliseconds.toFixed(0)} ms for ${real.milliseconds.toFixed(0)}: ${percent(milliseconds / real.milliseconds)}`,
          `memory ${before.megabytes.toFixed(0)} MB for ${real.megabytes.toFixed(0)}: ${percent(before.megabytes / real.megabytes)}`,
        ].join('  '),
      );
      if (process.env['VERBOSE']) console.log(before, real, after);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2));
