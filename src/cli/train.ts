import path from 'node:path';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLearningRate,
  formatShare,
  groupThousands,
} from '../core/format.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { RUN_OPTION_NAMES } from '../core/runs/options.js';
import type { EstimateRequest } from '../core/runs/runEstimate.js';
import type { MovedPath } from '../core/runs/schema.js';
import { RUN_FILE_EXTENSION } from '../core/specs/runFile.js';
import { inspectRun, type RunRequest } from '../node/runs/inspectRun.js';
import { createRun, planRun } from '../node/runs/createRun.js';
import { estimateRun } from '../node/runs/estimateRun.js';
import { runsFolderOf } from '../node/runs/runDirectory.js';
import { rebindRun } from '../node/runs/rebindRun.js';
import { absoluteOptions, readRunFile, requestOfRunFile } from '../node/runs/readRunFile.js';
import { readRun } from '../node/runs/runReader.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { DATA_FLAG, whereOf } from './dataFlags.js';
import { exitAsStopped, interruptExitCode } from './interrupts.js';
import { BUNDLED_MODEL, modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { problemText } from './runs.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import {
  EXPERIMENT_FLAG,
  JSON_AT_END_FLAG,
  QUEUE_FLAG,
  refuseSecondStart,
  reportWaiting,
  RUN_NAME_FLAG,
  TRAINER,
  trainAndShow,
  warnOf,
} from './trainAndShow.js';
import type { CommandShape, CommandValues, Flag } from './usage.js';

export const MODEL_FLAG: Flag = {
  shape: '<folder>',
  help: 'Run or model folder to start from, or organization/name of a downloaded model',
  otherwise: 'the bundled model',
};

export const TRAIN: CommandShape = {
  name: 'train',
  group: 'training',
  usage: '[<run file>] --data <files or folders …> [options]',
  summary: 'Fine-tune a model on your text or labeled data',
  notes: [
    'Ctrl+C stops the run after its current step, with exit code 130. Continue it with "masklab resume".',
    'A run file (*.run.jsonc) names data, model and options, with paths relative to its folder. Options of the command replace those of the file. A file with several "seeds" trains a run for each, one after the other, until one is stopped or fails.',
  ],
  flags: {
    data: DATA_FLAG,
    model: MODEL_FLAG,
    out: RUNS_FOLDER_FLAG,
    name: RUN_NAME_FLAG,
    experiment: EXPERIMENT_FLAG,
    queue: QUEUE_FLAG,
    json: JSON_AT_END_FLAG,
  },
  runOptions: RUN_OPTION_NAMES,
  examples: [
    'masklab train --data notes/',
    'masklab train opinion.run.jsonc --seed 2',
    'masklab train --data reviews.csv --label-column stars --early-stopping macroF1:3',
    'masklab train --data reviews.csv --method lora --lora-rank 16 --freeze embeddings',
  ],
};

export async function trainCommand(values: CommandValues): Promise<void> {
  const runsFolder = runsFolderFrom(values);
  const name = values.text('name');
  const experiment = values.text('experiment');
  const isQueued = values.has('queue');
  if (!isQueued) await refuseSecondStart(runsFolder);
  const { request: written, seeds } = await requestOf(TRAIN, values);
  const request = await inspectRun({
    ...written,
    ...{ runsFolder, isQueued },
    ...(name === undefined ? {} : { name }),
    ...(experiment === undefined ? {} : { experiment }),
  });
  const json = values.has('json');
  for (const [i, seed] of seeds.entries()) {
    const run = await createRun({
      ...request,
      options: { ...request.options, ...(seed === undefined ? {} : { seed }) },
    });
    if (i === 0) warnOf(run, request.snapshot);
    if (isQueued) {
      reportWaiting(run, { json });
      continue;
    }
    if (seeds.length > 1 && !json) print(`Run ${i + 1} of ${seeds.length}, seed ${seed}:`);
    const { status } = await trainAndShow(run.directory, { json });
    if (status !== 'finished') return;
    if (interruptExitCode() !== null && i + 1 < seeds.length) {
      // The signal came too late to stop this run.
      exitAsStopped();
      return;
    }
  }
}

export interface WrittenRuns {
  readonly request: RunRequest;
  /** Seed of each run; undefined for that of the request. */
  readonly seeds: readonly (number | undefined)[];
}

/** Request for runs of the data, model and options that a command or its run file names. */
export async function requestOf(shape: CommandShape, values: CommandValues): Promise<WrittenRuns> {
  const common = {
    runsFolder: runsFolderOf(process.cwd()),
    estimate: (request: EstimateRequest) => estimateRun(request, TRAINER),
  };
  const model = values.text('model');
  const [file] = values.positionals.filter((one) => one.endsWith(RUN_FILE_EXTENSION));
  if (file === undefined) {
    const { options } = values;
    const where = whereOf(shape, values);
    return {
      request: { ...common, ...where, modelFolder: modelFolderOf(model), options },
      seeds: [undefined],
    };
  }
  if (values.positionals.length > 1 || values.list('data').length > 0) {
    throw usageError('A run file names its data. Give one run file and no other data.', shape.name);
  }
  const run = await readRunFile(file);
  const given = absoluteOptions(values.options, process.cwd());
  const written = requestOfRunFile(
    {
      ...run,
      policy: given.masking === undefined ? run.policy : undefined,
      options: { ...run.options, ...given },
    },
    {
      folder: path.dirname(path.resolve(file)),
      workspaceFolder: process.cwd(),
      bundledModel: BUNDLED_MODEL,
    },
  );
  return {
    request: {
      ...common,
      ...written,
      ...(model === undefined ? {} : { modelFolder: modelFolderOf(model) }),
    },
    seeds: values.options.seed === undefined ? (run.seeds ?? [undefined]) : [undefined],
  };
}

