import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import { message, type Message } from '../../core/messages/message.js';
import { parseJson, unreadableFile } from './stampedFiles.js';
import { RUN_FILES, stateFieldsSchema } from '../../core/runs/schema.js';
import type { ParameterTensor } from '../../core/models/model.js';
import {
  headerLength,
  parseHeader,
  safetensorsParts,
  widenTensor,
} from '../../core/models/weights/safetensors.js';
import type { OptimizerState, TrainingEngine } from '../../core/train/engine/engine.js';
import type { TrainingProgress } from '../../core/train/loop/progress.js';
import type { AppendedBytes } from './runWriter.js';
import { readBytesSync, readTextSync } from '../files/regularFile.js';
import { asideOf, renameWithRetriesSync, storageError, syncToDisk } from '../files/storage.js';

/** Checksums by file name, verified when a checkpoint is read. */
const sha256Schema = z.record(z.string().regex(/^\w+\.safetensors$/), z.string());

/** Header of a checkpoint; all randomness is derived from seed and step. */
const headerSchema = z.object({
  version: z.literal(2),
  /** Optimizer steps done: with the spec's seeds this is also the data position. */
  step: z.int().min(0),
  appended: z.object({ metrics: z.int().min(0), samples: z.int().min(0) }),
  progress: stateFieldsSchema
    .pick({ trainingSeconds: true, before: true, latest: true, best: true })
    .extend({ patience: z.object({ toBeat: z.number(), waited: z.int().min(0) }).nullable() }),
  sha256: sha256Schema,
});

/** The header of the best weights so far, which are kept by themselves. */
const bestHeaderSchema = z.object({ version: z.literal(2), sha256: sha256Schema });

export interface Checkpoint {
  readonly progress: TrainingProgress;
  /** Lengths that the appended files had. */
  readonly appended: AppendedBytes;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimizer: OptimizerState;
}

const HEADER_FILE = 'checkpoint.json';
const PARAMETERS = 'parameters';
const MAX_HEADER_BYTES = 1 << 24;
/** Memory of 32 GiB is more than a model that trains here has. */
const MAX_TENSOR_BYTES = 2 ** 35;
/** The newest checkpoint and one before it, should the newest turn out unreadable. */
const KEPT = 2;

/**
 * Writes a checkpoint aside, renames it into place, then drops the ones no longer needed. It holds
 * what is trained and each of the optimizer's arrays, a safetensors file a kind.
 */
export function writeCheckpoint(
  directory: string,
  engine: Pick<TrainingEngine, 'trainedParameters' | 'optimizerState'>,
  { progress, appended }: { progress: TrainingProgress; appended: AppendedBytes },
): void {
  const folder = path.join(directory, RUN_FILES.checkpoints);
  const { step, ...rest } = progress;
  writeFolder(path.join(folder, folderName('step', step)), (aside) => {
    const sha256: Record<string, string> = {};
    const write = (kind: string, tensors: ReadonlyMap<string, ParameterTensor>): void => {
      sha256[fileOf(kind)] = writeTensors(path.join(aside, fileOf(kind)), tensors);
    };
    write(PARAMETERS, engine.trainedParameters());
    for (const [kind, arrays] of engine.optimizerState().arrays) {
      write(kind, new Map([...arrays].map(([name, data]) => [name, vectorOf(data)])));
    }
    return { version: 2, step, appended, progress: rest, sha256 };
  });
  for (const old of foldersOf(folder, 'step').slice(KEPT)) remove(old);
  removeForgottenBest(folder);
}

/** Keeps the trained weights of `step`, the best so far, where checkpoints that come do not drop them. */
export function keepBest(
  directory: string,
  engine: Pick<TrainingEngine, 'trainedParameters'>,
  step: number,
): void {
  const folder = path.join(directory, RUN_FILES.checkpoints);
  writeFolder(path.join(folder, folderName('best', step)), (aside) => {
    const name = fileOf(PARAMETERS);
    const sha256 = { [name]: writeTensors(path.join(aside, name), engine.trainedParameters()) };
    return { version: 2, sha256 };
  });
  removeForgottenBest(folder, step);
}

