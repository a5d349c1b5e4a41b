import { saveChart } from '../saveChart.js';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CompareView } from '../../../core/experiments/compare/compareView.js';
import type { TableFormat } from '../../../core/experiments/tableText.js';
import { ItemDigests } from '../../../node/runs/itemDigests.js';
import { diffPredictions } from '../../../node/runs/diffPredictions.js';
import { saveComparison } from '../../../node/runs/comparisonFiles.js';
import type { RunFollowers } from '../../../node/runs/runFollowers.js';
import { Channel } from '../../../protocol/channel.js';
import {
  COMPARE_HOST_SIDE,
  COMPARE_SIDE,
  type CompareHostSide,
  type CompareSide,
  type ComparedRunView,
  type ComparePanelState,
} from '../../../protocol/comparePanelMessages.js';
import { DisposableStore } from '../../platform/disposables.js';
import { panelHtml, portOf } from '../../platform/webviewPage.js';
import { workspaceFoldersOnDisk } from '../../platform/workspace.js';
import type { RunStore } from '../runStore.js';
import { openExample } from '../panel/openExample.js';
import { comparedRunView, treeColors } from './comparedRuns.js';
import { CompareFeed } from './compareFeed.js';

export interface ComparePanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly comparison: ComparePanelState;
  readonly extensionUri: vscode.Uri;
  readonly runStore: RunStore;
  readonly runFollowers: RunFollowers;
  readonly openRun: (directory: string) => void;
}

/**
 * Host side of a comparison. The page is discarded while hidden; when shown, it connects and follows
 * the runs whose curves it draws.
 */
export class ComparePanel implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly channel: Channel<CompareHostSide, CompareSide>;
  private readonly feed: CompareFeed;
  private readonly digests = new ItemDigests();
  private readonly directories: ReadonlySet<string>;

  constructor(private readonly options: ComparePanelOptions) {
    const { panel, comparison, runStore, runFollowers, extensionUri, openRun } = options;
    this.directories = new Set(comparison.directories);
    this.channel = new Channel({
      port: portOf(panel.webview),
      local: COMPARE_HOST_SIDE,
      remote: COMPARE_SIDE,
      handlers: {
        connect: async () => {
          await runStore.ready();
          const runs = this.views();
          const missing = this.directories.size - runs.length;
          const { name, view } = comparison;
          return { runs, missing, name, view, directories: [...this.directories] };
        },
        follow: (runs) => {
          this.feed.follow(runs.filter((run) => this.directories.has(run)));
          return null;
        },
        trainCurves: ({ runs, metric }) => this.feed.trainCurves(runs, metric),
        itemDigests: async ({ runs, split }) => {
          const digests: Record<string, string | null> = {};
          for (const run of runs) {
            if (this.directories.has(run)) digests[run] = await this.digests.of(run, split);
          }
          return digests;
        },
        predictionDiff: ({ before, after, filter }) =>
          this.directories.has(before) && this.directories.has(after)
            ? diffPredictions(before, after, filter)
            : null,
        openExample: async ({ run, file, line }) => {
          if (this.directories.has(run)) await openExample(run, { file, line });
          return null;
        },
        openRun: (run) => {
          if (this.directories.has(run)) openRun(run);
          return null;
        },
        copy: async ({ text, format }) => {
          await vscode.env.clipboard.writeText(text);
          vscode.window.setStatusBarMessage(COPIED[format], STATUS_MILLISECONDS);
          return null;
        },
        save: async (file) => {
          await saveChart(file);
          return null;
        },
        saveView: (view) => this.saveView(view),
      },
    });
    this.feed = this.disposables.add(
      new CompareFeed({ page: this.channel, followers: runFollowers }),
    );
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'compare-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'compare-dark.svg'),
    };
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.feed.follow([]);
      }),
    );
    this.disposables.add(
      runStore.onDidChange(({ directory, run }) => {
        if (!this.directories.has(directory)) return;
        const view =
          run === null ? null : comparedRunView(run, this.colors().get(directory) ?? null);
        if (view === null) this.channel.emit('gone', directory);
        else this.channel.emit('run', view);
      }),
    );
    panel.webview.html = panelHtml(panel.webview, extensionUri, {
      bundle: 'compare',
      title: vscode.l10n.t('Masklab comparison'),
    });
  }

  reveal(): void {
    this.options.panel.reveal();
  }

  dispose(): void {
    this.channel.close({ code: 'Cancelled', details: {} });
    this.disposables.dispose();
  }

  private colors(): ReturnType<typeof treeColors> {
    return treeColors(this.options.runStore.list());
  }

  /** Readable runs of the comparison, newest first. */
  private views(): ComparedRunView[] {
    const colors = this.colors();
    return this.options.runStore.list().flatMap((run) => {
      if (!this.directories.has(run.directory)) return [];
      return comparedRunView(run, colors.get(run.directory) ?? null) ?? [];
    });
  }

  private async saveView(view: CompareView): Promise<string | null> {
    const { panel, comparison } = this.options;
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('Save Comparison'),
      prompt: vscode.l10n.t('Name of the comparison. One of the same name is replaced.'),
      value: comparison.name,
      validateInput: (typed) =>
        typed.trim() === '' || typed.length > MAX_NAME
          ? vscode.l10n.t('Enter a name of at most {0} characters.', MAX_NAME)
          : null,
    });
    if (name === undefined) return null;
    const [first = ''] = this.directories;
    const folder = workspaceFoldersOnDisk().find(({ uri }) =>
      first.startsWith(uri.fsPath + path.sep),
    );
    if (folder === undefined) return null;
    const runs = [...this.directories].map((directory) => path.basename(directory));
    await saveComparison(folder.uri.fsPath, { version: 1, name: name.trim(), runs, view });
    panel.title = name.trim();
    return name.trim();
  }
}

const MAX_NAME = 100;
const STATUS_MILLISECONDS = 4000;

const COPIED: Readonly<Record<TableFormat, string>> = {
  markdown: vscode.l10n.t('The table is in the clipboard as Markdown.'),
  csv: vscode.l10n.t('The table is in the clipboard as CSV.'),
  latex: vscode.l10n.t('The table is in the clipboard as LaTeX.'),
};
