// `npm run bench:soak`: a real trainer process over very many steps of a tiny model: does memory
// stay flat, do steps stay as fast, and can the run still be read quickly?
// --steps N (default 100,000); --json ends with one line that holds the result as JSON.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pretrainingRun } from '../../src/core/specs/pretraining.js';
import { isLive } from '../../src/core/runs/status.js';
import { RUN_FILES } from '../../src/core/runs/schema.js';
import { createRun } from '../../src/node/runs/createRun.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { followRun } from '../../src/node/runs/followRun.js';
import { LocalLauncher } from '../../src/node/runs/localLauncher.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { readRun } from '../../src/node/runs/runReader.js';
import { describeError } from '../../src/core/errors.js';
import { ENGLISH } from '../../src/core/messages/render.js';

const root = path.join(import.meta.dirname, '../..');
const texts = path.join(root, 'examples/workspace/moby-dick');
const SAMPLE_MILLISECONDS = 1000;
/** About as many sequences as the texts come to at the length below. */
const SEQUENCES_AN_EPOCH = 20_500;
const BATCH = 4;

interface Sample {
  readonly step: number;
  readonly seconds: number;
  readonly megabytes: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '100000' },
      json: { type: 'boolean', default: false },
    },
  });
  const steps = Number(values.steps);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-soak-'));
  try {
    const directory = await startRun(folder, steps);
    const samples = await watch(directory);
    const result = { ...summary(samples), ...(await reading(directory)) };
    console.log(
      [
        `${result.steps} steps, ${samples.length} samples`,
        `memory        ${result.firstMegabytes} MB in the second tenth, ${result.lastMegabytes} MB in the last (${result.memoryRatio}x), at most ${result.peakMegabytes} MB`,
        `step          ${result.firstStepMs} ms in the second tenth, ${result.lastStepMs} ms in the last (${result.stepRatio}x)`,
        `reading it    ${result.rows} rows of metrics, ${result.metricsMegabytes} MB, in ${result.readMs} ms`,
      ].join('\n'),
    );
    if (values.json) console.log(JSON.stringify(result));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startRun(folder: string, steps: number): Promise<string> {
  const { directory } = await createRun(
    await inspectRun({
      ...pretrainingRun(
        {
          vocabulary: {
            ...{ kind: 'trained', model: 'wordpiece', size: 600, minFrequency: 2, lowercase: true },
          },
          architecture: { family: 'bert', layers: 1, hiddenSize: 16, heads: 2, innerSize: 32 },
        },
        {
          ...{ batchSize: BATCH, maxLength: 16, epochs: (steps * BATCH) / SEQUENCES_AN_EPOCH },
          ...{ evaluateEverySteps: 500, checkpointEverySteps: 1000, threads: 1 },
        },
      ),
      runsFolder: path.join(folder, 'runs'),
      workspaceFolder: texts,
      paths: ['.'],
      name: 'soak',
    }),
  );
  await new LocalLauncher({
    trainerPath: path.join(root, 'dist/trainer.js'),
    execPath: process.execPath,
  }).start(directory);
  return directory;
}

async function watch(directory: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MILLISECONDS));
    const { status, state, problem } = await readRun(directory);
    if (!isLive(status)) {
      if (status !== 'finished')
        throw new Error(
          `the run ${status}: ${problem === null ? '' : describeError(problem, ENGLISH).message}`,
        );
      return samples;
    }
    if (state?.process == null || state.step === 0 || !isAlive(state.process.pid)) continue;
    const { step, trainingSeconds: seconds } = state;
    samples.push({ step, seconds, megabytes: residentMegabytes(state.process.pid) });
  }
}

function residentMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // It has just ended, or this isn't Linux.
    return 0;
  }
}

/** The first tenth is left out: caches and the compiler warm up in it. */
function summary(samples: readonly Sample[]) {
  const part = (from: number, to: number): readonly Sample[] =>
    samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
  const memory = (of: readonly Sample[]): number =>
    of.map(({ megabytes }) => megabytes).sort((a, b) => a - b)[Math.floor(of.length / 2)]!;
  const stepTime = (of: readonly Sample[]): number => {
    const [first, last] = [of[0]!, of.at(-1)!];
    return (1000 * (last.seconds - first.seconds)) / Math.max(1, last.step - first.step);
  };
  const [early, late] = [part(0.1, 0.2), part(0.9, 1)];
  return {
    steps: samples.at(-1)!.step,
    firstMegabytes: Math.round(memory(early)),
    lastMegabytes: Math.round(memory(late)),
    memoryRatio: round(memory(late) / memory(early)),
    peakMegabytes: Math.round(Math.max(...samples.map(({ megabytes }) => megabytes))),
    firstStepMs: round(stepTime(early)),
    lastStepMs: round(stepTime(late)),
    stepRatio: round(stepTime(late) / stepTime(early)),
  };
}

/** Measures the time to follow the finished run from its start, as panel and tree do. */
async function reading(directory: string) {
  const started = performance.now();
  let rows = 0;
  await new Promise<void>((resolve) => {
    const follower = followRun(directory, {
      onMetrics: (read) => {
        rows += read.length;
      },
      onState: () => {
        follower.dispose();
        resolve();
      },
    });
  });
  const { size } = statSync(path.join(directory, RUN_FILES.metrics));
  const readMs = Math.round(performance.now() - started);
  return { rows, metricsMegabytes: round(size / 1e6), readMs };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
