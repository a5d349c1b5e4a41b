import * as vscode from 'vscode';
import { objectiveOf, TEXT_TASK } from '../../core/objectives/objectives.js';
import { suggestName } from '../../core/runs/runId.js';
import type { RunOptions } from '../../core/runs/options.js';
import { dataReadingOf, selectionOf } from '../../core/runs/dataSnapshot.js';
import { DEFAULT_NEW_MODEL, pretrainingRun } from '../../core/specs/pretraining.js';
import { createRun, type CreatedRun } from '../../node/runs/createRun.js';
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
import { dataPlaceOf } from '../platform/excludedGlobs.js';
import { followInNotification } from '../platform/followInNotification.js';
import { pickData, type DataQuestion } from '../platform/pickData.js';
import { DataInspection } from './dataInspection.js';
import { pickLabels, type LabelChoice, type PickedLabels } from './pickLabels.js';
import { warningOf } from './warningOf.js';
import { pickMasking, policyChoice, savePolicy, type MaskingChoice } from './pickMasking.js';
import { MAX_NAME_LENGTH } from '../runs/askRunName.js';
import type { RunActions } from '../runs/runActions.js';

const TITLE = 'Fine-tune on workspace data';

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
  readonly inspection: DataInspection;
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
  fineTuning: FineTuneOptions,
  folder: vscode.WorkspaceFolder,
  { resources, policy }: FineTuneRequest,
): Promise<Plan | null> {
  const { bundledModel, dataClient } = fineTuning;
  const given = resources.map(({ fsPath }) => fsPath);
  const paths = given.length > 0 ? given : await pickData(folder, questionOf(dataClient));
  if (paths === null) return null;
  if (policy !== null) await savePolicy(policy);
  const options: RunOptions = {
    ...trainingOptions(folder.uri),
    ...(policy === null ? {} : TEXT_ALONE),
  };
  const first = new DataInspection(dataClient, {
    selection: selectionOf(options, { ...dataPlaceOf(folder), paths }),
    reading: dataReadingOf(options),
    modelFolder: bundledModel,
  });
  let picked: PickedLabels | null = { labels: TEXT_ALONE, inspection: first };
  let plan: Plan | null = null;
  try {
    if (policy === null) picked = await pickLabels(first);
    if (picked !== null) plan = await askMore(fineTuning, folder, { policy, ...picked });
    return plan;
  } finally {
    if (plan === null) (picked?.inspection ?? first).dispose();
  }
}

/** Asks for masking, model and name, while the data is inspected. */
async function askMore(
  { runStore, bundledModel, dataClient }: FineTuneOptions,
  folder: vscode.WorkspaceFolder,
  { policy, labels, inspection }: PickedLabels & Pick<FineTuneRequest, 'policy'>,
): Promise<Plan | null> {
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
  const warning = await warningOf(dataClient, {
    inspection,
    labels,
    modelFolder: model === NEW_MODEL ? null : model,
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
  return name === undefined
    ? null
    : { folder, inspection, labels, masking, model, name: name.trim() };
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
  plan.inspection.dispose();
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
  { trainer, dataClient }: FineTuneOptions,
  { folder, inspection, model, name }: Plan,
  choices: RunOptions,
): Promise<CreatedRun> {
  const title = `Preparing “${name}”`;
  const snapshot = await inspection.snapshot(title);
  return followInNotification(title, async (report, signal) =>
    createRun({
      runsFolder: runsFolderOf(folder.uri.fsPath),
      snapshot,
      workspaceFolders: vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [],
      ...(model === NEW_MODEL
        ? pretrainingRun(DEFAULT_NEW_MODEL, choices)
        : {
            model: await dataClient.call('inspectModel', { folder: model }, signal),
            options: choices,
          }),
      name,
      measure: (request) => measureRun(request, { ...trainer, parseError: parseErrorData, signal }),
      onProgress: (message) => {
        report({ message, percent: 0 });
      },
      signal,
    }),
  );
}

function questionOf(dataClient: DataClient): DataQuestion {
  return {
    title: `${TITLE} (1/3)`,
    placeHolder: 'What should the model learn from?',
    all: (name) => `All text files in ${name}`,
    openLabel: 'Use these',
    dataClient,
  };
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
