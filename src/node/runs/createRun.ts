import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { countsSkipped } from '../../core/data/badInput.js';
import { inputError } from '../../core/errors.js';
import { message, problem, type Message, type Problem } from '../../core/messages/message.js';
import { BERT_MASKING, withRate, type MaskingPolicy } from '../../core/masking/policy/policy.js';
import { experimentSlug, runIdOf, suggestName } from '../../core/runs/runId.js';
import { bytesOf, type RunEstimate, type EstimateRequest } from '../../core/runs/runEstimate.js';
import { metricsOfTask, objectiveOf } from '../../core/objectives/objectives.js';
import {
  describeValue,
  flagOf,
  readOption,
  type RunOptionName,
  type RunOptions,
} from '../../core/runs/options.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { InspectedModel } from '../../core/models/inspectedModel.js';
import { runDataOf } from '../../core/specs/runData.js';
import { architectureName } from '../../core/models/newModel.js';
import {
  RUN_FILES,
  type NewModelSpec,
  type OptimizerSpec,
  type RunSpec,
} from '../../core/runs/schema.js';
import { debiasConflict } from '../../core/specs/debiasConflict.js';
import { foldConflict } from '../../core/specs/foldConflict.js';
import {
  debiasWeightOf,
  methodOf,
  optimizerOf,
  suggestTraining,
} from '../../core/specs/defaults.js';
import type { Rehearsal } from '../preparation/rehearsal.js';
import { packageVersions } from './packageVersions.js';
import { readPolicy } from '../policies/readPolicy.js';
import { readTextSync } from '../files/regularFile.js';
import {
  asideOf,
  renameWithRetries,
  storageError,
  storing,
  writeFileAtomicallySync,
  writeJsonAtomically,
} from '../files/storage.js';
import { namedModelFolder } from './namedModel.js';
import { portableSpec } from './runSpecFile.js';
import { sweepRunsFolder } from './runDirectory.js';
import { initialRunState, storedState } from './runState.js';
import { throwIfCancelled } from '../runtime/pace.js';

export interface CreateRunOptions {
  /** Folder of run directories, usually `<workspace>/.masklab/runs`. */
  readonly runsFolder: string;
  /** The data, inspected with the same `options`. */
  readonly snapshot: DataSnapshot;
  /** Open workspace folders, one of which may hold the policy. Default: the data's alone. */
  readonly workspaceFolders?: readonly string[];
  /** The model to start from. */
  readonly model?: InspectedModel;
  /** Recipe for a new model, instead of a model folder. */
  readonly newModel?: NewModelSpec;
  readonly name?: string;
  readonly experiment?: string;
  /** Overrides the policy and the rate in `options`. */
  readonly masking?: MaskingPolicy;
  /** Overrides the optimizer that follows from `options`. */
  readonly optimizer?: OptimizerSpec;
  readonly options?: RunOptions;
  /** Study that the run is part of. Its runs wait until the study starts them. */
  readonly study?: RunSpec['study'];
  /** Whether the run waits in the queue of its folder instead of being started by its creator. */
  readonly isQueued?: boolean;
  /** Seconds that the training is expected to take, as an estimate of it has found. */
  readonly estimatedSeconds?: number;
  /** Asks a trainer process; required for an automatic batch size or learning rate. */
  readonly estimate?: (request: EstimateRequest) => Promise<RunEstimate>;
  /** Inspects the folder of the model that `debiasModel` names; required for that option. */
  readonly inspectModel?: (folder: string) => Promise<InspectedModel>;
  /** Prepares small data as the trainer will. Throws what the trainer would refuse. */
  readonly rehearse?: (spec: RunSpec) => Promise<Rehearsal>;
  readonly onProgress?: (activity: Message) => void;
  readonly signal?: AbortSignal;
}

export interface CreatedRun {
  readonly id: string;
  readonly directory: string;
  readonly spec: RunSpec;
  /** Input that was skipped, and decisions about splits and labels. */
  readonly warnings: readonly Message[];
  /** Sizes of the splits, if the data is small enough to be prepared before the run. */
  readonly summary: readonly Message[];
}

/**
 * Checks the options against the inspected data and model, then creates the run directory in one
 * rename. A refused run leaves nothing behind. No data is read. Throws `UserInput`,
 * `Data` for a policy, `Storage` or `Cancelled`.
 */