/** The weights that were kept at `step`. Throws `Checkpoint` where they cannot be read. */
export function readBest(directory: string, step: number): ReadonlyMap<string, Float32Array> {
  const folder = path.join(directory, RUN_FILES.checkpoints, folderName('best', step));
  const { sha256 } = readHeader(folder, bestHeaderSchema);
  return readTensors(folder, PARAMETERS, sha256);
}

/**
 * Newest checkpoint that is whole and whose rows are all there. Each newer one that is not is passed
 * to `onUnreadable`.
 */
export function readNewestCheckpoint(
  directory: string,
  appended: AppendedBytes,
  onUnreadable: (error: AppError) => void,
): Checkpoint | null {
  for (const folder of foldersOf(path.join(directory, RUN_FILES.checkpoints), 'step')) {
    try {
      const checkpoint = readCheckpoint(folder);
      const { metrics, samples } = checkpoint.appended;
      if (metrics <= appended.metrics && samples <= appended.samples) return checkpoint;
      throw unusable(folder, message('runs.checkpointRowsMissing'));
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      onUnreadable(thrown);
    }
  }
  return null;
}

/** Step of the newest checkpoint; `null` without one. Those that are being written do not count. */
export function newestCheckpointStep(directory: string): number | null {
  const [newest] = foldersOf(path.join(directory, RUN_FILES.checkpoints), 'step');
  return newest === undefined ? null : stepOf(path.basename(newest));
}

