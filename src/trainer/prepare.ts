import path from 'node:path';
import { AppError } from '../core/errors.js';
import type { HeadLabels } from '../core/models/labels.js';
import type { HeadKind } from '../core/models/model.js';
import type { RunSpec, SampleRow, TaskSpec } from '../core/runs/schema.js';
import type { TrainingBatch } from '../core/train/batch.js';
import type { TrainingEngine } from '../core/train/engine.js';
import type { TrainingData } from '../core/train/loop.js';
import { createTrainingEngine } from '../core/train/trainingEngine.js';
import { collectGarbage } from '../node/runtime/collectGarbage.js';
import { chooseProvider } from '../node/runtime/executionProvider.js';
import { loadKernels } from '../node/runtime/loadKernels.js';
import { tokenizerOf } from '../node/tokenizers/loadTokenizer.js';
import { readModelFolder, type ModelFolder } from '../node/models/modelFolder.js';
import { createOnnxRuntime } from '../node/runtime/onnxRuntime.js';
import { checkTextFile } from '../node/data/textFiles.js';
import { prepareLabelled } from './prepareLabelled.js';
import { prepareText } from './prepareText.js';

/** The data of a run as batches, whatever its task. */
export interface PreparedData {
  readonly data: TrainingData;
  /** Held-out texts that are predicted again at each evaluation; null where there is none to show. */
  readonly samples: {
    readonly batch: TrainingBatch;
    /** Reads predictions off the engine's logits of `batch`. */
    readonly read: (logits: Float32Array, step: number) => SampleRow;
  } | null;
  /** The data in words. */
  readonly summary: string;
  /** What is masked of it, in words; null where nothing is. */
  readonly masking: string | null;
  /** What a person should know of the data before hours are spent. */
  readonly warnings: readonly string[];
  /** Lets go of what the batches are read from. */
  readonly dispose: () => void;
}

/** The model and the data of a run, without what trains it. */
export interface LoadedRun extends PreparedData {
  readonly model: ModelFolder;
}

/** Everything the loop needs, built from the spec alone: the same spec gives the same. */
export interface PreparedRun extends PreparedData {
  /** Without its weights: those of the engine count, and memory is short. */
  readonly model: Omit<ModelFolder, 'parameters'>;
  readonly engine: TrainingEngine;
}

export interface PrepareOptions {
  readonly modelFolder: string;
  /** Where the sequences of large data are kept; what lies there is overwritten. */
  readonly storePath: string;
  readonly report: (activity: string) => void;
}

/**
 * Loads model and data of a run and builds its engine. `report` hears what comes next and may throw
 * to stop. Throws `Model`, `Data` or `UserInput`.
 */
export async function prepare(spec: RunSpec, options: PrepareOptions): Promise<PreparedRun> {
  const loaded = await loadRun(spec, options);
  try {
    options.report('Building the training graph');
    collectGarbage();
    const { parameters, ...model } = loaded.model;
    const { engine, warnings } = await createEngine(spec, { model: model.model, parameters });
    return { ...loaded, model, engine, warnings: [...warnings, ...loaded.warnings] };
  } catch (thrown) {
    loaded.dispose();
    throw thrown;
  }
}

/** Loads model and data of a run. */
export async function loadRun(
  spec: RunSpec,
  { modelFolder, storePath, report }: PrepareOptions,
): Promise<LoadedRun> {
  report('Loading the model');
  const { task, training } = spec;
  const model = await readModelFolder(modelFolder, {
    head: headOf(task),
    ...labelsOf(task),
    seed: training.seed,
  });
  const tokenizer = tokenizerOf(model);
  const maxLength = Math.min(training.maxLength, model.model.maxLength);

  report('Reading the data');
  await refuseChangedFiles(spec);
  const data =
    task.kind === 'masked-lm'
      ? await prepareText(spec, { tokenizer, maxLength, storePath, report })
      : await prepareLabelled(spec, task, { tokenizer, maxLength });
  return { ...data, model };
}

/** The engine of a run, on the execution provider that works here. */
export async function createEngine(
  { task, method, optimizer, training }: RunSpec,
  { model, parameters }: Pick<ModelFolder, 'model' | 'parameters'>,
): Promise<{ readonly engine: TrainingEngine; readonly warnings: readonly string[] }> {
  const runtime = createOnnxRuntime();
  const { provider, problem } = await chooseProvider(training.executionProvider, runtime);
  const engine = await createTrainingEngine({
    model,
    parameters,
    task,
    method,
    optimizer,
    dropout: training.dropout,
    recompute: training.recompute,
    seed: training.seed,
    runtime,
    kernels: await loadKernels(path.join(__dirname, 'kernels.wasm')),
    threads: training.threads,
    executionProvider: provider,
  });
  return { engine, warnings: problem === null ? [] : [problem] };
}

function headOf({ kind }: TaskSpec): HeadKind {
  switch (kind) {
    case 'masked-lm':
      return 'masked-lm';
    case 'classification':
    case 'regression':
      return 'sequence';
    case 'token-classification':
      return 'token';
  }
}

function labelsOf(task: TaskSpec): { labels?: HeadLabels } {
  switch (task.kind) {
    case 'masked-lm':
      return {};
    case 'classification': {
      const problemType = task.multiLabel
        ? 'multi_label_classification'
        : 'single_label_classification';
      return { labels: { labels: task.labels, problemType } };
    }
    case 'regression':
      return { labels: { labels: task.outputs, problemType: 'regression' } };
    case 'token-classification':
      return { labels: { labels: task.labels } };
  }
}

/** Refuses files that are no longer what the run was created from. */
export async function refuseChangedFiles({ data, workspaceFolder }: RunSpec): Promise<void> {
  for (const file of data.files) {
    const absolute = path.resolve(workspaceFolder, file.path);
    const { sha256 } = await checkTextFile(absolute, { shownAs: file.path });
    if (sha256 === file.sha256) continue;
    throw new AppError({
      code: 'Data',
      details: {
        file: file.path,
        problem: 'has changed since this run was created',
        remedy: 'Put the file back as it was to resume, or start a new run on the changed data.',
      },
    });
  }
}
