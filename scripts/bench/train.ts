// `npm run bench:train`: a full training step of BERT-mini against PyTorch, interleaved.
// --quick takes fewer steps; --threads N sets the threads of each (1 is the fairer comparison on a
// machine that is not idle); --json ends with one line that holds the result as JSON.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TrainAnswer } from './trainTask.js';
import { createTrainTask } from './trainTask.js';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const quick = process.argv.includes('--quick');
const json = process.argv.includes('--json');
const rounds = quick ? 4 : 12;
const stepsARound = quick ? 2 : 3;
const threadsFlag = process.argv.indexOf('--threads');
const threads =
  threadsFlag < 0 ? Math.min(2, os.availableParallelism()) : Number(process.argv[threadsFlag + 1]);

/** Freed memory stays with the process, as in the trainer that the editor starts. */
const MALLOC = {
  MALLOC_MMAP_THRESHOLD_: '4294967296',
  MALLOC_TRIM_THRESHOLD_: '68719476736',
};

class Contender {
  readonly times: number[] = [];
  peakBytes = 0;
  version = '';
  private readonly lines;

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    child.stdin!.write(`${JSON.stringify(createTrainTask({ threads }))}\n`);
  }

  async run(steps: number, { warmUp = false } = {}): Promise<void> {
    this.child.stdin!.write(`run ${steps}\n`);
    const line = await this.lines.next();
    if (line.done) throw new Error(`${this.name} ended early`);
    const answer = JSON.parse(line.value) as TrainAnswer;
    if (!Number.isFinite(answer.loss) || answer.threads !== threads) {
      throw new Error(`${this.name}: loss ${answer.loss}, ${answer.threads} threads`);
    }
    if (!warmUp) this.times.push(...answer.times);
    this.peakBytes = answer.peakBytes;
    this.version = answer.version;
  }

  end(): void {
    this.child.stdin!.end();
  }

  get median(): number {
    return this.times.toSorted((a, b) => a - b)[this.times.length >> 1]!;
  }

  get minimum(): number {
    return Math.min(...this.times);
  }
}

/**
 * OpenBLAS picks its kernels by the processor's model number, and takes a processor younger than
 * itself for an ancient one, several times slower. It is told the best kind it has by what the
 * processor can do.
 */
function openBlasCore(): Record<string, string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return {};
  const flags = readFileSync('/proc/cpuinfo', 'utf8');
  const core = /\bavx512bw\b/.test(flags) ? 'SkylakeX' : /\bavx2\b/.test(flags) ? 'Haswell' : null;
  return core === null ? {} : { OPENBLAS_CORETYPE: core };
}

function findPython(): string {
  // Debian's own interpreter first: another python3 on the PATH may hide the one that has torch.
  for (const python of ['/usr/bin/python3', 'python3']) {
    if (spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0) return python;
  }
  throw new Error('PyTorch is missing: apt-get install python3-torch libopenblas0-openmp');
}

function describeBaseline(python: string): { build: string; blas: string } {
  const build = execFileSync(python, ['-c', BUILD], { encoding: 'utf8' }).trim();
  const blas = execFileSync(python, ['-c', BLAS], { encoding: 'utf8' }).trim();
  return { build, blas };
}

const BUILD = `
import platform, torch
lines = torch.__config__.show().splitlines()
capability = next((l.split(':')[-1].strip() for l in lines if 'CPU capability' in l), '?')
print(f'PyTorch {torch.__version__}, CPU capability {capability}, Python {platform.python_version()}')`;

const BLAS = `
import torch
torch.ones(64, 64) @ torch.ones(64, 64)
maps = {line.split()[-1] for line in open('/proc/self/maps')} if __import__('os').path.exists('/proc/self/maps') else set()
print(', '.join(sorted(p.split('/')[-2] + '/' + p.split('/')[-1] for p in maps if 'blas' in p.lower())) or 'unknown BLAS')`;