export async function createRun(request: CreateRunOptions): Promise<CreatedRun> {
  const { spec, ...facts } = await planRun(request);
  throwIfCancelled(request.signal);
  const { estimatedSeconds, ...told } = facts;
  const directory = await storeRun(request.runsFolder, spec, {
    ...request,
    ...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
  });
  return { id: spec.id, directory, spec, ...told };
}

/** Checked spec that a run would have. Nothing is written. */
export async function planRun(
  request: CreateRunOptions,
): Promise<
  Pick<CreatedRun, 'spec' | 'warnings' | 'summary'> & Pick<CreateRunOptions, 'estimatedSeconds'>
> {
  const { runsFolder, snapshot, options = {} } = request;
  const { workspaceFolder } = snapshot.selection;
  const report = request.onProgress ?? (() => undefined);
  refuseOutOfRange(options);
  const policy = request.masking ?? (await policyOf(request));
  const debias = await debiasOf(request);
  const { task, data, size } = runDataOf(snapshot, options);
  const createdAt = new Date();
  const name = request.name ?? suggestName(Math.random);
  const id = freeRunId(runsFolder, runIdOf(name, createdAt));
  const { model, newModel, shape } = startOf(request, path.resolve(runsFolder, id));
  const hasLabels = objectiveOf(task).data === 'labelled';
  const spec: RunSpec = {
    version: 1,
    id,
    name,
    createdAt: createdAt.toISOString(),
    experiment: experimentSlug(request.experiment ?? 'default'),
    task,
    method: methodOf(options),
    workspaceFolder: path.resolve(workspaceFolder),
    model,
    newModel,
    data,
    masking: policy ?? (hasLabels ? null : withRate(BERT_MASKING, options.maskingRate)),
    debias,
    optimizer:
      request.optimizer ?? optimizerOf(options, { hiddenSize: shape.hiddenSize, hasLabels }),
    training: suggestTraining(size, {
      ...(shape.maxLength === undefined ? {} : { modelMaxLength: shape.maxLength }),
      isNew: newModel !== null,
      minimumEpochs: objectiveOf(task).minimumEpochs,
      hasLabels,
      options,
    }),
    study: request.study ?? null,
    versions: packageVersions(),
  };
  checkSpec(spec, options);
  throwIfCancelled(request.signal);
  const rehearsal = (await request.rehearse?.(spec)) ?? { summary: [], warnings: [] };
  throwIfCancelled(request.signal);
  // The rehearsal reads all rows again, and counts those that it skips.
  const isCountedAgain = rehearsal.warnings.some(countsSkipped);
  const first = snapshot.warnings.filter((told) => !(isCountedAgain && countsSkipped(told)));
  const known = new Set(first.map((warning) => JSON.stringify(warning)));
  const more = rehearsal.warnings.filter((warning) => !known.has(JSON.stringify(warning)));
  return {
    ...(await withMeasured(spec, request, report)),
    warnings: [...first, ...more],
    summary: rehearsal.summary,
  };
}

interface Start extends Pick<RunSpec, 'model' | 'newModel'> {
  readonly shape: { readonly hiddenSize: number; readonly maxLength?: number };
}

/** Model that a run starts from: an existing one, or one that it will create. */
function startOf({ model, newModel }: CreateRunOptions, directory: string): Start {
  if (newModel !== undefined) {
    const recipe = JSON.stringify(newModel);
    return {
      model: {
        path: path.join(directory, RUN_FILES.start),
        name: `a new ${architectureName(newModel.architecture)}`,
        sha256: createHash('sha256').update(recipe).digest('hex'),
      },
      newModel,
      shape: { hiddenSize: newModel.architecture.hiddenSize },
    };
  }
  if (model === undefined) throw new RangeError('a run starts from a model or makes one');
  const { path: folder, name, sha256, hub, ofRun, ...shape } = model;
  const pinned = {
    ...(hub === undefined ? {} : { hub }),
    ...(ofRun === undefined ? {} : { ofRun }),
  };
  return { model: { path: folder, name, sha256, ...pinned }, newModel: null, shape };
}

