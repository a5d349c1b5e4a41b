import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../core/errors.js';
import { RUN_FILES, runStateSchema } from '../core/runs/schema.js';
import { readSafetensors, writeSafetensors } from '../core/models/safetensors.js';
import type { OptimizerState, TrainingEngine } from '../core/train/engine.js';
import type { AppendedBytes } from './runWriter.js';
import { asideOf, renamePatiently, storageError, syncToDisk } from './storage.js';

/** What a checkpoint records beside tensors; all randomness is derived from seed and step. */
const headerSchema = z.object({
  version: z.literal(1),
  /** Optimizer steps done: with the spec's seeds this is also the data position. */
  step: z.int().min(0),
  appended: z.object({ metrics: z.int().min(0), samples: z.int().min(0) }),
  progress: runStateSchema.pick({
    trainingSeconds: true,
    before: true,
    latest: true,
    best: true,
  }),
  sha256: z.record(z.string(), z.string()),
});
export type CheckpointHeader = Omit<z.infer<typeof headerSchema>, 'version' | 'sha256'>;

export interface Checkpoint {
  readonly header: CheckpointHeader;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimizer: OptimizerState;
}

const TENSOR_FILES = {
  parameters: 'parameters.safetensors',
  firstMoments: 'firstMoments.safetensors',
  secondMoments: 'secondMoments.safetensors',
} as const;
const HEADER_FILE = 'checkpoint.json';
/** The newest checkpoint and one before it, should the newest turn out unreadable. */
const KEPT = 2;

/** Writes a checkpoint aside, renames it into place, then drops the ones no longer needed. */
export function writeCheckpoint(
  directory: string,
  engine: TrainingEngine,
  header: CheckpointHeader,
): void {
  const folder = path.join(directory, RUN_FILES.checkpoints);
  const target = path.join(folder, `step-${String(header.step).padStart(6, '0')}`);
  const aside = asideOf(target);
  try {
    removeLeftovers(folder);
    fs.mkdirSync(aside, { recursive: true });
    const parameters = engine.parameters();
    const { firstMoments, secondMoments } = engine.optimizerState();
    const dimsOf = (name: string): readonly number[] => parameters.get(name)!.dims;
    const withDims = (tensors: ReadonlyMap<string, Float32Array>): TensorMap =>
      new Map([...tensors].map(([name, data]) => [name, { dims: dimsOf(name), data }]));
    const sha256 = {
      [TENSOR_FILES.parameters]: writeTensors(aside, TENSOR_FILES.parameters, parameters),
      [TENSOR_FILES.firstMoments]: writeTensors(
        aside,
        TENSOR_FILES.firstMoments,
        withDims(firstMoments),
      ),
      [TENSOR_FILES.secondMoments]: writeTensors(
        aside,
        TENSOR_FILES.secondMoments,
        withDims(secondMoments),
      ),
    };
    fs.writeFileSync(
      path.join(aside, HEADER_FILE),
      JSON.stringify({ version: 1, ...header, sha256 }, null, 2),
    );
    for (const file of [HEADER_FILE, '.']) syncToDisk(path.join(aside, file));
    fs.rmSync(target, { recursive: true, force: true });
    renamePatiently(aside, target);
    syncToDisk(folder);
  } catch (thrown) {
    fs.rmSync(aside, { recursive: true, force: true });
    throw storageError(target, thrown);
  }
  for (const old of checkpointFolders(folder).slice(KEPT)) {
    fs.rmSync(old, { recursive: true, force: true });
  }
}

/**
 * The newest checkpoint that is whole and whose rows are all there; `onUnreadable` hears of each
 * newer one that is not.
 */
export function readNewestCheckpoint(
  directory: string,
  appended: AppendedBytes,
  onUnreadable: (error: AppError) => void,
): Checkpoint | null {
  for (const folder of checkpointFolders(path.join(directory, RUN_FILES.checkpoints))) {
    try {
      const checkpoint = readCheckpoint(folder);
      const { metrics, samples } = checkpoint.header.appended;
      if (metrics <= appended.metrics && samples <= appended.samples) return checkpoint;
      const reason = 'rows of metrics or samples that belong to it are missing';
      throw new AppError({ code: 'Checkpoint', details: { path: folder, reason } });
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      onUnreadable(thrown);
    }
  }
  return null;
}

/** A finished run keeps its model, not its checkpoints; what resists is left, and only costs space. */
export function removeCheckpoints(directory: string): void {
  try {
    fs.rmSync(path.join(directory, RUN_FILES.checkpoints), { recursive: true, force: true });
  } catch (thrown) {
    console.error(thrown);
  }
}

type TensorMap = ReadonlyMap<
  string,
  { readonly dims: readonly number[]; readonly data: Float32Array }
>;

function writeTensors(folder: string, name: string, tensors: TensorMap): string {
  const bytes = writeSafetensors(tensors);
  const handle = fs.openSync(path.join(folder, name), 'w');
  try {
    fs.writeFileSync(handle, bytes);
    // A checkpoint must survive the machine going down, not only the process.
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  return createHash('sha256').update(bytes).digest('hex');
}

function readCheckpoint(folder: string): Checkpoint {
  const fail = (reason: string, cause?: unknown): AppError =>
    new AppError({ code: 'Checkpoint', details: { path: folder, reason } }, { cause });
  let json: unknown;
  try {
    json = JSON.parse(fs.readFileSync(path.join(folder, HEADER_FILE), 'utf8'));
  } catch (thrown) {
    throw fail(`${HEADER_FILE} cannot be read`, thrown);
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw fail(`${HEADER_FILE} is not what this version of Masklab writes`);
  const read = (name: string): ReadonlyMap<string, Float32Array> => {
    let bytes: Buffer;
    try {
      bytes = fs.readFileSync(path.join(folder, name));
    } catch (thrown) {
      throw fail(`${name} cannot be read`, thrown);
    }
    if (createHash('sha256').update(bytes).digest('hex') !== header.data.sha256[name]) {
      throw fail(`${name} does not have the checksum that was written with it`);
    }
    const tensors = readSafetensors(bytes, path.join(folder, name));
    return new Map([...tensors].map(([tensor, { data }]) => [tensor, data]));
  };
  return {
    header: header.data,
    parameters: read(TENSOR_FILES.parameters),
    optimizer: {
      step: header.data.step,
      firstMoments: read(TENSOR_FILES.firstMoments),
      secondMoments: read(TENSOR_FILES.secondMoments),
    },
  };
}

/** Newest first; folders still being written start with a dot. */
function checkpointFolders(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => /^step-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)))
    .map((name) => path.join(folder, name));
}

function removeLeftovers(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith('.step-')) {
      fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  }
}
