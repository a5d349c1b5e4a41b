import * as vscode from 'vscode';
import { runModelFolder } from '../../../node/runs/runDirectory.js';
import type { RunFollowers } from '../../../node/runs/runFollowers.js';
import { readExportComparison } from '../../../node/runs/exportComparisonFile.js';
import { readEvaluation } from '../../../node/runs/evaluationFile.js';
import { readRunAudit } from '../../../node/runs/runAudit.js';
import { pickExamples } from '../../../node/runs/exampleScoreFiles.js';
import { readRunSpec } from '../../../node/runs/runSpecFile.js';
import { summaryOfAudit, type AuditSummary } from '../../../core/audit/auditSummary.js';
import { cancelled, inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { stepOfModel, type ExportComparison } from '../../../core/runs/exportComparison.js';
import type { LabelPrediction } from '../../../core/predict/labelPrediction.js';
import type { CancellationSignal } from '../../../core/ports.js';
import { Channel } from '../../../protocol/channel.js';
import {
  PANEL_HOST_SIDE,
  PANEL_SIDE,
  type PanelAction,
  type PanelHostSide,
  type PanelSide,
} from '../../../protocol/runPanelMessages.js';
import type { HoverModel, RunActions } from '../runActions.js';
import type { RunStore } from '../runStore.js';
import type { ModelClient } from '../../models/modelClient.js';
import { DisposableStore } from '../../platform/disposables.js';
import { isTrustedForModels } from '../../platform/trust.js';
import { COMMANDS } from '../../platform/contributions.js';
import { profileOfRun } from '../../profile/profileOfRun.js';
import { panelHtml, portOf } from '../../platform/webviewPage.js';
import { saveChart } from '../saveChart.js';
import { openExample } from './openExample.js';
import { PanelFeed } from './panelFeed.js';

/** Whether the focus stays where it is when a panel is shown. */
export interface PanelFocus {
  readonly preserveFocus: boolean;
}

export interface RunPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly directory: string;
  readonly extensionUri: vscode.Uri;
  readonly runStore: RunStore;
  readonly runFollowers: RunFollowers;
  readonly actions: RunActions;
  readonly modelClient: ModelClient;
  readonly modelSelection: HoverModel & { readonly onDidChange: vscode.Event<unknown> };
}

/**
 * Host side of a run panel. The page is discarded while hidden; when shown, it connects and watches its
 * runs, which sends their history and then each new row.
 */
