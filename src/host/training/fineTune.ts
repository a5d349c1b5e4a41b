import * as vscode from 'vscode';
import { objectiveOf, TEXT_TASK } from '../../core/objectives/objectives.js';
import { suggestName } from '../../core/runs/runId.js';
import type { RunOptions } from '../../core/runs/options.js';
import {
  DEFAULT_NEW_MODEL,
  pretrainingRun,
  type PretrainingRun,
} from '../../core/train/pretraining.js';
import { createRun, type CreatedRun, type CreateRunOptions } from '../../node/runs/createRun.js';
import type { LaunchOptions } from '../../node/runs/localLauncher.js';
import { measureRun } from '../../node/runs/measureRun.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import { parseErrorData } from '../../protocol/errorData.js';
import type { DataClient } from '../platform/dataClient.js';
import type { RunStore } from '../runs/runStore.js';
import { NEW_MODEL, pickModelFolder, pickModelOrNew } from '../models/modelPicker.js';
import { isPolicyFile } from '../masking/policies/policySource.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import type { Disposable } from '../platform/disposables.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';
import { trainingOptions } from '../platform/settings.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import { worstWarning } from '../../node/data/worstWarning.js';
import type { ProfileRequest } from '../../protocol/profilePanelMessages.js';
import { profileInWorker } from '../profile/profileInWorker.js';
import { pickData } from './pickData.js';
import { pickLabels, type LabelChoice } from './pickLabels.js';
import { pickMasking, policyChoice, savePolicy, type MaskingChoice } from './pickMasking.js';
import type { RunActions } from '../runs/runActions.js';

const TITLE = 'Fine-tune on workspace data';
const MAX_NAME_LENGTH = 60;

export interface FineTuneOptions {
  readonly runStore: RunStore;
  readonly actions: RunActions;
  readonly reporter: Reporter;
  readonly registerCommand: RegisterCommand;
  readonly bundledModel: string;
  readonly dataClient: DataClient;
  readonly trainer: LaunchOptions;
  readonly openPanel: (directory: string) => void;
}

/** What is asked before a run can be made. */
interface Plan {
  readonly folder: vscode.WorkspaceFolder;
  readonly paths: readonly string[];
  readonly labels: LabelChoice;
  readonly masking: MaskingChoice;
  readonly model: string | typeof NEW_MODEL;
  readonly name: string;
}

/** What the command was called on, which answers questions before they are asked. */
export interface FineTuneRequest {
  /** Data: what the explorer's context menu was opened on. */
  readonly resources: readonly vscode.Uri[];
  readonly policy: vscode.Uri | null;
}

/** Runs the command: asks little, makes the run, starts its trainer, opens the panel. */
export async function fineTune(options: FineTuneOptions, request: FineTuneRequest): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const folder = await chooseWorkspaceFolder(request.resources[0] ?? request.policy ?? undefined);
  if (!(await mayStart(options))) return;
  const plan = await ask(options, folder, request);
  if (plan !== null) await start(options, plan);
}

/** A second run shares the cores with the first: the person decides. */
async function mayStart({ runStore, openPanel }: FineTuneOptions): Promise<boolean> {
  await runStore.ready();
  const [running] = runStore.live();
  if (running === undefined) return true;
  const startAnyway = 'Start anyway';
  const openRunning = 'Open the running one';
  const answer = await vscode.window.showWarningMessage(
    `“${running.name}” is still training.`,
    {
      modal: true,
      detail: 'Two runs at once share the cores of this machine and both get slower.',
    },
    startAnyway,
    openRunning,
  );
  if (answer === openRunning) openPanel(running.directory);
  return answer === startAnyway;
}

