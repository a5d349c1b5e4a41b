import path from 'node:path';
import * as vscode from 'vscode';
import type { Message } from '../../core/messages/message.js';
import { EMPTY_QUEUE, queuedRuns } from '../../core/runs/queueOrder.js';
import { readQueue } from '../../node/runs/queueFile.js';
import type { RunSummary } from '../../node/runs/runReader.js';
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
  const { reporter } = dependencies;
  const { errorActions = [] } = wanted;
  const retry = { title: vscode.l10n.t('Retry'), run: () => startRun(dependencies, wanted) };
  let choices: RunToCreate;
  try {
    choices = wanted.run();
  } catch (thrown) {
    void reporter.error(thrown, [retry, ...errorActions]);
    return;
  }
  let run: NewRun;
  try {
    run = await createInEditor(dependencies, { ...wanted, choices });
  } catch (thrown) {
    void reporter.error(thrown, [retry]);
    return;
  }
  wanted.inspection.dispose();
  await showAndStart(dependencies, run);
}

/** A run that exists, and whether it waits for its turn. */
export interface NewRun extends CreatedRun {
  readonly isQueued: boolean;
}

export interface RunToMake {
  /** Name to show while the run is created. */
  readonly name: string;
  readonly inspection: DataInspection;
  readonly choices: RunToCreate;
  /** Whether the run waits even if it could start at once. */
  readonly isQueued?: boolean;
}

/** Creates a run behind a notification. Throws what `createRun` throws, and what reading the data throws. */
export async function createInEditor(
  dependencies: RunRequestDependencies & Pick<StartDependencies, 'runStore'>,
  { name, inspection, choices, isQueued = false }: RunToMake,
): Promise<NewRun> {
  const title = vscode.l10n.t('Preparing “{0}”', name);
  await inspection.snapshot(title);
  return followInNotification(title, async (report, signal) => {
    const onProgress = (activity: Message): void => {
      report({ message: say(activity), percent: 0 });
    };
    const request = await runRequest(dependencies, choices, { signal, onProgress });
    const waits = isQueued || (await mustWait(dependencies.runStore, request.runsFolder));
    return { ...(await createRun({ ...request, isQueued: waits })), isQueued: waits };
  });
}

/** Shows a new run and starts it, or says when it will start. */
export async function showAndStart(dependencies: StartDependencies, run: NewRun): Promise<void> {
  const { reporter, actions, runStore, openPanel } = dependencies;
  for (const warning of run.warnings) reporter.info(`${run.id}: ${say(warning)}`);
  await runStore.update(run.directory);
  openPanel(run.directory);
  if (run.isQueued) {
    await announceWaiting(dependencies, run);
    return;
  }
  try {
    await actions.launch(run.directory);
  } catch (thrown) {
    // The run is there and shows as not started: the same button starts it after all.
    void reporter.error(thrown, [
      { title: vscode.l10n.t('Retry'), run: () => actions.launch(run.directory) },
    ]);
  }
}

/** A run waits while another one trains or waits, since two would share the cores of the machine. */
async function mustWait(runStore: RunStore, runsFolder: string): Promise<boolean> {
  await runStore.ready();
  if (runStore.live().length > 0) return true;
  return queuedRuns(runsIn(runStore, runsFolder), EMPTY_QUEUE).length > 0;
}

function runsIn(runStore: RunStore, runsFolder: string): RunSummary[] {
  return runStore.list().filter(({ directory }) => path.dirname(directory) === runsFolder);
}

async function announceWaiting(
  { runStore, reporter, actions }: StartDependencies,
  { directory, spec }: CreatedRun,
): Promise<void> {
  const runsFolder = path.dirname(directory);
  const queue = await readQueue(runsFolder);
  const place = queuedRuns(runsIn(runStore, runsFolder), queue).findIndex(
    (run) => run.directory === directory,
  );
  const text = queue.isPaused
    ? vscode.l10n.t(
        '“{0}” is waiting, number {1} in the queue. The queue is paused.',
        spec.name,
        place + 1,
      )
    : vscode.l10n.t(
        '“{0}” is waiting, number {1} in the queue. It starts when no other run trains, also after a reload of this window.',
        spec.name,
        place + 1,
      );
  await reporter.ask('info', text, [
    { title: vscode.l10n.t('Start Now'), run: () => actions.launch(directory) },
  ]);
}
