import path from 'node:path';
import * as vscode from 'vscode';
import type { LocalModel } from '../../core/hub/localModel.js';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import { modelName } from '../../core/models/modelName.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { TASKS } from '../../core/runs/options/dataOptions.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import type { LaunchDraft } from '../../core/specs/launchDraft.js';
import { placeIn } from '../../node/runs/runFileOfRun.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { LaunchChoice } from '../../protocol/launchPanelMessages.js';
import { findPolicies, POLICY_SUFFIX } from '../masking/policies/policySource.js';
import { collectModels } from '../models/collectModels.js';
import { say } from '../platform/editorWords.js';
import { policyChoice } from '../training/maskingQuestion.js';

/** All tasks by their names. */
export function launchTasks(): LaunchChoice[] {
  return TASKS.map((kind) => ({
    value: kind,
    label: say(objectiveOf({ kind }).names.choice),
    description: '',
  }));
}

/** Models that a run can start from; the bundled one has an empty value. */
export function launchModels(
  { model }: Pick<LaunchDraft, 'model'>,
  {
    folder,
    bundledModel,
    runs,
    cached,
  }: {
    readonly folder: vscode.WorkspaceFolder;
    readonly bundledModel: string;
    readonly runs: readonly RunSummary[];
    readonly cached: readonly LocalModel[];
  },
): LaunchChoice[] {
  const known = collectModels({ bundledModel, runs, cached, withClassifiers: true }).map(
    (choice): LaunchChoice => ({
      value: draftModel(choice, folder, bundledModel),
      label: choice.name,
      description: choice.description.map(say).join(' · '),
    }),
  );
  const isListed = known.some(({ value }) => value === model);
  return isListed ? known : [...known, modelChoice(model)];
}

/** A model by its folder, and by its name on the hub if it has one. */
export interface ModelPlace {
  readonly folder: string;
  readonly reference: string | null;
}

/** A model as a draft names it: empty for the bundled one, and by name in the shared cache. */
export function draftModel(
  { folder: model, reference }: ModelPlace,
  folder: vscode.WorkspaceFolder,
  bundledModel: string,
): string {
  if (model === bundledModel) return '';
  return reference ?? placedModel(model, folder);
}

/** A model folder as a draft names it. */
export function placedModel(model: string, { uri }: vscode.WorkspaceFolder): string {
  const workspaceFolder = uri.fsPath;
  return placeIn(model, { workspaceFolder, folder: workspaceFolder });
}

export function modelChoice(model: string): LaunchChoice {
  const isRun = path.basename(model) === RUN_FILES.model;
  const label = isRun ? path.basename(path.dirname(model)) : modelName(model);
  return { value: model, label, description: model };
}

/** Policies of the workspace and of the gallery; random masking has an empty value. */
export async function launchPolicies(
  { masking }: Pick<LaunchDraft, 'masking'>,
  folder: vscode.WorkspaceFolder,
): Promise<LaunchChoice[]> {
  const files = (await findPolicies()).map((uri): LaunchChoice => ({
    value: policyChoice(folder, uri).masking ?? uri.fsPath,
    label: path.posix.basename(uri.path, POLICY_SUFFIX),
    description: vscode.workspace.asRelativePath(uri),
  }));
  const gallery = POLICY_GALLERY.map(({ id, name, description }): LaunchChoice => ({
    value: id,
    label: say(name),
    description: say(description),
  }));
  const anyWords = {
    value: '',
    label: vscode.l10n.t('Any words'),
    description: vscode.l10n.t('15% of the tokens at random'),
  };
  const known = [anyWords, ...files, ...gallery];
  const isListed = known.some(({ value }) => value === masking);
  return isListed ? known : [...known, { value: masking, label: masking, description: '' }];
}
