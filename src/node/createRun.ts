import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../core/errors.js';
import { BERT_MASKING, type MaskingPolicy } from '../core/masking/policy.js';
import { runIdOf, slugify, suggestName } from '../core/runs/runId.js';
import {
  methodSpecSchema,
  RUN_FILES,
  runSpecSchema,
  type DataFile,
  type OptimizerSpec,
  type RunSpec,
} from '../core/runs/schema.js';
import {
  DEFAULT_OPTIMIZER,
  suggestLearningRate,
  suggestTraining,
  type TrainingOverrides,
} from '../core/train/defaults.js';
import { packageVersions } from './environment.js';
import { fingerprintModelFolder } from './modelFingerprint.js';
import { readModelShape } from './modelFiles.js';
import { modelName } from './modelName.js';
import { asideOf, renamePatiently, storing, storageError, writeJsonAtomically } from './storage.js';
import { sweepRunsFolder } from './runDirectory.js';
import { initialRunState } from './runState.js';
import { checkTextFile, collectTextFiles } from './textFiles.js';

export interface CreateRunOptions {
  /** Where run directories live, usually `<workspace>/.masklab/runs`. */
  readonly runsFolder: string;
  /** Data paths are written relative to this folder. */
  readonly workspaceFolder: string;
  /** Files and folders of text. */
  readonly paths: readonly string[];
  readonly modelFolder: string;
  readonly name?: string;
  readonly experiment?: string;
  readonly masking?: MaskingPolicy;
  readonly optimizer?: OptimizerSpec;
  /** Share of the text kept out of training; a tenth unless told otherwise. */
  readonly heldOutFraction?: number;
  readonly overrides?: TrainingOverrides;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface CreatedRun {
  readonly id: string;
  readonly directory: string;
  readonly spec: RunSpec;
  /** Files that were left out, and why, in words for a person. */
  readonly warnings: readonly string[];
}

/**
 * Checks everything a run needs, then makes its directory in one rename: what is refused here
 * leaves nothing behind. Throws `UserInput`, `Data`, `Model`, `Storage` or `Cancelled`.
 */
export async function createRun(options: CreateRunOptions): Promise<CreatedRun> {
  const { runsFolder, workspaceFolder, overrides = {} } = options;
  const report = options.onProgress ?? (() => undefined);
  const { files, warnings } = await fingerprintData(options, report);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);

  report('Looking at the model');
  const modelSha256 = await fingerprintModelFolder(options.modelFolder);
  const shape = await readModelShape(options.modelFolder);

  const createdAt = new Date();
  const name = options.name ?? suggestName(Math.random);
  const id = freeRunId(runsFolder, runIdOf(name, createdAt));
  const spec: RunSpec = {
    version: 1,
    id,
    name,
    createdAt: createdAt.toISOString(),
    experiment: slugify(options.experiment ?? 'default'),
    task: { kind: 'masked-lm' },
    method: methodSpecSchema.parse({}),
    workspaceFolder: path.resolve(workspaceFolder),
    model: {
      path: path.resolve(options.modelFolder),
      name: modelName(options.modelFolder),
      sha256: modelSha256,
    },
    data: { files, heldOutFraction: options.heldOutFraction ?? 0.1, splitSeed: 0 },
    masking: options.masking ?? BERT_MASKING,
    optimizer: options.optimizer ?? {
      ...DEFAULT_OPTIMIZER,
      learningRate: overrides.learningRate ?? suggestLearningRate(shape.hiddenSize),
    },
    training: suggestTraining(bytes, {
      threads: defaultThreads(),
      modelMaxLength: shape.maxLength,
      overrides,
    }),
    versions: packageVersions(),
  };
  checkSpec(spec);
  throwIfCancelled(options.signal);
  await sweepRunsFolder(runsFolder);
  const directory = writeRunDirectory(runsFolder, spec);
  return { id, directory, spec, warnings };
}

/** A setting out of its range is refused here, where it can still be mended. */
function checkSpec(spec: RunSpec): void {
  const issue = runSpecSchema.safeParse(spec).error?.issues[0];
  if (issue === undefined) return;
  const setting = issue.path.at(-1)?.toString() ?? 'a setting';
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `${setting} cannot be used: ${issue.message}.`,
      remedy: 'Give it another value and try again.',
    },
  });
}

/** Threads a run uses unless told otherwise; part of the spec, since results depend on it. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(8, os.availableParallelism()));
}

async function fingerprintData(
  { paths, workspaceFolder, signal }: CreateRunOptions,
  report: (message: string) => void,
): Promise<{ files: DataFile[]; warnings: string[] }> {
  report('Looking for text files');
  const collected = await collectTextFiles(paths, { workspaceFolder });
  const warnings = collected.skipped.map(({ file, reason }) => `${file}: ${reason}`);
  const files: DataFile[] = [];
  for (const file of collected.files) {
    throwIfCancelled(signal);
    report(`Reading ${file.path}`);
    const absolute = path.resolve(workspaceFolder, file.path);
    const { bytes, sha256, isBlank } = await checkTextFile(absolute, { shownAs: file.path });
    if (isBlank) warnings.push(`${file.path}: is empty and is left out`);
    else files.push({ path: file.path, bytes, sha256 });
  }
  if (files.length === 0) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: 'All the text files chosen are empty.',
        remedy: 'Choose files that hold some text.',
      },
    });
  }
  return { files, warnings };
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
}

function freeRunId(runsFolder: string, wanted: string): string {
  let id = wanted;
  for (let n = 2; fs.existsSync(path.join(runsFolder, id)); n++) id = `${wanted}-${n}`;
  return id;
}

const GITIGNORE = `# The heavy parts of a run; specs, metrics and notes are worth keeping with the data.
runs/*/checkpoints/
runs/*/model/
runs/*/trainer.log
runs/*/trainer.lock
runs/*/trainer.reserve
runs/.*
`;

function writeRunDirectory(runsFolder: string, spec: RunSpec): string {
  const directory = path.join(runsFolder, spec.id);
  const aside = asideOf(directory);
  storing(runsFolder, () => fs.mkdirSync(runsFolder, { recursive: true }));
  const parent = path.dirname(path.resolve(runsFolder));
  const ignoreFile = path.join(parent, '.gitignore');
  if (path.basename(parent) === '.masklab' && !fs.existsSync(ignoreFile)) {
    storing(ignoreFile, () => {
      fs.writeFileSync(ignoreFile, GITIGNORE);
    });
  }
  try {
    fs.mkdirSync(aside);
    writeJsonAtomically(path.join(aside, RUN_FILES.spec), spec);
    writeJsonAtomically(path.join(aside, RUN_FILES.state), initialRunState());
    renamePatiently(aside, directory);
  } catch (thrown) {
    fs.rmSync(aside, { recursive: true, force: true });
    throw storageError(directory, thrown);
  }
  return directory;
}
