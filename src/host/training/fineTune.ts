import * as vscode from 'vscode';
import { isPolicyFile } from '../masking/policies/policySource.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import type { Disposable } from '../platform/disposables.js';
import type { MessageAction } from '../platform/reporter.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { workspaceFolderFor } from '../platform/workspace.js';
import { copyCommands, saveRunFile } from '../runs/asRunFile.js';
import { runFileOfPlan, runOfPlan, type RunToCreate } from './runRequest.js';
import { startRun, type StartDependencies } from './startRun.js';
import { askForPlan, type WizardOptions } from './wizard.js';
import type { Plan } from './wizardAnswers.js';

export interface FineTuneOptions extends WizardOptions, StartDependencies {
  readonly registerCommand: RegisterCommand;
}

/** Context of the command, which answers questions before they are asked. */
export interface FineTuneRequest {
  /** Data: what the explorer's context menu was opened on. */
  readonly resources: readonly vscode.Uri[];
  readonly policy: vscode.Uri | null;
}

/**
 * Runs the command: asks little, then makes the run, starts its trainer and opens the panel, or writes
 * the run down.
 */
export async function fineTune(options: FineTuneOptions, request: FineTuneRequest): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const { resources, policy } = request;
  const folder = workspaceFolderFor(resources[0] ?? policy ?? undefined);
  const paths = resources.map(({ fsPath }) => fsPath);
  const plan = await askForPlan(options, { folder, paths, policy });
  if (plan === null) return;
  if (plan.ending !== 'start') {
    plan.inspection.dispose();
    await writeDown(plan, options);
    return;
  }
  await startRun(options, {
    name: plan.name,
    inspection: plan.inspection,
    run: () => namedRun(plan),
    errorActions: [openSettings()],
  });
}

/** Writes a run down instead of starting it. */
async function writeDown(plan: Plan, options: FineTuneOptions): Promise<void> {
  const file = runFileOfPlan(plan, options);
  const { fsPath } = plan.folder.uri;
  await (plan.ending === 'saveAsRunFile'
    ? saveRunFile(file, fsPath)
    : copyCommands([file], fsPath));
}

function namedRun(plan: Plan): RunToCreate {
  const { choices, ...run } = runOfPlan(plan);
  const { name, estimatedSeconds } = plan;
  const estimated = estimatedSeconds === null ? {} : { estimatedSeconds };
  return { ...run, choices: { ...choices, name, ...estimated } };
}

function openSettings(): MessageAction {
  return {
    title: vscode.l10n.t('Open Settings'),
    run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'masklab.training'),
  };
}

function openFolderIfNone(): MessageAction[] {
  if ((vscode.workspace.workspaceFolders ?? []).length > 0) return [];
  return [
    {
      title: vscode.l10n.t('Open Folder'),
      run: () => vscode.commands.executeCommand('vscode.openFolder'),
    },
  ];
}

/**
 * Registers the palette command, the explorer's context menu entry, and what a policy's CodeLens
 * runs: it names the policy, as `{ policy }` or as a file among those it is called on.
 */
export function registerFineTune(options: FineTuneOptions): Disposable {
  return options.registerCommand(
    COMMANDS.fineTune,
    (resource, selected) =>
      fineTune(options, requestOf(resource, Array.isArray(selected) ? selected : [resource])),
    { errorActions: openFolderIfNone },
  );
}

function requestOf(resource: unknown, given: readonly unknown[]): FineTuneRequest {
  const named = (resource as { readonly policy?: unknown } | null | undefined)?.policy;
  const uris = given.filter((uri) => uri instanceof vscode.Uri);
  const policy = named instanceof vscode.Uri ? named : (uris.find(isPolicyFile) ?? null);
  return { resources: uris.filter((uri) => !isPolicyFile(uri)), policy };
}
