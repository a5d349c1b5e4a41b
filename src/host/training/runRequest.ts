import * as vscode from 'vscode';
import { message, type Message } from '../../core/messages/message.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { RunSpec } from '../../core/runs/schema.js';
import type { RunEstimate } from '../../core/runs/runEstimate.js';
import type { RunOptions } from '../../core/runs/options.js';
import { DEFAULT_NEW_MODEL, pretrainingRun } from '../../core/specs/pretraining.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { planRun, type CreateRunOptions } from '../../node/runs/createRun.js';
import { estimateRun } from '../../node/runs/estimateRun.js';
import type { LaunchOptions } from '../../node/runs/trainerProcess.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import { placeIn } from '../../node/runs/runFileOfRun.js';
import { NEW_MODEL } from '../models/modelPicker.js';
import type { DataClient } from '../platform/dataClient.js';
import { ownExcludedGlobs } from '../platform/excludedGlobs.js';
import { trainingOptions } from '../platform/settings.js';
import type { DataInspection } from './dataInspection.js';
import { decided, type Plan } from './wizardAnswers.js';

export interface RunRequestDependencies {
  readonly dataClient: DataClient;
  readonly trainer: LaunchOptions;
}

export interface EstimateDependencies extends RunRequestDependencies {
  readonly bundledModel: string;
}

/** Everything about a run but its name, which the estimate does not depend on. */
export type NamelessPlan = Omit<Plan, 'name' | 'estimatedSeconds' | 'ending'>;

/** Options of a planned run: the settings, and the answers. Throws `UserInput` for invalid settings. */
function optionsOf({ folder, labels, choices, masking }: NamelessPlan): RunOptions {
  return { ...trainingOptions(folder.uri), ...labels, ...decided(choices), ...masking };
}

/** A run to create, before its data and model are inspected. */
export interface RunToCreate {
  readonly folder: vscode.WorkspaceFolder;
  readonly inspection: DataInspection;
  /** `null` for a run that makes its model. */
  readonly modelFolder: string | null;
  readonly choices: Pick<
    CreateRunOptions,
    'options' | 'newModel' | 'optimizer' | 'masking' | 'name' | 'experiment' | 'estimatedSeconds'
  >;
}

/** The run of a plan. Throws `UserInput` for invalid settings. */
export function runOfPlan(plan: NamelessPlan): RunToCreate {
  const { folder, inspection, model } = plan;
  const options = optionsOf(plan);
  return {
    ...{ folder, inspection },
    ...(model === NEW_MODEL
      ? { modelFolder: null, choices: pretrainingRun(DEFAULT_NEW_MODEL, options) }
      : { modelFolder: model, choices: { options } }),
  };
}

/** The run file of a plan, with paths relative to its workspace folder. Throws as `runOfPlan` does. */
export function runFileOfPlan(
  plan: NamelessPlan & Pick<Plan, 'name'>,
  { bundledModel }: Pick<EstimateDependencies, 'bundledModel'>,
): RunFile {
  const { folder, inspection, model, name } = plan;
  const workspaceFolder = folder.uri.fsPath;
  const place = (file: string): string =>
    placeIn(file, { workspaceFolder, folder: workspaceFolder });
  const { paths } = inspection.request.selection;
  return {
    name,
    data: paths.map(place),
    exclude: ownExcludedGlobs(folder.uri),
    ...(model === NEW_MODEL
      ? { newModel: DEFAULT_NEW_MODEL }
      : model === bundledModel
        ? {}
        : { model: place(model) }),
    options: optionsOf(plan),
  };
}

/** Request to create a run. */
export async function runRequest(
  { dataClient, trainer }: RunRequestDependencies,
  { folder, inspection, modelFolder, choices }: RunToCreate,
  {
    signal,
    onProgress = () => undefined,
  }: {
    readonly signal: AbortSignal;
    readonly onProgress?: (activity: Message) => void;
  },
): Promise<CreateRunOptions> {
  return {
    ...choices,
    runsFolder: runsFolderOf(folder.uri.fsPath),
    snapshot: await inspection.inBackground(),
    workspaceFolders: vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [],
    ...(modelFolder === null
      ? {}
      : { model: await dataClient.call('inspectModel', { folder: modelFolder }, signal) }),
    inspectModel: (folder) => dataClient.call('inspectModel', { folder }, signal),
    rehearse: (spec) => dataClient.call('rehearseRun', { spec }, signal),
    estimate: (request) => estimateRun(request, { ...trainer, signal }),
    onProgress,
    signal,
  };
}

/** Facts about a planned run that are known before its estimate. */
export interface PlanFacts {
  /** Number of examples, or the amount of text. */
  readonly size: readonly Message[];
  readonly warnings: readonly Message[];
  /** The spec, with a model that is there already: the bundled one stands in for a new one. */
  readonly spec: RunSpec;
}

function sizeOf({ labelled }: DataSnapshot, { data }: RunSpec): Message[] {
  if (data.labelled !== null && labelled !== null) {
    return [message('table.rows', { count: labelled.rows })];
  }
  const bytes = data.files.reduce((sum, file) => sum + file.bytes, 0);
  return [message('files.summary', { count: data.files.length, size: { bytes } })];
}

/**
 * Estimates time and memory of a run, in a trainer process that ends with the signal. The
 * bundled model, which has the architecture of a new model, stands in for one. Throws what creating the
 * run would throw.
 */
export async function estimateToCreate(
  dependencies: EstimateDependencies,
  read: () => RunToCreate,
  {
    signal,
    onPlanned = () => undefined,
  }: { readonly signal: AbortSignal; readonly onPlanned?: (facts: PlanFacts) => void },
): Promise<RunEstimate> {
  const { choices, ...run } = read();
  const options = { ...choices.options, findLearningRate: false };
  const request = await runRequest(
    dependencies,
    { ...run, choices: { ...choices, options } },
    { signal },
  );
  const { spec: planned, summary, warnings } = await planRun(request);
  const { dataClient, trainer, bundledModel } = dependencies;
  const standIn =
    planned.newModel === null
      ? planned.model
      : await dataClient.call('inspectModel', { folder: bundledModel }, signal);
  const { path, name, sha256 } = standIn;
  const spec = { ...planned, model: { path, name, sha256 }, newModel: null };
  onPlanned({
    size: summary.length > 0 ? summary : sizeOf(request.snapshot, spec),
    warnings,
    spec,
  });
  return estimateRun({ spec, memoryBytes: null, findLearningRate: false }, { ...trainer, signal });
}