/** Trained weights of the newest checkpoint that is whole; `null` without one. */
export function readNewestWeights(
  directory: string,
): { readonly step: number; readonly parameters: ReadonlyMap<string, Float32Array> } | null {
  for (const folder of foldersOf(path.join(directory, RUN_FILES.checkpoints), 'step')) {
    try {
      const { step, sha256 } = readHeader(folder, headerSchema);
      return { step, parameters: readTensors(folder, PARAMETERS, sha256) };
    } catch (thrown) {
      // The trainer may have removed it meanwhile.
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
  return null;
}

/** Removes the checkpoints of a finished run. Failures are ignored; they only cost space. */
export function removeCheckpoints(directory: string): void {
  try {
    remove(path.join(directory, RUN_FILES.checkpoints));
  } catch (thrown) {
    console.error(thrown);
  }
}

function readCheckpoint(folder: string): Checkpoint {
  const { step, appended, progress, sha256 } = readHeader(folder, headerSchema);
  const kinds = Object.keys(sha256).map((name) => path.basename(name, '.safetensors'));
  const states = kinds.filter((kind) => kind !== PARAMETERS);
  return {
    progress: { step, ...progress },
    appended,
    parameters: readTensors(folder, PARAMETERS, sha256),
    optimizer: {
      step,
      arrays: new Map(states.map((kind) => [kind, readTensors(folder, kind, sha256)])),
    },
  };
}

function readHeader<Header>(folder: string, schema: z.ZodType<Header>): Header {
  let json: unknown;
  try {
    json = parseJsonText(readTextSync(path.join(folder, HEADER_FILE), MAX_HEADER_BYTES, 'refused'));
  } catch (thrown) {
    throw unusable(folder, unreadableFile(HEADER_FILE, thrown), thrown);
  }
  const header = parseJson(schema, json, HEADER_FILE);
  if (header.problem === null) return header.value;
  throw unusable(folder, header.problem);
}

/** The tensors of a file as views into separate memory. */
function readTensors(
  folder: string,
  kind: string,
  sha256: Readonly<Record<string, string>>,
): Map<string, Float32Array> {
  const name = fileOf(kind);
  const file = path.join(folder, name);
  let bytes: Uint8Array;
  try {
    bytes = readBytesSync(file, MAX_TENSOR_BYTES, 'refused');
  } catch (thrown) {
    throw unusable(folder, unreadableFile(name, thrown), thrown);
  }
  const hash = createHash('sha256');
  for (const piece of piecesOf(bytes)) hash.update(piece);
  if (hash.digest('hex') !== sha256[name]) {
    throw unusable(folder, message('runs.checksumDiffers', { file: name }));
  }
  const dataStart = 8 + headerLength(bytes, file);
  const data = bytes.subarray(dataStart);
  const places = parseHeader(bytes.subarray(8, dataStart), { path: file, dataLength: data.length });
  const tensors = new Map<string, Float32Array>();
  for (const [tensor, { dtype, dims, start, end }] of places) {
    tensors.set(tensor, widenTensor({ dtype, dims, bytes: data.subarray(start, end) }).data);
  }
  return tensors;
}

/** The most that one call of the system reads or hashes is 2 GiB. */
const PIECE = 1 << 30;

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** Fills a folder aside, with the header last, and renames it to `target`. */
function writeFolder(target: string, fill: (aside: string) => object): void {
  const folder = path.dirname(target);
  const aside = asideOf(target);
  try {
    removeLeftovers(folder);
    fs.mkdirSync(aside, { recursive: true });
    fs.writeFileSync(path.join(aside, HEADER_FILE), JSON.stringify(fill(aside), null, 2));
    for (const file of [HEADER_FILE, '.']) syncToDisk(path.join(aside, file));
    remove(target);
    renameWithRetriesSync(aside, target);
    syncToDisk(folder);
  } catch (thrown) {
    remove(aside);
    throw storageError(target, thrown);
  }
}

/** Writes a safetensors file a tensor at a time; returns its SHA-256. */
function writeTensors(file: string, tensors: ReadonlyMap<string, ParameterTensor>): string {
  const hash = createHash('sha256');
  const handle = fs.openSync(file, 'w');
  try {
    for (const part of safetensorsParts(tensors)) {
      for (const piece of piecesOf(part)) {
        hash.update(piece);
        fs.writeFileSync(handle, piece);
      }
    }
    // A checkpoint must survive the machine going down, not only the process.
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  return hash.digest('hex');
}

/**
 * Drops best weights that no kept checkpoint goes back to, but for those of `newest`: a run that is
 * killed continues from a checkpoint, which may know an earlier best.
 */
function removeForgottenBest(folder: string, newest: number | null = null): void {
  const known = new Set(newest === null ? [] : [folderName('best', newest)]);
  for (const checkpoint of foldersOf(folder, 'step')) {
    try {
      const { best } = readHeader(checkpoint, headerSchema).progress;
      if (best !== null) known.add(folderName('best', best.step));
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      // An unreadable checkpoint is never restored.
    }
  }
  for (const best of foldersOf(folder, 'best')) {
    if (!known.has(path.basename(best))) remove(best);
  }
}

/** Newest first; folders still being written start with a dot. */
function foldersOf(folder: string, kind: 'step' | 'best'): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => new RegExp(`^${kind}-\\d+$`).test(name))
    .sort((a, b) => stepOf(b) - stepOf(a))
    .map((name) => path.join(folder, name));
}

function removeLeftovers(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    if (/^\.(step|best)-/.test(name)) remove(path.join(folder, name));
  }
}

function remove(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}

const stepOf = (folder: string): number => Number(folder.slice(folder.lastIndexOf('-') + 1));

const folderName = (kind: 'step' | 'best', step: number): string =>
  `${kind}-${String(step).padStart(6, '0')}`;

const fileOf = (kind: string): string => `${kind}.safetensors`;

const vectorOf = (data: Float32Array): ParameterTensor => ({ dims: [data.length], data });

function unusable(folder: string, reason: Message, cause?: unknown): AppError {
  return new AppError({ code: 'Checkpoint', details: { path: folder, reason } }, { cause });
}