async function ask(
  { runStore, bundledModel, dataClient }: FineTuneOptions,
  folder: vscode.WorkspaceFolder,
  { resources, policy }: FineTuneRequest,
): Promise<Plan | null> {
  const given = resources.map(({ fsPath }) => fsPath);
  const paths = given.length > 0 ? given : await pickData(folder);
  if (paths === null) return null;
  if (policy !== null) await savePolicy(policy);
  const labels = policy === null ? await pickLabels(folder, paths) : TEXT_ALONE;
  if (labels === null) return null;
  const isText = objectiveOf({ kind: labels.task ?? TEXT_TASK.kind }).data === 'text';
  const masking =
    policy !== null
      ? policyChoice(folder, policy)
      : isText
        ? await pickMasking(folder)
        : NO_MASKING;
  if (masking === null) return null;
  const model = await (isText ? pickModelOrNew : pickModelFolder)({
    title: `${TITLE} (2/3)`,
    placeHolder: 'Which model should be trained further?',
    bundledModel,
    runs: runStore.list(),
    withClassifiers: !isText,
  });
  if (model === null) return null;
  const modelFolder = model === NEW_MODEL ? null : model;
  const request: ProfileRequest = {
    ...{ title: folder.name, paths: [...paths], workspaceFolder: folder.uri.fsPath, modelFolder },
    kind: labels.task === undefined ? 'text' : isText ? 'any' : 'labelled',
    ...{ format: labels.format ?? null, columns: null, cleaning: [] },
  };
  const warning = await worstWarning(async ({ signal, onSoFar }) => {
    const { profile } = await profileInWorker(dataClient, request, {
      signal,
      onSoFar: (soFar) => {
        onSoFar(soFar.profile);
      },
    });
    return profile;
  });
  const name = await vscode.window.showInputBox({
    title: `${TITLE} (3/3)`,
    prompt:
      warning === null
        ? 'A name for the run. Press Enter to start training.'
        : `${warning} Give the run a name and press Enter to train all the same.`,
    value: suggestName(Math.random),
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value.trim() === '') return 'A run needs a name.';
      if (value.length > MAX_NAME_LENGTH) return `At most ${MAX_NAME_LENGTH} characters.`;
      return null;
    },
  });
  return name === undefined ? null : { folder, paths, labels, masking, model, name: name.trim() };
}

/** Makes and starts the run; what goes wrong is told with a way to try the same again. */
async function start(options: FineTuneOptions, plan: Plan): Promise<void> {
  const { reporter, actions, runStore, openPanel } = options;
  const retry = { title: 'Retry', run: () => start(options, plan) };
  let choices: RunOptions;
  try {
    choices = { ...trainingOptions(plan.folder.uri), ...plan.labels, ...plan.masking };
  } catch (thrown) {
    void reporter.error(thrown, [retry, OPEN_SETTINGS]);
    return;
  }
  let run: CreatedRun;
  try {
    run = await create(options, plan, choices);
  } catch (thrown) {
    void reporter.error(thrown, [retry]);
    return;
  }
  for (const warning of run.warnings) reporter.info(`${run.id}: ${warning}`);
  await runStore.update(run.directory);
  openPanel(run.directory);
  try {
    await actions.launch(run.directory, plan.name);
  } catch (thrown) {
    // The run is there and shows as not started: the same button starts it after all.
    void reporter.error(thrown, [
      { title: 'Retry', run: () => actions.launch(run.directory, plan.name) },
    ]);
  }
}

async function create(
  { trainer }: FineTuneOptions,
  { folder, paths, model, name }: Plan,
  choices: RunOptions,
): Promise<CreatedRun> {
  const workspaceFolder = folder.uri.fsPath;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Preparing “${name}”`,
      cancellable: true,
    },
    (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        abort.abort();
      });
      return createRun({
        runsFolder: runsFolderOf(workspaceFolder),
        workspaceFolder,
        workspaceFolders: vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [],
        paths,
        ...startOf(model, choices),
        name,
        measure: (request) =>
          measureRun(request, { ...trainer, parseError: parseErrorData, signal: abort.signal }),
        onProgress: (message) => {
          progress.report({ message });
        },
        signal: abort.signal,
      });
    },
  );
}

/** What a run starts from, with the settings that suit it. */
function startOf(
  model: Plan['model'],
  choices: RunOptions,
): PretrainingRun | Pick<CreateRunOptions, 'modelFolder' | 'options'> {
  return model === NEW_MODEL
    ? pretrainingRun(DEFAULT_NEW_MODEL, choices)
    : { modelFolder: model, options: choices };
}

const NO_MASKING: MaskingChoice = {};

/** A policy is for running text, whatever the columns of a table. */
const TEXT_ALONE: LabelChoice = { task: TEXT_TASK.kind };

const OPEN_SETTINGS: MessageAction = {
  title: 'Open settings',
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'masklab.training'),
};

function openFolderIfNone(): MessageAction[] {
  if ((vscode.workspace.workspaceFolders ?? []).length > 0) return [];
  return [
    {
      title: 'Open Folder',
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
