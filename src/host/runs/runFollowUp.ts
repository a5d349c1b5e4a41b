import * as vscode from 'vscode';
import { fillsMasks, objectiveOfRun } from '../../core/objectives/objectives.js';
import { describeError } from '../../core/errors.js';
import { joinSentences } from '../../core/format.js';
import { endingNotes } from '../../core/runs/endingNotes.js';
import { outcome } from '../../core/runs/metrics.js';
import { failsAgain, isLive } from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { FollowedRuns } from './followedRuns.js';
import { runEnded } from './runEnded.js';
import type { RunStore } from './runStore.js';
import { COMMANDS } from '../platform/contributions.js';
import { EDITOR_WORDS, say } from '../platform/editorWords.js';
import type { MessageAction, Reporter } from '../platform/reporter.js';

/**
 * Announces the end of the runs that were started in this workspace: once each, also of those that
 * ended while no window was open.
 */
export class RunFollowUp implements vscode.Disposable {
  private readonly followed = new Set<string>();
  private readonly disposal = new AbortController();

  constructor(
    private readonly runStore: RunStore,
    private readonly options: {
      readonly reporter: Reporter;
      readonly remembered: FollowedRuns;
    },
  ) {}

  /** Lets go of the runs; their trainers continue, and the next window follows them. */
  dispose(): void {
    this.disposal.abort();
  }

  /** Follows the runs that an earlier window followed, and announces those that have ended since. */
  async resume(): Promise<void> {
    const { remembered } = this.options;
    await this.runStore.ready();
    for (const directory of remembered.list()) {
      const run = this.runStore.get(directory);
      if (run === undefined) await remembered.remove(directory);
      else if (isLive(run.status)) this.follow(directory);
      else void this.announce(run);
    }
  }

  follow(directory: string): void {
    if (this.followed.has(directory)) return;
    this.followed.add(directory);
    void this.untilEnd(directory).catch((thrown: unknown) => this.options.reporter.error(thrown));
  }

  private async untilEnd(directory: string): Promise<void> {
    const { remembered } = this.options;
    const { signal } = this.disposal;
    await remembered.add(directory);
    const ended = await runEnded(this.runStore, directory, { signal });
    if (ended === 'aborted') return;
    this.followed.delete(directory);
    if (ended === null) await remembered.remove(directory);
    else await this.announce(ended);
  }

  private async announce(run: RunSummary): Promise<void> {
    // Forgotten first: a message that is still open when the window closes has been seen.
    await this.options.remembered.remove(run.directory);
    await this.showEnd(run);
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
        await this.options.reporter.ask('info', finishedText(run), [
          ...(fillsMasks(run.facts)
            ? [command(vscode.l10n.t('Use for Hovers'), COMMANDS.useForHovers)]
            : []),
          open,
        ]);
        return;
      case 'stopped':
        await this.options.reporter.ask(
          'info',
          vscode.l10n.t('“{0}” has stopped. Its last checkpoint is kept.', name),
          [resume, open],
        );
        return;
      case 'failed':
      case 'crashed': {
        await this.options.reporter.ask(
          'error',
          withCause(run, vscode.l10n.t('“{0}” failed.', name)),
          failsAgain(run) ? [open] : [resume, open],
        );
        return;
      }
      case 'unreadable':
        await this.options.reporter.ask(
          'error',
          withCause(run, vscode.l10n.t('“{0}” cannot be read.', name)),
          [open],
        );
        return;
      case 'waiting':
      case 'queued':
      case 'preparing':
      case 'running':
      case 'runningElsewhere':
      case 'paused':
        return;
    }
  }
}

function withCause({ problem }: RunSummary, text: string): string {
  if (problem === null) return text;
  const { message, remedy } = describeError(problem, EDITOR_WORDS);
  return joinSentences(text, joinSentences(message, remedy));
}

function finishedText({ name, state, facts }: RunSummary): string {
  const change = state === null ? null : outcome(objectiveOfRun(facts).metrics, state);
  return joinSentences(
    change === null
      ? vscode.l10n.t('“{0}” has finished.', name)
      : vscode.l10n.t('“{0}” has finished: held-out {1}.', name, say(change)),
    ...(state === null ? [] : endingNotes(state).map(say)),
  );
}
