import * as vscode from 'vscode';
import { suggestName } from '../../core/runs/runId.js';
import type { RunOptions } from '../../core/runs/options.js';
import { createRun, type CreatedRun } from '../../node/createRun.js';
import type { LaunchOptions } from '../../node/launchTrainer.js';
import { measureRun } from '../../node/measureRun.js';
import { runsFolderOf } from '../../node/runDirectory.js';
import { parseErrorData } from '../../protocol/errorData.js';
import type { RunStore, StoredRun } from '../experiments/runStore.js';
import { pickModelFolder } from '../models/modelPicker.js';
import { COMMANDS } from '../platform/contributions.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';
import { trainingOptions } from '../platform/settings.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import { pickData } from './pickData.js';
import { pickLabels, type LabelChoice } from './pickLabels.js';
import type { RunActions } from './runActions.js';

const TITLE = 'Fine-tune on workspace data';
const MAX_NAME_LENGTH = 60;

export interface FineTuneOptions {
  readonly store: RunStore;
  readonly actions: RunActions;
  readonly reporter: Reporter;
  readonly bundledModel: string;
  readonly trainer: LaunchOptions;
  readonly openPanel: (directory: string) => void;
}

/** What is asked before a run can be made. */
interface Plan {
  readonly folder: vscode.WorkspaceFolder;
  readonly paths: readonly string[];
  readonly labels: LabelChoice;
  readonly modelFolder: string;
  readonly name: string;
}

/**
 * Runs the command: asks little, makes the run, starts its trainer, opens the panel. `resources`
 * are what the explorer's context menu was opened on, so the first question is answered.
 */
export async function fineTune(
  options: FineTuneOptions,
  resources: readonly vscode.Uri[],
): Promise<void> {
  try {
    if (!(await isTrustedForTraining())) return;
    const folder = await chooseWorkspaceFolder(resources[0]);
    if (!(await mayStart(options))) return;
    const plan = await ask(options, folder, resources);
    if (plan !== null) await start(options, plan);
  } catch (thrown) {
    void options.reporter.error(thrown, openFolderIfNone());
  }
}

/** A second run shares the cores with the first: the person decides. */
async function mayStart({ store, openPanel }: FineTuneOptions): Promise<boolean> {
  await store.ready();
  const [running] = store.live();
  if (running === undefined) return true;
  const startAnyway = 'Start anyway';
  const openRunning = 'Open the running one';
  const answer = await vscode.window.showWarningMessage(
    `“${nameOf(running)}” is still training.`,
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
  { store, bundledModel }: FineTuneOptions,
  folder: vscode.WorkspaceFolder,
  resources: readonly vscode.Uri[],
): Promise<Plan | null> {
  const given = resources.map(({ fsPath }) => fsPath);
  const paths = given.length > 0 ? given : await pickData(folder);
  if (paths === null) return null;
  const labels = await pickLabels(folder, paths);
  if (labels === null) return null;
  const modelFolder = await pickModelFolder({
    title: `${TITLE} (2/3)`,
    placeHolder: 'Which model should be trained further?',
    bundledModel,
    runs: store.list(),
    withClassifiers: labels.task !== undefined,
  });
  if (modelFolder === null) return null;
  const name = await vscode.window.showInputBox({
    title: `${TITLE} (3/3)`,
    prompt: 'A name for the run. Press Enter to start training.',
    value: suggestName(Math.random),
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value.trim() === '') return 'A run needs a name.';
      if (value.length > MAX_NAME_LENGTH) return `At most ${MAX_NAME_LENGTH} characters.`;
      return null;
    },
  });
  return name === undefined ? null : { folder, paths, labels, modelFolder, name: name.trim() };
}

/** Makes and starts the run; what goes wrong is told with a way to try the same again. */
async function start(options: FineTuneOptions, plan: Plan): Promise<void> {
  const { reporter, actions, store, openPanel } = options;
  const retry = { title: 'Retry', run: () => start(options, plan) };
  let choices: RunOptions;
  try {
    choices = { ...trainingOptions(plan.folder.uri), ...plan.labels };
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
  await store.update(run.directory);
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
  { folder, paths, modelFolder, name }: Plan,
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
        paths,
        modelFolder,
        name,
        options: choices,
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

function nameOf(run: StoredRun): string {
  return run.spec?.name ?? run.id;
}

/** Registers the palette command and the explorer's context menu entry. */
export function registerFineTune(options: FineTuneOptions): vscode.Disposable {
  return vscode.commands.registerCommand(
    COMMANDS.fineTune,
    (resource?: unknown, selected?: unknown) => {
      const many = Array.isArray(selected) ? selected : [resource];
      return fineTune(
        options,
        many.filter((uri) => uri instanceof vscode.Uri),
      );
    },
  );
}
