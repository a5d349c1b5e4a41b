import * as vscode from 'vscode';
import type { Message } from '../../core/messages/message.js';
import { createRun, type CreatedRun } from '../../node/runs/createRun.js';
import { plural, say } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';
import type { RunActions } from '../runs/runActions.js';
import type { RunStore } from '../runs/runStore.js';
import { mustWait, startOrAnnounce } from '../runs/startOrQueue.js';
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
  const { reporter, runStore, openPanel } = dependencies;
  for (const warning of run.warnings) reporter.info(`${run.id}: ${say(warning)}`);
  await runStore.update(run.directory);
  openPanel(run.directory);
  const { directory, isQueued, spec } = run;
  await startOrAnnounce(dependencies, { directory, isQueued, name: spec.name });
}

export interface RunsToStart {
  readonly name: string;
  readonly inspection: DataInspection;
  /** At least one; they share the inspection. */
  readonly choices: readonly RunToCreate[];
  /** Whether a single run waits even if it could start at once. */
  readonly isQueued?: boolean;
}

/**
 * Creates runs that differ in their seed. A single run starts unless it has to wait; several wait for
 * one another. Throws what creating a run throws.
 */
export async function startRuns(
  dependencies: StartDependencies,
  { name, inspection, choices, isQueued = false }: RunsToStart,
): Promise<void> {
  const runs: NewRun[] = [];
  try {
    for (const one of choices) {
      runs.push(
        await createInEditor(dependencies, {
          ...{ name, inspection, choices: one },
          isQueued: isQueued || choices.length > 1,
        }),
      );
    }
  } finally {
    inspection.dispose();
    for (const { directory } of runs) await dependencies.runStore.update(directory);
  }
  const [first] = runs;
  if (first === undefined) return;
  if (runs.length === 1) {
    await showAndStart(dependencies, first);
    return;
  }
  dependencies.openPanel(first.directory);
  void notify(
    'info',
    plural(
      runs.length,
      vscode.l10n.t('{0} run of “{1}” was added to the queue.', runs.length, name),
      vscode.l10n.t('{0} runs of “{1}” were added to the queue.', runs.length, name),
    ),
  );
}
