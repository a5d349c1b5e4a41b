import * as vscode from 'vscode';
import type { Message } from '../../core/messages/message.js';
import { createRun, type CreatedRun } from '../../node/runs/createRun.js';
import { say } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';
import type { RunActions } from '../runs/runActions.js';
import type { RunStore } from '../runs/runStore.js';
import type { DataInspection } from './dataInspection.js';
import { runRequest, type RunRequestDependencies, type RunToCreate } from './runRequest.js';

export interface StartDependencies extends RunRequestDependencies {
  readonly runStore: RunStore;
  readonly actions: RunActions;
  readonly reporter: Reporter;
  readonly openPanel: (directory: string) => void;
}

export interface RunToStart {
  /** Name to show while the run is created. */
  readonly name: string;
  readonly inspection: DataInspection;
  /** Reads the choices; called again by a retry. */
  readonly run: () => RunToCreate;
  /** Buttons for choices that cannot be read. */
  readonly errorActions?: readonly MessageAction[];
}

/** Creates and starts a run. An error is shown with a button that tries the same again. */
export async function startRun(dependencies: StartDependencies, wanted: RunToStart): Promise<void> {
  const { reporter, actions, runStore, openPanel } = dependencies;
  const { errorActions = [] } = wanted;
  const retry = { title: vscode.l10n.t('Retry'), run: () => startRun(dependencies, wanted) };
  let choices: RunToCreate;
  try {
    choices = wanted.run();
  } catch (thrown) {
    void reporter.error(thrown, [retry, ...errorActions]);
    return;
  }
  let run: CreatedRun;
  try {
    run = await create(dependencies, wanted, choices);
  } catch (thrown) {
    void reporter.error(thrown, [retry]);
    return;
  }
  wanted.inspection.dispose();
  for (const warning of run.warnings) reporter.info(`${run.id}: ${say(warning)}`);
  await runStore.update(run.directory);
  openPanel(run.directory);
  try {
    await actions.launch(run.directory);
  } catch (thrown) {
    // The run is there and shows as not started: the same button starts it after all.
    void reporter.error(thrown, [
      { title: vscode.l10n.t('Retry'), run: () => actions.launch(run.directory) },
    ]);
  }
}

async function create(
  dependencies: StartDependencies,
  { name, inspection }: RunToStart,
  choices: RunToCreate,
): Promise<CreatedRun> {
  const title = vscode.l10n.t('Preparing “{0}”', name);
  await inspection.snapshot(title);
  return followInNotification(title, async (report, signal) => {
    const onProgress = (activity: Message): void => {
      report({ message: say(activity), percent: 0 });
    };
    return createRun(await runRequest(dependencies, choices, { signal, onProgress }));
  });
}
