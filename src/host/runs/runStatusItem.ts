import * as vscode from 'vscode';
import type { RunSummary } from '../../node/runs/runReader.js';
import { commandLink } from '../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { DisposableStore } from '../platform/disposables.js';
import { plural } from '../platform/editorWords.js';
import { escapeMarkdown } from '../platform/escapeMarkdown.js';
import { markdownString } from '../platform/markdownString.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import { fullProgress, shortProgress } from './runProgress.js';
import type { RunStore } from './runStore.js';

/** Commands that the tooltip links to. */
const LINKED = [COMMANDS.openRun, COMMANDS.stopRun];

/** Progress of the live runs in the status bar, where it covers nothing. */
export class RunStatusItem implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.run', vscode.StatusBarAlignment.Left, 10),
  );

  constructor(private readonly runStore: Pick<RunStore, 'live' | 'onDidChange'>) {
    this.item.name = vscode.l10n.t('Masklab Runs');
    this.disposables.add(
      runStore.onDidChange(() => {
        this.update();
      }),
    );
    this.update();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const runs = this.runStore.live();
    const [run] = runs;
    if (run === undefined) {
      this.item.hide();
      return;
    }
    const text =
      runs.length === 1
        ? `${run.name} · ${shortProgress(run)}`
        : plural(
            runs.length,
            vscode.l10n.t('1 active run'),
            vscode.l10n.t('{0} active runs', runs.length),
          );
    const icon = runs.every(({ status }) => status === 'paused') ? 'debug-pause' : 'sync~spin';
    this.item.text = `$(${icon}) ${withoutMarkup(text)}`;
    this.item.tooltip = markdownString(runs.map(tooltipOf).join('\n\n---\n\n'), LINKED);
    this.item.command = {
      command: COMMANDS.openRun,
      title: vscode.l10n.t('Open Run Panel'),
      ...(runs.length === 1 ? { arguments: [run.directory] } : {}),
    };
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Masklab: {0}', text),
      role: 'button',
    };
    this.item.show();
  }
}

function tooltipOf(run: RunSummary): string {
  const link = (title: string, icon: string, command: CommandId): string =>
    commandLink(`$(${icon}) ${title}`, command, { argument: run.directory });
  return [
    `**${escapeMarkdown(run.name)}**`,
    escapeMarkdown(fullProgress(run)),
    [
      link(vscode.l10n.t('Open Run Panel'), 'graph-line', COMMANDS.openRun),
      link(vscode.l10n.t('Stop'), 'debug-stop', COMMANDS.stopRun),
    ].join(' &nbsp; '),
  ].join('\n\n');
}
