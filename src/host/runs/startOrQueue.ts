import path from 'node:path';
import * as vscode from 'vscode';
import { EMPTY_QUEUE, queuedRuns } from '../../core/runs/queueOrder.js';
import { readQueue } from '../../node/runs/queueFile.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { Reporter } from '../platform/reporter.js';
import type { RunActions } from './runActions.js';
import type { RunStore } from './runStore.js';

export interface StartOrQueueDependencies {
  readonly runStore: Pick<RunStore, 'ready' | 'live' | 'list'>;
  readonly actions: Pick<RunActions, 'launch'>;
  readonly reporter: Reporter;
}

/** A run that was created just now. */
export interface NewRun {
  readonly directory: string;
  readonly name: string;
  readonly isQueued: boolean;
}

/** A run waits while another one trains or waits; the queue starts it when there is room for both. */
export async function mustWait(
  runStore: StartOrQueueDependencies['runStore'],
  runsFolder: string,
): Promise<boolean> {
  await runStore.ready();
  if (runStore.live().length > 0) return true;
  return queuedRuns(runsIn(runStore, runsFolder), EMPTY_QUEUE).length > 0;
}

/** Starts a new run, or says when it starts if it is queued. */
export async function startOrAnnounce(
  dependencies: StartOrQueueDependencies,
  run: NewRun,
): Promise<void> {
  if (run.isQueued) {
    await announceWaiting(dependencies, run);
    return;
  }
  const { actions, reporter } = dependencies;
  try {
    await actions.launch(run.directory);
  } catch (thrown) {
    // The run is there and shows as not started: the same button starts it after all.
    void reporter.error(thrown, [
      { title: vscode.l10n.t('Retry'), run: () => actions.launch(run.directory) },
    ]);
  }
}

function runsIn(runStore: StartOrQueueDependencies['runStore'], runsFolder: string): RunSummary[] {
  return runStore.list().filter(({ directory }) => path.dirname(directory) === runsFolder);
}

async function announceWaiting(
  { runStore, reporter, actions }: StartOrQueueDependencies,
  { directory, name }: NewRun,
): Promise<void> {
  const runsFolder = path.dirname(directory);
  const queue = await readQueue(runsFolder);
  const place = queuedRuns(runsIn(runStore, runsFolder), queue).findIndex(
    (run) => run.directory === directory,
  );
  const text = queue.isPaused
    ? vscode.l10n.t(
        '“{0}” is waiting, number {1} in the queue. The queue is paused.',
        name,
        place + 1,
      )
    : vscode.l10n.t(
        '“{0}” is waiting, number {1} in the queue. It starts when cores and memory are free, also after a reload of this window.',
        name,
        place + 1,
      );
  await reporter.ask('info', text, [
    { title: vscode.l10n.t('Start Now'), run: () => actions.launch(directory) },
  ]);
}