async function main(): Promise<void> {
  const python = findPython();
  const blasCore = openBlasCore();
  const described = describeBaseline(python);
  const { build } = described;
  const blas = [described.blas, ...Object.values(blasCore)].join(', kernels ');
  // Inside node_modules, so that the bundle finds onnxruntime-node.
  mkdirSync(path.join(root, 'node_modules/.cache'), { recursive: true });
  const temporary = mkdtempSync(path.join(root, 'node_modules/.cache/bench-train-'));
  const kernels = path.join(temporary, 'kernels.wasm');
  execFileSync(process.execPath, [path.join(root, 'scripts/compileKernels.mjs'), kernels]);
  const worker = path.join(temporary, 'trainWorker.mjs');
  await bundle(path.join(here, 'trainWorker.ts'), worker);

  const baseline = (kind: string): ChildProcess =>
    spawn(python, [path.join(here, 'train_baseline.py'), kind], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...blasCore, OMP_NUM_THREADS: String(threads) },
    });
  const ours = new Contender(
    'Masklab',
    spawn(process.execPath, [worker, kernels], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...MALLOC },
      cwd: root,
    }),
  );
  const masked = new Contender('PyTorch, masked positions only', baseline('masked'));
  const everywhere = new Contender('PyTorch, as run_mlm.py', baseline('everywhere'));
  const contenders = [ours, masked, everywhere];

  console.log('BERT-mini (4 layers, hidden 256, vocabulary 30522), batch 16 × 128, 15% masked,');
  console.log('full step: forward, backward, clipping, AdamW; no dropout, no padding in the batch');
  console.log(`baseline: ${build}; ${blas} (newer PyTorch or MKL was not at hand)`);
  console.log(`${threads} threads each, ${rounds} rounds of ${stepsARound} steps, interleaved\n`);
  const load = os.loadavg()[0] ?? 0;
  if (load > 0.5) {
    console.log(
      `WARNING: other work is running (load ${load.toFixed(1)}): PyTorch's OpenMP threads`,
    );
    console.log('suffer from it far more than ours, so these ratios flatter us. Run it again.\n');
  }
  for (const contender of contenders) await contender.run(3, { warmUp: true });
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) await contender.run(stepsARound);
  }
  for (const contender of contenders) contender.end();
  rmSync(temporary, { recursive: true, force: true });

  for (const { name, median, minimum, peakBytes } of contenders) {
    console.log(
      `${name.padEnd(32)} median ${median.toFixed(0).padStart(5)} ms  min ${minimum.toFixed(0).padStart(5)} ms  peak ${(peakBytes / 1e6).toFixed(0).padStart(5)} MB`,
    );
  }
  const ratio = (other: Contender): { median: number; minimum: number; memory: number } => ({
    median: round2(other.median / ours.median),
    minimum: round2(other.minimum / ours.minimum),
    memory: round2(ours.peakBytes / other.peakBytes),
  });
  const ratios = { masked: ratio(masked), everywhere: ratio(everywhere) };
  console.log(
    `\nfaster than PyTorch, masked only:  ${ratios.masked.median}× (min ${ratios.masked.minimum}×)`,
  );
  console.log(
    `faster than PyTorch, run_mlm.py:   ${ratios.everywhere.median}× (min ${ratios.everywhere.minimum}×)`,
  );
  console.log(
    `peak memory against run_mlm.py:    ${ratios.everywhere.memory}×, masked only: ${ratios.masked.memory}×`,
  );
  if (!json) return;
  const result = {
    work: 'BERT-mini 16x128 full training step, 15% masked, float32',
    contenders: contenders.map(({ name, median, minimum, peakBytes, times }) => ({
      name,
      steps: times.length,
      medianMs: round2(median),
      minimumMs: round2(minimum),
      peakMegabytes: Math.round(peakBytes / 1e6),
    })),
    ratios,
    versions: { onnxruntime: ours.version, baseline: build, blas, node: process.version },
    cores: os.availableParallelism(),
    loadAtStart: round2(load),
    cpu: os.cpus()[0]?.model ?? 'unknown',
    threads,
  };
  console.log(JSON.stringify(result));
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

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