/** Spec with the batch size and learning rate that a trainer process has chosen. */
async function withMeasured(
  spec: RunSpec,
  { options = {}, estimate }: CreateRunOptions,
  report: (activity: Message) => void,
): Promise<{ spec: RunSpec } & Pick<CreateRunOptions, 'estimatedSeconds'>> {
  const memoryBytes =
    options.memory !== undefined
      ? bytesOf(options.memory)
      : options.batchSize === 'auto'
        ? 'auto'
        : null;
  const findLearningRate = options.findLearningRate === true;
  if (memoryBytes === null && !findLearningRate) return { spec };
  if (estimate === undefined) throw new RangeError('these options require an estimate');
  report(message(findLearningRate ? 'runs.findingLearningRate' : 'runs.findingBatchSize'));
  const found = await estimate({ spec, memoryBytes, findLearningRate });
  const { batchSize, accumulation, recompute, learningRate } = found;
  if (findLearningRate && learningRate === null) {
    throw inputError(problem('runs.noLearningRateFound'));
  }
  return {
    spec: {
      ...spec,
      training: { ...spec.training, batchSize, accumulation, recompute },
      optimizer: learningRate === null ? spec.optimizer : { ...spec.optimizer, learningRate },
    },
    estimatedSeconds: found.seconds,
  };
}

/** Self-contained policy: word lists and other files that it refers to are read into it. */
async function policyOf({
  snapshot,
  workspaceFolders = [snapshot.selection.workspaceFolder],
  options = {},
}: CreateRunOptions): Promise<MaskingPolicy | null> {
  const { masking } = options;
  if (masking === undefined) return null;
  const { workspaceFolder: folder } = snapshot.selection;
  return withRate(await readPolicy(masking, { folder, workspaceFolders }), options.maskingRate);
}

/** Debiasing with its words read into it and its model inspected; `null` without any. */
async function debiasOf({
  snapshot,
  workspaceFolders = [snapshot.selection.workspaceFolder],
  options = {},
  inspectModel,
}: CreateRunOptions): Promise<RunSpec['debias']> {
  const { debias, debiasWeight, debiasWords, debiasModel } = options;
  if (debias === undefined) return null;
  const { workspaceFolder: folder } = snapshot.selection;
  const words =
    debiasWords === undefined ? null : await readPolicy(debiasWords, { folder, workspaceFolders });
  if (words !== null && words.rules.length + words.always.length === 0) {
    const policy = debiasWords ?? '';
    throw inputError(problem('runs.debiasWordsEmpty', { policy }));
  }
  return {
    kind: debias,
    weight: debiasWeightOf({ debias, debiasWeight }),
    words,
    model:
      debiasModel === undefined
        ? null
        : await inspectedModel(namedModelFolder(debiasModel, folder), inspectModel),
  };
}

async function inspectedModel(
  folder: string,
  inspect: CreateRunOptions['inspectModel'],
): Promise<NonNullable<RunSpec['debias']>['model']> {
  if (inspect === undefined) throw new RangeError('debiasModel needs an inspection of the model');
  const { path: found, name, sha256, ofRun } = await inspect(folder);
  return { path: found, name, sha256, ...(ofRun === undefined ? {} : { ofRun }) };
}

/** Refuses values out of range before anything is written. */
function refuseOutOfRange(options: RunOptions): void {
  for (const [name, value] of Object.entries(options) as [RunOptionName, unknown][]) {
    if (value === undefined || readOption(name, value) !== null) continue;
    throw inputError(
      problem('runs.optionOutOfRange', {
        option: name,
        flag: flagOf(name),
        value: JSON.stringify(value),
        expected: describeValue(name),
      }),
    );
  }
}

/** Refuses choices that contradict each other. */
function checkSpec(spec: RunSpec, options: RunOptions): void {
  const conflict =
    conflictIn(spec, options) ??
    foldConflict(spec, options) ??
    debiasConflict(spec, options) ??
    newModelConflict(spec, options);
  if (conflict !== null) throw inputError(conflict);
}

