import * as vscode from 'vscode';
import { fillsMasks, objectiveOfRun } from '../../core/objectives/objectives.js';
import { describeError } from '../../core/errors.js';
import { joinSentences } from '../../core/format.js';
import { endingNotes } from '../../core/runs/endingNotes.js';
import { headline, outcome } from '../../core/runs/metrics.js';
import { requestControl } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { percentDone, timeLeft } from './runProgress.js';
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
        title: isNew
          ? vscode.l10n.t('Pre-training “{0}”', name)
          : vscode.l10n.t('Fine-tuning “{0}”', name),
        cancellable: true,
      },
      async (progress, token) => {
        let shown = 0;
        const report = (run: RunSummary): void => {
          const { message, percent } = progressOf(run);
          const isStopping = token.isCancellationRequested;
          progress.report({
            message: isStopping ? vscode.l10n.t('stopping after a checkpoint') : message,
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
    const { name } = run;
    const command = (title: string, id: string): MessageAction => ({
      title,
      run: () => vscode.commands.executeCommand(id, run.directory),
    });
    const open = command(vscode.l10n.t('Open Run Panel'), COMMANDS.openRun);
    const resume = command(vscode.l10n.t('Resume'), COMMANDS.resumeRun);
    switch (run.status) {
      case 'finished':
        await this.reporter.ask('info', finishedText(run), [
          ...(fillsMasks(run.facts)
            ? [command(vscode.l10n.t('Use for Hovers'), COMMANDS.useForHovers)]
            : []),
          open,
        ]);
        return;
      case 'stopped':
        await this.reporter.ask(
          'info',
          vscode.l10n.t('“{0}” has stopped. Its last checkpoint is kept.', name),
          [resume, open],
        );
        return;
      case 'failed':
      case 'crashed': {
        await this.reporter.ask('error', withCause(run, vscode.l10n.t('“{0}” failed.', name)), [
          resume,
          open,
        ]);
        return;
      }
      case 'unreadable':
        await this.reporter.ask(
          'error',
          withCause(run, vscode.l10n.t('“{0}” cannot be read.', name)),
          [open],
        );
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
  const latest = headline(objectiveOfRun(facts).metrics, state);
  const parts = [
    percentDone(state),
    ...(status === 'paused' ? [vscode.l10n.t('paused')] : []),
    ...(state.secondsLeft === null ? [] : [timeLeft(state.secondsLeft)]),
    ...(latest === null ? [] : [say(latest)]),
  ];
  return { message: parts.join(' · '), percent };
}

function withCause({ problem }: RunSummary, text: string): string {
  if (problem === null) return text;
  const { message, remedy } = describeError(problem, EDITOR_WORDS);
  return joinSentences(text, joinSentences(message, remedy));
}

function finishedText({ name, state, facts }: RunSummary): string {
  const change = state === null ? null : outcome(objectiveOfRun(facts).metrics, state);
  return [
    change === null
      ? vscode.l10n.t('“{0}” has finished.', name)
      : vscode.l10n.t('“{0}” has finished: held-out {1}.', name, say(change)),
    ...(state === null ? [] : endingNotes(state).map(say)),
  ].join(' ');
}
