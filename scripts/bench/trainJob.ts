/**
 * A whole job on texts of natural lengths: BERT-mini for one pass over the paragraphs of the
 * example workspace, from text files to an exported model. PyTorch gets the tokens for nothing and
 * leaves its weights; Masklab reads, checks and tokenizes the files, predicts samples, writes
 * checkpoints, and leaves a model folder with safetensors and ONNX.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Example } from '../../src/core/data/examples/documents.js';
import { chunkDocument } from '../../src/core/data/examples/chunk.js';
import { splitOf } from '../../src/core/data/splitting/split.js';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { RUN_FILES, runSpecSchema, runStateSchema } from '../../src/core/runs/schema.js';
import { parseTokenizer } from '../../src/core/tokenizer/definition/parseTokenizer.js';
import { writeModelFolder } from '../../src/node/models/modelFolder.js';
import { round2 } from './contender.js';
import type { PyTorch } from './pyTorch.js';
import { bertMini } from './trainTask.js';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const MAX_LENGTH = 128;
const BATCH_SIZE = 16;
const LEARNING_RATE = 1e-3;
const HELD_OUT = 256;

interface JobResult {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly steps: number;
  /** Held-out losses. */
  readonly before: number;
  readonly after: number;
}

export async function runJob(options: {
  readonly threads: number;
  readonly quick: boolean;
  readonly torch: PyTorch;
  readonly temporary: string;
}): Promise<object> {
  const { threads, quick, torch, temporary } = options;
  execFileSync(process.execPath, [path.join(root, 'esbuild.mjs')], { stdio: 'inherit' });
  const texts = path.join(temporary, 'texts');
  const count = writeParagraphs(texts, quick ? 400 : Infinity);
  const model = path.join(temporary, 'mini');
  await writeUntrainedModel(model);
  const job = path.join(temporary, 'job.json');
  const { tokens, sequences } = writeTokens(texts, job, threads);

  const masklab: JobResult[] = [];
  const baseline: JobResult[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    masklab.push(
      await runMasklab({ texts, model, threads, out: path.join(temporary, `runs${round}`) }),
    );
    baseline.push(
      JSON.parse(
        execFileSync(
          torch.python,
          [path.join(here, 'train_job_baseline.py'), job, path.join(temporary, 'model.pt')],
          { env: { ...process.env, ...torch.env }, encoding: 'utf8' },
        ),
      ) as JobResult,
    );
  }

  const best = (results: readonly JobResult[]): JobResult =>
    results.toSorted((a, b) => a.seconds - b.seconds)[results.length >> 1]!;
  const [us, them] = [best(masklab), best(baseline)];
  console.log('\nBERT-mini on texts of natural lengths, from files to an exported model');
  console.log(
    `${count} files, ${sequences} sequences, ${(tokens / sequences).toFixed(0)} tokens each in the mean, at most ${MAX_LENGTH}; one pass in batches of ${BATCH_SIZE}`,
  );
  for (const [name, result] of [
    ['Masklab', us],
    ['PyTorch, as run_mlm.py', them],
  ] as const) {
    console.log(
      `${name.padEnd(32)} ${result.seconds.toFixed(1).padStart(6)} s  peak ${(result.peakBytes / 1e6).toFixed(0).padStart(5)} MB  ${result.steps} steps, held-out loss ${result.before.toFixed(2)} → ${result.after.toFixed(2)}`,
    );
  }
  const ratios = {
    time: round2(them.seconds / us.seconds),
    memory: round2(us.peakBytes / them.peakBytes),
  };
  console.log(`against PyTorch: ${ratios.time}× as fast, ${ratios.memory}× memory`);
  return { masklab, baseline, ratios };
}

/** Writes one file per paragraph, so that each sequence has the length of its paragraph. */
function writeParagraphs(folder: string, limit: number): number {
  mkdirSync(folder);
  const chapters = path.join(root, 'examples/workspace/moby-dick');
  const paragraphs = readdirSync(chapters)
    .sort()
    .flatMap((name) => readFileSync(path.join(chapters, name), 'utf8').split(/\n\s*\n/))
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph.length > 20)
    .slice(0, limit);
  paragraphs.forEach((paragraph, i) => {
    writeFileSync(path.join(folder, `${String(i).padStart(5, '0')}.txt`), `${paragraph}\n`);
  });
  return paragraphs.length;
}