function conflictIn({ task, training, data }: RunSpec, options: RunOptions): Problem | null {
  const metric = training.earlyStopping?.metric;
  const objective = objectiveOf(task);
  // Every evaluation has a loss, also where another metric has the same value.
  const known: readonly string[] = [...new Set([...metricsOfTask(task), 'loss'])];
  if (metric !== undefined && !known.includes(metric)) {
    return problem('training.unknownMetric', {
      metric,
      task: task.kind,
      metrics: { list: known, join: 'or' },
    });
  }
  if (options.findLearningRate === true && options.learningRate !== undefined) {
    return problem('runs.learningRateSetAndSearched');
  }
  if (data.heldOutFraction + data.testFraction >= 1) return problem('runs.nothingToTrainOn');
  const { truncation, stride, maxLength } = training;
  if (truncation === 'head-tail' && objective.head !== 'sequence') {
    return problem('runs.truncationWithoutTexts', { task: task.kind });
  }
  if (truncation === 'windows') {
    if (objective.data === 'text') return problem('runs.windowsWithoutLabels', { task: task.kind });
    if (stride !== null && stride >= maxLength) {
      return problem('runs.strideTooLong', { stride, maxLength });
    }
  }
  if (objective.data === 'text') {
    return training.maskedExamples > 0
      ? problem('runs.maskedExamplesWithoutLabels', { task: task.kind })
      : null;
  }
  return training.packing ? problem('runs.packingWithoutMasking') : null;
}

/** Choices that contradict training a new model from scratch. */
function newModelConflict(
  { task, newModel, method }: RunSpec,
  options: RunOptions,
): Problem | null {
  if (newModel === null) return null;
  if (!objectiveOf(task).trainsNewModels) return problem('runs.newModelTask', { task: task.kind });
  if (method.kind !== 'full' || options.freeze !== undefined) {
    return problem('runs.newModelMethod');
  }
  if (options.batchSize === 'auto' || options.memory !== undefined) {
    return problem('runs.newModelBatchSize');
  }
  return options.findLearningRate === true ? problem('runs.newModelLearningRate') : null;
}

/** An id that no run of the folder has. */
export function freeRunId(runsFolder: string, wanted: string): string {
  let id = wanted;
  for (let n = 2; fs.existsSync(path.join(runsFolder, id)); n++) id = `${wanted}-${n}`;
  return id;
}

const GITIGNORE = `# The heavy parts of a run; specs, metrics and notes are worth keeping with the data.
runs/*/checkpoints/
runs/*/model/
runs/*/start/
runs/*/adapter/
runs/*/audit/words.jsonl
runs/*/trace.safetensors
runs/*/sequences.bin
runs/*/trainer.log
runs/*/trainer.lock
runs/*/trainer.reserve
runs/.*
studies/*/scores/
studies/*/study.log
`;

const MAX_IGNORE_BYTES = 1 << 20;

/** Updates a `.gitignore` that an earlier version wrote; keeps one that a person wrote. */
function ignoreHeavyParts(file: string): void {
  storing(file, () => {
    const isThere = fs.existsSync(file);
    const known = isThere ? readTextSync(file, MAX_IGNORE_BYTES) : '';
    const isOurs = known.startsWith(GITIGNORE.slice(0, GITIGNORE.indexOf('\n')));
    if (!isThere || (isOurs && !known.includes('runs/*/audit/words.jsonl'))) {
      writeFileAtomicallySync(file, GITIGNORE);
    }
  });
}

/** Writes the directory of a new run in one rename. Throws `Storage`. */
export async function storeRun(
  runsFolder: string,
  spec: RunSpec,
  {
    isQueued = false,
    estimatedSeconds,
  }: Pick<CreateRunOptions, 'isQueued' | 'estimatedSeconds'> = {},
): Promise<string> {
  await sweepRunsFolder(runsFolder);
  const directory = path.join(runsFolder, spec.id);
  const aside = asideOf(directory);
  storing(runsFolder, () => fs.mkdirSync(runsFolder, { recursive: true }));
  const parent = path.dirname(path.resolve(runsFolder));
  const ignoreFile = path.join(parent, '.gitignore');
  if (path.basename(parent) === '.masklab') ignoreHeavyParts(ignoreFile);
  try {
    fs.mkdirSync(aside);
    await writeJsonAtomically(path.join(aside, RUN_FILES.spec), portableSpec(spec, directory));
    await writeJsonAtomically(
      path.join(aside, RUN_FILES.state),
      storedState({
        ...initialRunState(spec.study === null && !isQueued ? 'queued' : 'waiting'),
        ...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
      }),
    );
    await renameWithRetries(aside, directory);
  } catch (thrown) {
    fs.rmSync(aside, { recursive: true, force: true });
    throw storageError(directory, thrown);
  }
  return directory;
}