export class RunPanel implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly channel: Channel<PanelHostSide, PanelSide>;
  private readonly feed: PanelFeed;

  constructor(private readonly options: RunPanelOptions) {
    const { panel, directory, runStore, runFollowers, extensionUri, modelSelection } = options;
    this.channel = new Channel({
      port: portOf(panel.webview),
      local: PANEL_HOST_SIDE,
      remote: PANEL_SIDE,
      handlers: {
        connect: () => [directory],
        watch: (runs) => this.feed.watch(runs),
        unwatch: (runs) => {
          this.feed.unwatch(runs);
          return null;
        },
        act: async ({ run, action }) => {
          if (this.isKnown(run)) await this.act(run, action);
          return null;
        },
        evaluation: ({ run }) => (this.isKnown(run) ? readEvaluation(run) : null),
        exports: ({ run }) => (this.isKnown(run) ? this.exportsOf(run) : null),
        examples: ({ run, split, filter }) =>
          this.isKnown(run) ? pickExamples(run, { split, filter }) : null,
        audit: ({ run }) => (this.isKnown(run) ? auditOf(run) : null),
        openExample: async ({ run, file, line }) => {
          if (this.isKnown(run)) await openExample(run, { file, line });
          return null;
        },
        save: async (file) => {
          await saveChart(file);
          return null;
        },
        classify: ({ run, text, pair }, signal) => this.classify(run, { text, pair }, signal),
      },
    });
    this.feed = this.disposables.add(
      new PanelFeed({
        page: this.channel,
        followers: runFollowers,
        read: async (run) => (this.isKnown(run) ? runStore.update(run) : null),
        useOf: (run) => ({
          isUsedForHovers: modelSelection.runDirectories().includes(run),
          isFollowedByHovers: modelSelection.followedRun === run,
        }),
      }),
    );
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'run-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'run-dark.svg'),
    };
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.feed.pause();
      }),
    );
    this.disposables.add(
      modelSelection.onDidChange(() => {
        this.feed.refresh();
      }),
    );
    this.disposables.add(
      options.actions.onDidCompareExports((run) => {
        this.channel.emit('exportsCompared', { run });
      }),
    );
    const showTitle = (): void => {
      panel.title = runStore.get(directory)?.name ?? panel.title;
    };
    showTitle();
    this.disposables.add(
      runStore.onDidChange((change) => {
        if (change.directory === directory) showTitle();
      }),
    );
    panel.webview.html = panelHtml(panel.webview, extensionUri, {
      bundle: 'panel',
      title: vscode.l10n.t('Masklab run'),
    });
  }

  get isActive(): boolean {
    return this.options.panel.active;
  }

  reveal({ preserveFocus }: PanelFocus): void {
    this.options.panel.reveal(undefined, preserveFocus);
  }

  /** Shows the audit of its run that has just ended. */
  refreshAudit(): void {
    this.channel.emit('audited', { run: this.options.directory });
  }

  close(): void {
    this.options.panel.dispose();
  }

  dispose(): void {
    this.channel.close({ code: 'Cancelled', details: {} });
    this.disposables.dispose();
  }

  /** A page may ask for its own run and for those of the workspace, never for any folder. */
  private isKnown(run: string): boolean {
    const { directory, runStore } = this.options;
    return run === directory || runStore.get(run) !== undefined;
  }

  private async exportsOf(run: string): Promise<ExportComparison | null> {
    const state = this.options.runStore.get(run)?.state ?? null;
    const comparison = await readExportComparison(run);
    return state !== null && comparison?.step === stepOfModel(state) ? comparison : null;
  }

  private async classify(
    run: string,
    text: { readonly text: string; readonly pair: string | null },
    signal: CancellationSignal,
  ): Promise<LabelPrediction> {
    if (!this.isKnown(run)) throw inputError(problem('run.deleted', { directory: run }));
    if (!(await isTrustedForModels())) throw cancelled();
    const { predictions } = await this.options.modelClient.call(
      'classify',
      { modelFolder: runModelFolder(run), texts: [text], lane: 'interactive' },
      signal,
    );
    const [prediction] = predictions;
    if (prediction === undefined) throw new RangeError('a text has a prediction');
    return prediction;
  }

  private async act(directory: string, action: PanelAction): Promise<void> {
    const { actions } = this.options;
    switch (action) {
      case 'stop':
        await actions.stop(directory);
        return;
      case 'pause':
        await actions.pause(directory);
        return;
      case 'resume':
        await actions.resume(directory);
        return;
      case 'useForHovers':
        await actions.useForHovers(directory);
        return;
      case 'followCheckpoints':
        await actions.followCheckpoints(directory);
        return;
      case 'listChanges':
        await vscode.commands.executeCommand(COMMANDS.listChangedPredictions, directory);
        return;
      case 'audit':
        await vscode.commands.executeCommand(COMMANDS.auditRun, directory);
        return;
      case 'openAuditReport':
        await vscode.commands.executeCommand(COMMANDS.openAuditReport, directory);
        return;
      case 'showAudit':
        await vscode.commands.executeCommand(COMMANDS.showAudit, directory);
        return;
      case 'draftStudy':
        await vscode.commands.executeCommand(COMMANDS.draftStudy, directory);
        return;
      case 'export':
        await actions.export(directory);
        return;
      case 'profileData':
        await vscode.commands.executeCommand(
          COMMANDS.profileData,
          profileOfRun(await readRunSpec(directory)),
        );
        return;
      case 'runAgainWithLowerRate':
        await vscode.commands.executeCommand(COMMANDS.runAgainWithLowerRate, directory);
        return;
      case 'reveal':
        await actions.reveal(directory);
        return;
      case 'showLog':
        await actions.showLog(directory);
        return;
    }
  }
}

async function auditOf(directory: string): Promise<AuditSummary | null> {
  const report = await readRunAudit(directory);
  return report === null ? null : summaryOfAudit(report);
}