function bundledTokenizerJson(): unknown {
  const file = path.join(root, BUNDLED_MODEL_FOLDER, 'tokenizer.json');
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function writeUntrainedModel(folder: string): Promise<void> {
  const config = bertMini;
  await writeModelFolder(folder, {
    config,
    tokenizerJson: bundledTokenizerJson(),
    parameters: initializeParameters(config, 1),
    modelCard: 'For a benchmark.\n',
    withoutOnnx: true,
  });
}

/** Writes the tokens of the same tokenizer and split for the baseline. */
function writeTokens(
  folder: string,
  file: string,
  threads: number,
): { tokens: number; sequences: number } {
  const tokenizer = parseTokenizer(bundledTokenizerJson());
  const examples = readdirSync(folder)
    .sort()
    .flatMap((name) =>
      chunkDocument(
        tokenizer,
        { file: name, text: readFileSync(path.join(folder, name), 'utf8') },
        { maxLength: MAX_LENGTH },
      ),
    );
  const part = (name: string): Example[] =>
    examples.filter(({ key }) => splitOf(key, { seed: 0, heldOutFraction: 0.1 }) === name);
  const { cls, sep, pad, mask } = tokenizer.special;
  const rows = (name: string): number[][] => part(name).map(({ ids }) => [cls, ...ids, sep]);
  const train = rows('train');
  writeFileSync(
    file,
    JSON.stringify({
      config: bertMini,
      threads,
      batchSize: BATCH_SIZE,
      learningRate: LEARNING_RATE,
      vocabulary: tokenizer.vocabularySize,
      cls,
      sep,
      pad,
      mask,
      train,
      heldOut: rows('heldOut').slice(0, HELD_OUT),
    }),
  );
  return {
    tokens: train.reduce((sum, row) => sum + row.length, 0),
    sequences: train.length,
  };
}

async function runMasklab(options: {
  readonly texts: string;
  readonly model: string;
  readonly threads: number;
  readonly out: string;
}): Promise<JobResult> {
  const { texts, model, threads, out } = options;
  const start = performance.now();
  const settings = {
    data: texts,
    model,
    out,
    epochs: 1,
    'batch-size': BATCH_SIZE,
    'max-length': MAX_LENGTH,
    'learning-rate': LEARNING_RATE,
    threads,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(
    process.execPath,
    [path.join(root, 'dist/cli.js'), 'train', ...args, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, trainerPeakBytes(out));
  }, 100);
  const status = await new Promise<number | null>((resolve) => {
    child.stdout.resume();
    child.once('exit', resolve);
  });
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`masklab train ended with ${status}`);
  const [run = ''] = runFoldersOf(out);
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(path.join(run, name), 'utf8')) as unknown;
  const state = runStateSchema.parse(read(RUN_FILES.state));
  if (runSpecSchema.parse(read(RUN_FILES.spec)).training.threads !== threads) {
    throw new Error('the run has other threads than the baseline');
  }
  const loss = (metrics: Readonly<Record<string, number>> | null): number =>
    metrics?.['loss'] ?? NaN;
  return {
    seconds,
    peakBytes,
    steps: state.totalSteps,
    before: loss(state.before),
    after: loss(state.latest),
  };
}

function runFoldersOf(out: string): string[] {
  return readdirSync(out)
    .filter((name) => !name.startsWith('.'))
    .map((name) => path.join(out, name));
}

/** Peak resident memory of the run's trainer, while it lives; 0 where it cannot be known. */
function trainerPeakBytes(out: string): number {
  try {
    const [run = ''] = runFoldersOf(out);
    const state = readFileSync(path.join(run, RUN_FILES.state), 'utf8');
    const { process: trainer } = runStateSchema.parse(JSON.parse(state));
    const status = readFileSync(`/proc/${trainer?.pid ?? 0}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
