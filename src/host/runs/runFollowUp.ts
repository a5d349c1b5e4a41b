import * as vscode from 'vscode';
import { fillsMasks, objectiveOfRun } from '../../core/objectives/objectives.js';
import { describeError } from '../../core/errors.js';
import { formatDuration, joinSentences } from '../../core/format.js';
import { endingText } from '../../core/runs/endingText.js';
import { headlineText, outcomeText } from '../../core/runs/metrics.js';
import { requestControl } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { runEnded } from './runEnded.js';
import type { RunStore } from './runStore.js';
import { COMMANDS } from '../platform/contributions.js';
import { EDITOR_WORDS, say } from '../platform/editorWords.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';

/** Follows runs that this window started: progress while they run, a message when they end. */
export class RunFollowUp implements vscode.Disposable {
  private readonly followed = new Set<string>();
  private readonly disposal = new AbortController();

  constructor(
    private readonly runStore: RunStore,
    private readonly reporter: Reporter,
  ) {}

  /** Lets go of the runs; their trainers continue. */
  dispose(): void {
    this.disposal.abort();
  }

  follow(directory: string, name: string): void {
    if (this.followed.has(directory)) return;
    this.followed.add(directory);
    void this.showProgress(directory, name)
      .then((run) => {
        this.followed.delete(directory);
        return run === null ? undefined : this.showEnd(run);
      })
      .catch((thrown: unknown) => this.reporter.error(thrown));
  }

  private async showProgress(directory: string, name: string): Promise<RunSummary | null> {
    const isNew = this.runStore.get(directory)?.facts?.isPretraining === true;
    return vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `${isNew ? 'Pre-training' : 'Fine-tuning'} “${name}”`,
        cancellable: true,
      },
      async (progress, token) => {
        let shown = 0;
        const report = (run: RunSummary): void => {
          const { message, percent } = progressOf(run);
          const isStopping = token.isCancellationRequested;
          progress.report({
            message: isStopping ? 'stopping; a checkpoint is kept' : message,
            increment: Math.max(0, percent - shown),
          });
          shown = Math.max(shown, percent);
        };
        const subscription = this.runStore.onDidChange((change) => {
          if (change.directory === directory && change.run !== null) report(change.run);
        });
        token.onCancellationRequested(() => {
          requestControl(directory, 'stop').catch((thrown: unknown) => this.reporter.error(thrown));
        });
        const now = this.runStore.get(directory);
        if (now !== undefined) report(now);
        try {
          const { signal } = this.disposal;
          const ended = await runEnded(this.runStore, directory, { signal });
          return ended === 'aborted' ? null : ended;
        } finally {
          subscription.dispose();
        }
      },
    );
  }

  private async showEnd(run: RunSummary): Promise<void> {
    const name = `“${run.name}”`;
    const command = (title: string, id: string): MessageAction => ({
      title,
      run: () => vscode.commands.executeCommand(id, run.directory),
    });
    const open = command('Open panel', COMMANDS.openRun);
    const resume = command('Resume', COMMANDS.resumeRun);
    switch (run.status) {
      case 'finished':
        await this.reporter.ask('info', `${name} has finished${outcomeOf(run)}.`, [
          ...(fillsMasks(run.facts) ? [command('Use for hovers', COMMANDS.useForHovers)] : []),
          open,
        ]);
        return;
      case 'stopped':
        await this.reporter.ask('info', `${name} has stopped; its last checkpoint is kept.`, [
          resume,
          open,
        ]);
        return;
      case 'failed':
      case 'crashed': {
        await this.reporter.ask('error', `${name} did not finish: ${causeOf(run)}`, [resume, open]);
        return;
      }
      case 'unreadable':
        await this.reporter.ask('error', `${name} cannot be read: ${causeOf(run)}`, [open]);
        return;
      case 'queued':
      case 'preparing':
      case 'running':
      case 'paused':
        return;
    }
  }
}

function progressOf({ state, status, facts }: RunSummary): { message: string; percent: number } {
  if (state === null) return { message: '', percent: 0 };
  if (state.totalSteps === 0)
    return { message: state.activity === null ? '' : say(state.activity), percent: 0 };
  const percent = (state.step / state.totalSteps) * 100;
  const headline = headlineText(objectiveOfRun(facts).metrics, state);
  const parts = [
    `${Math.floor(percent)}%`,
    ...(status === 'paused' ? ['paused'] : []),
    ...(state.secondsLeft === null ? [] : [`${formatDuration(state.secondsLeft)} left`]),
    ...(headline === null ? [] : [headline]),
  ];
  return { message: parts.join(' · '), percent };
}

function causeOf({ problem }: RunSummary): string {
  if (problem === null) return '';
  const { message, remedy } = describeError(problem, EDITOR_WORDS);
  return joinSentences(message, remedy);
}

function outcomeOf({ state, facts }: RunSummary): string {
  if (state === null) return '';
  const outcome = outcomeText(objectiveOfRun(facts).metrics, state);
  const ending = endingText(state);
  const parts = [...(outcome === null ? [] : [`held-out ${outcome}`]), ...(ending ? [ending] : [])];
  return parts.length === 0 ? '' : `: ${parts.join('; ')}`;
}