export const ESTIMATE: CommandShape = {
  name: 'estimate',
  group: 'training',
  usage: '[<run file>] --data <files or folders …> [options]',
  summary: 'Estimate the time and memory a run would need on this machine',
  flags: {
    data: DATA_FLAG,
    model: MODEL_FLAG,
    json: { help: 'Print one JSON object instead of lines' },
  },
  runOptions: RUN_OPTION_NAMES,
  examples: [
    'masklab estimate --data notes/',
    'masklab estimate --data reviews.csv --model my-model --batch-size 32 --method lora',
  ],
};

export async function estimateCommand(values: CommandValues): Promise<void> {
  const { request, seeds } = await requestOf(ESTIMATE, values);
  const { spec } = await planRun(await inspectRun(request));
  const found = await estimateRun({ spec, memoryBytes: null, findLearningRate: false }, TRAINER);
  const notes = found.notes.map((note) => renderMessage(note, ENGLISH));
  if (values.has('json')) {
    printJson({ ...found, notes, learningRate: spec.optimizer.learningRate });
    return;
  }
  const { batchSize, accumulation, recompute, totalSteps } = found;
  const share = formatShare(found.trainedCount / found.parameterCount);
  print(
    [
      `time           about ${formatDuration(found.seconds)} for ${formatCount(totalSteps, 'step')}`,
      `memory         about ${formatBytes(found.memoryBytes)}`,
      `disk           about ${formatBytes(found.disk.training)}, of which ${formatBytes(found.disk.finished)} remain`,
      `batch          ${batchSize} sequences${accumulation > 1 ? `, ${accumulation} batches per step` : ''}${recompute ? ', with activation recomputation' : ''}`,
      `trainable      ${groupThousands(found.trainedCount)} of ${groupThousands(found.parameterCount)} parameters (${share})`,
      `learning rate  ${formatLearningRate(spec.optimizer.learningRate)}`,
      ...(seeds.length === 1
        ? []
        : [
            `runs           ${seeds.length}, one per seed, about ${formatDuration(seeds.length * found.seconds)} in all`,
          ]),
      ...notes.map((note) => `note           ${note}`),
    ].join('\n'),
  );
}

export const RESUME: CommandShape = {
  name: 'resume',
  group: 'training',
  usage: '<run folder> [--root <folder>] [--path <old>=<new> …] [--take-over] [--json]',
  summary: 'Resume a run from its latest checkpoint, or a paused run where it waits',
  flags: {
    root: {
      shape: '<folder>',
      help: 'Folder that now contains the data and the model of a copied run. Saved for the next time',
    },
    path: {
      shape: '<old>=<new>',
      multiple: true,
      help: 'New path of data or a model that was moved: a file, or a folder that contains it. Saved for the next time',
    },
    'take-over': {
      help: 'Resume even if a trainer on another machine may still own the run. That trainer then ends at its next step',
    },
    json: JSON_AT_END_FLAG,
  },
  examples: [
    'masklab resume .masklab/runs/20261123-1200-calm-river',
    'masklab resume copied-run --root ~/project --path ~/data=/mnt/data',
  ],
};

export async function resumeCommand(values: CommandValues): Promise<void> {
  const [folder] = values.positionals;
  if (folder === undefined) {
    throw usageError('"masklab resume" requires a run folder.', RESUME.name);
  }
  const run = await readRun(path.resolve(folder));
  if (run.facts === null) {
    throw new CommandLineError(
      `${folder} is not a run folder. ${problemText(run) ?? ''}`.trimEnd(),
      'Run "masklab runs" to list the runs of this folder.',
    );
  }
  if (run.status === 'finished') {
    throw new CommandLineError(
      `${run.id} has already finished.`,
      'Train further with "masklab train --model <run folder>".',
    );
  }
  const root = values.text('root');
  const paths = values.list('path').map(movedPathOf);
  if (root !== undefined || paths.length > 0) {
    await rebindRun(run.directory, { paths, root: root && path.resolve(root) });
  }
  await trainAndShow(run.directory, {
    json: values.has('json'),
    takeOver: values.has('take-over'),
    isPaused: run.status === 'paused',
  });
}

function movedPathOf(text: string): MovedPath {
  const [, from, to] = /^(.+?)=(.+)$/s.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw usageError(`--path must be <old>=<new>, but "${text}" was given.`, RESUME.name);
  }
  return { from: path.resolve(from), to: path.resolve(to) };
}
