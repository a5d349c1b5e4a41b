// `npm run bench:train`: training against PyTorch, interleaved. Works, by name (default: all):
//   mini      a full step of BERT-mini, 16 × 128
//   base      a full step of BERT-base, 8 × 128, and where its time goes
//   base-16, base-512   the same with 16 × 128 and with 4 × 512
//   modernbert          a full step of a ModernBERT of base size, 8 × 128
//   partial   BERT-base: the last two layers and the head, and LoRA, against our own full step
//   job       BERT-mini on texts of natural lengths, from files to an exported model
// --quick takes fewer steps; --threads N sets the threads of each (1 is the fairer comparison on a
// machine that is not idle); --python <path> takes the PyTorch of another Python than Debian's; --json
// ends with one line that holds the results as JSON.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { floatingPeak } from './floatingPeak.js';
import { trainerEnvironment } from '../../src/node/runs/trainerProcess.js';
import { Contender, interleave, round2 } from './contender.js';
import { findPyTorch, type PyTorch } from './pyTorch.js';
import { runJob } from './trainJob.js';
import type { TrainProfile } from './trainProfile.js';
import { createTrainTask, STEPS, type Method, type Work } from './trainTask.js';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const WORKS = [...(Object.keys(STEPS) as Work[]), 'partial', 'job'] as const;

