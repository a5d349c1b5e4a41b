import path from 'node:path';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLearningRate,
  formatShare,
  groupThousands,
} from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { RUN_OPTION_NAMES } from '../core/runs/options.js';
import type { MovedPath } from '../core/runs/schema.js';
import { inspectRun, type RunRequest } from '../node/runs/inspectRun.js';
import { createRun, planRun } from '../node/runs/createRun.js';
import { measureRun } from '../node/runs/measureRun.js';
import { runsFolderOf } from '../node/runs/runDirectory.js';
import { rebindRun } from '../node/runs/rebindRun.js';
import { readRun } from '../node/runs/runReader.js';
import { parseErrorData } from '../protocol/errorData.js';
import { DATA_FLAG, whereOf } from './dataFlags.js';
import { modelFolderOf } from './modelArgument.js';
import { refuseSecondStart, TRAINER, trainAndShow, warnOf } from './trainAndShow.js';
import { usageError, type CommandShape, type CommandValues } from './usage.js';

export const TRAIN: CommandShape = {
  name: 'train',
  usage: '--data <files or folders …> [options]',
  summary: 'Fine-tunes a model and shows the run until it ends; what it learned is kept at Ctrl+C',
  flags: {
    data: DATA_FLAG,
    model: { shape: '<folder>', help: 'model to start from (default: the bundled one)' },
    out: { shape: '<folder>', help: 'runs folder (default: .masklab/runs in the current folder)' },
    name: { shape: '<name>', help: 'what to call the run' },
    json: { help: 'one JSON object at the end instead of progress' },
  },
  runOptions: RUN_OPTION_NAMES,
  examples: [
    'masklab train --data notes/',
    'masklab train --data reviews.csv --label-column stars --early-stopping macroF1:3 --restore-best',
    'masklab train --data reviews.csv --method lora --lora-rank 16 --freeze embeddings',
  ],
};

export async function trainCommand(values: CommandValues): Promise<void> {
  const runsFolder = path.resolve(values.text('out') ?? runsFolderOf(process.cwd()));
  const name = values.text('name');
  await refuseSecondStart(runsFolder);
  const request = await inspectRun({
    ...requestOf(TRAIN, values),
    runsFolder,
    ...(name === undefined ? {} : { name }),
  });
  const run = await createRun(request);
  warnOf(request.snapshot);
  await trainAndShow(run.directory, { json: values.has('json') });
}

/** What the data, the model and the options of a command make. */
function requestOf(shape: CommandShape, values: CommandValues): RunRequest {
  const model = values.text('model');
  return {
    runsFolder: runsFolderOf(process.cwd()),
    ...whereOf(shape, values),
    modelFolder:
      model === undefined ? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER) : modelFolderOf(model),
    options: values.options,
    measure: (request) => measureRun(request, { ...TRAINER, parseError: parseErrorData }),
  };
}

export const ESTIMATE: CommandShape = {
  name: 'estimate',
  usage: '--data <files or folders …> [options]',
  summary: 'Says how much time and memory a run would take on this machine, without starting it',
  flags: {
    data: DATA_FLAG,
    model: TRAIN.flags['model']!,
    json: { help: 'one JSON object instead of lines' },
  },
  runOptions: RUN_OPTION_NAMES,
};

export async function estimateCommand(values: CommandValues): Promise<void> {
  const { spec } = await planRun(await inspectRun(requestOf(ESTIMATE, values)));
  const found = await measureRun(
    { spec, memoryBytes: null, findLearningRate: false },
    { ...TRAINER, parseError: parseErrorData },
  );
  if (values.has('json')) {
    console.log(JSON.stringify({ ...found, learningRate: spec.optimizer.learningRate }));
    return;
  }
  const { batchSize, accumulation, recompute, totalSteps } = found;
  const share = formatShare(found.trainedCount / found.parameterCount);
  console.log(
    [
      `time        about ${formatDuration(found.seconds)} for ${formatCount(totalSteps, 'step')}`,
      `memory      about ${formatBytes(found.memoryBytes)}`,
      `batch       ${batchSize} sequences${accumulation > 1 ? `, ${accumulation} batches a step` : ''}${recompute ? ', layers recomputed' : ''}`,
      `trained     ${groupThousands(found.trainedCount)} of ${groupThousands(found.parameterCount)} parameters (${share})`,
      `rate        ${formatLearningRate(spec.optimizer.learningRate)}`,
    ].join('\n'),
  );
}

export const RESUME: CommandShape = {
  name: 'resume',
  usage: '<run folder> [--root <folder>] [--path <old>=<new> …] [--take-over] [--json]',
  summary: 'Goes on with a run from its newest checkpoint',
  flags: {
    root: {
      shape: '<folder>',
      help: 'folder that holds the data and model now, for a run copied away from them; remembered',
    },
    path: {
      shape: '<old>=<new>',
      multiple: true,
      help: 'data or model that was moved apart from that folder: a file, or a folder above it; remembered',
    },
    'take-over': {
      help: 'also if a trainer on another machine may still own the run; it then ends at its next step',
    },
    json: { help: 'one JSON object at the end instead of progress' },
  },
};

export async function resumeCommand(values: CommandValues): Promise<void> {
  const [folder] = values.positionals;
  if (folder === undefined) {
    throw usageError('masklab resume needs the folder of a run.', 'resume');
  }
  const run = await readRun(path.resolve(folder));
  if (run.facts === null)
    throw usageError(`${folder} is not a run: ${run.problem ?? 'unreadable'}.`);
  if (run.status === 'finished') throw usageError(`${run.id} is finished already.`);
  const root = values.text('root');
  const paths = values.list('path').map(movedPathOf);
  if (root !== undefined || paths.length > 0) {
    await rebindRun(run.directory, { paths, root: root && path.resolve(root) });
  }
  await trainAndShow(run.directory, {
    json: values.has('json'),
    takeOver: values.has('take-over'),
  });
}

function movedPathOf(text: string): MovedPath {
  const [, from, to] = /^(.+?)=(.+)$/s.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw usageError(`--path takes <old>=<new>, not "${text}".`, RESUME.name);
  }
  return { from: path.resolve(from), to: path.resolve(to) };
}