interface Bench {
  readonly threads: number;
  readonly quick: boolean;
  readonly torch: PyTorch;
  /** Paths of compiled kernels and bundled workers. */
  readonly kernels: string;
  readonly worker: string;
  readonly profiler: string;
  readonly temporary: string;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      threads: { type: 'string' },
      python: { type: 'string' },
    },
  });
  const unknown = positionals.find((name) => !(WORKS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`No work "${unknown}"; there are ${WORKS.join(', ')}`);
  const wanted = WORKS.filter((name) => positionals.length === 0 || positionals.includes(name));
  const threads = Number(values.threads ?? Math.min(2, os.availableParallelism()));
  const torch = findPyTorch(threads, values.python);
  // Inside node_modules, so that the bundles find onnxruntime-node.
  mkdirSync(path.join(root, 'node_modules/.cache'), { recursive: true });
  const temporary = mkdtempSync(path.join(root, 'node_modules/.cache/bench-train-'));
  const bench: Bench = {
    threads,
    quick: values.quick,
    torch,
    kernels: path.join(temporary, 'kernels.wasm'),
    worker: path.join(temporary, 'trainWorker.mjs'),
    profiler: path.join(temporary, 'trainProfile.mjs'),
    temporary,
  };
  const load = os.loadavg()[0] ?? 0;
  const results: Record<string, unknown> = {};
  try {
    execFileSync(process.execPath, [path.join(root, 'scripts/compileKernels.mjs'), bench.kernels]);
    await bundle(path.join(here, 'trainWorker.ts'), bench.worker);
    await bundle(path.join(here, 'trainProfile.ts'), bench.profiler);

    console.log('Full steps: forward, backward, clipping, AdamW; float32, no dropout, 15% masked.');
    console.log(`baseline: ${torch.build}`);
    console.log(`${threads} threads each, interleaved`);
    if (load > 0.5) {
      console.log(`\nWARNING: other work is running (load ${load.toFixed(1)}): PyTorch's OpenMP`);
      console.log('threads suffer more from it than ours, so these ratios flatter us.');
    }
    for (const work of wanted) {
      if (work === 'partial') results[work] = await comparePartial(bench);
      else if (work === 'job') results[work] = await runJob(bench);
      else results[work] = await compareSteps(work, bench);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  if (!values.json) return;
  const ortPackage = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
    version: string;
  };
  const machine = { cores: os.availableParallelism(), cpu: os.cpus()[0]?.model ?? 'unknown' };
  const versions = {
    onnxruntime: ortPackage.version,
    baseline: torch.build,
    node: process.version,
  };
  console.log(
    JSON.stringify({ ...results, ...machine, versions, threads, loadAtStart: round2(load) }),
  );
}

function ours(name: string, work: Work, method: Method, bench: Bench): Contender {
  return new Contender({
    name,
    command: process.execPath,
    args: [bench.worker, bench.kernels],
    env: trainerEnvironment(process.env, process.platform),
    cwd: root,
    task: createTrainTask(work, { threads: bench.threads, method }),
  });
}

async function compareSteps(work: Work, bench: Bench): Promise<object> {
  const { threads, torch, quick } = bench;
  const baseline = (name: string, kind: string): Contender =>
    new Contender({
      name,
      command: torch.python,
      args: [path.join(here, 'train_baseline.py'), kind],
      env: torch.env,
      task: createTrainTask(work, { threads }),
    });
  const masklab = ours('Masklab', work, 'full', bench);
  const masked = baseline('PyTorch, masked positions only', 'masked');
  const everywhere = baseline('PyTorch, as run_mlm.py', 'everywhere');
  const contenders = [masklab, masked, everywhere];
  const isSmall = work === 'mini';
  const rounds = isSmall ? (quick ? 4 : 12) : quick ? 2 : 5;
  await interleave(contenders, { rounds, stepsARound: isSmall ? 3 : 1, warmUp: 2 });

  const { title, batchSize, length } = STEPS[work];
  console.log(`\n${title}, ${batchSize} × ${length}`);
  for (const contender of contenders) console.log(contender.report());
  const ratio = (other: Contender) => ({
    median: round2(other.median / masklab.median),
    minimum: round2(other.minimum / masklab.minimum),
    memory: round2(masklab.peakBytes / other.peakBytes),
  });
  const ratios = { masked: ratio(masked), everywhere: ratio(everywhere) };
  for (const [name, { median, minimum, memory }] of [
    ['masked positions only', ratios.masked],
    ['run_mlm.py', ratios.everywhere],
  ] as const) {
    console.log(
      `against PyTorch, ${name}: ${median}× as fast (min ${minimum}×), ${memory}× memory`,
    );
  }
  const profile = profileSteps(work, bench);
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  console.log(
    `matrix products ${percent(profile.gemmShare)} of a step, at ${profile.gemmGigaflops.toFixed(0)} GFLOP/s; the step as a whole runs at ${percent(profile.gigaflops / profile.peakGigaflops)} of the peak measured here (${profile.peakGigaflops.toFixed(0)} GFLOP/s)`,
  );
  const flops = profile.gigaflops * profile.stepMs;
  const atPeak = flops / profile.peakGigaflops;
  console.log(
    `were every product at that peak and all else free, a step would take ${atPeak.toFixed(0)} ms: ${round2(masked.median / atPeak)}× PyTorch, masked positions only; its own products reach ${torchPeak(bench).toFixed(0)} GFLOP/s`,
  );
  const limit = floatingPeak(bench.threads);
  if (limit !== null) {
    console.log(
      `peak of ${bench.threads} cores by clock and vector units: ${limit.gigahertz.toFixed(2)} GHz × ${limit.operationsPerCycle} operations per cycle and core = ${limit.gigaflops.toFixed(0)} GFLOP/s; products reach ${percent(profile.gemmGigaflops / limit.gigaflops)} of it`,
    );
  }
  const shown = profile.operators.slice(0, 8).map(([name, share]) => `${name} ${percent(share)}`);
  console.log(`  ${shown.join(', ')}`);
  const summaries = contenders.map((contender) => contender.summary());
  return { contenders: summaries, ratios, profile, floatingPeak: limit };
}

/** GFLOP/s of PyTorch's fastest large product, with the same threads. */
function torchPeak({ torch, threads }: Bench): number {
  const output = execFileSync(torch.python, ['-c', TORCH_PEAK, String(threads)], {
    env: { ...process.env, ...torch.env },
    encoding: 'utf8',
  });
  return Number(output);
}

const TORCH_PEAK = `
import sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
best = 0.0
for size in (512, 1024, 2048):
    a = torch.full((size, size), 0.5)
    for _ in range(8):
        start = time.perf_counter()
        a @ a
        best = max(best, 2 * size**3 / (time.perf_counter() - start) / 1e9)
print(best)`;

function profileSteps(work: Work, { profiler, kernels, threads }: Bench): TrainProfile {
  const output = execFileSync(process.execPath, [profiler, kernels], {
    input: JSON.stringify(createTrainTask(work, { threads })),
    env: trainerEnvironment(process.env, process.platform),
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(output) as TrainProfile;
}

async function comparePartial(bench: Bench): Promise<object> {
  const full = ours('full', 'base', 'full', bench);
  const last = ours('last 2 layers + head', 'base', 'last-layers', bench);
  const lora = ours('LoRA, rank 8, query and value', 'base', 'lora', bench);
  const contenders = [full, last, lora];
  await interleave(contenders, { rounds: bench.quick ? 2 : 5, stepsARound: 1, warmUp: 2 });
  console.log('\nBERT-base, 8 × 128: parts of it, against our own full step');
  for (const contender of contenders) console.log(contender.report());
  const ratio = (part: Contender) => ({
    time: round2(part.median / full.median),
    memory: round2(part.peakBytes / full.peakBytes),
  });
  const ratios = { lastLayers: ratio(last), lora: ratio(lora) };
  console.log(
    `last 2 layers + head: ${ratios.lastLayers.time}× time, ${ratios.lastLayers.memory}×`,
  );
  console.log(`LoRA: ${ratios.lora.time}× time, ${ratios.lora.memory}× memory`);
  return { contenders: contenders.map((contender) => contender.summary()), ratios };
}

async function bundle(source: string, outfile: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    external: ['onnxruntime-node'],
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
