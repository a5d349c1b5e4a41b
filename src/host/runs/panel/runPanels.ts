import * as vscode from 'vscode';
import { panelStateSchema } from '../../../protocol/runPanelMessages.js';
import type { RunStore } from '../runStore.js';
import { RUN_PANEL_TYPE } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { webviewRoot } from '../../platform/webviewPage.js';
import { RunPanel, type PanelFocus, type RunPanelOptions } from './runPanel.js';

export interface RunPanelsOptions extends Omit<RunPanelOptions, 'panel' | 'directory'> {
  readonly runStore: RunStore;
  /** Restores a panel that shows no run yet; `false` if its state is of a run. */
  readonly restoreOther: (panel: vscode.WebviewPanel, state: unknown) => boolean;
}

/** Open run panels, one per run; those of the last session are restored after a reload. */
export class RunPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, RunPanel>();
  private readonly disposables = new DisposableStore();

  constructor(private readonly options: RunPanelsOptions) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(RUN_PANEL_TYPE, this));
    this.disposables.add(
      options.runStore.onDidChange(({ directory, run }) => {
        if (run === null) this.panels.get(directory)?.close();
      }),
    );
  }

  open(directory: string, { preserveFocus }: PanelFocus = { preserveFocus: false }): void {
    const existing = this.panels.get(directory);
    if (existing !== undefined) {
      existing.reveal({ preserveFocus });
      return;
    }
    const name = this.options.runStore.get(directory)?.name ?? vscode.l10n.t('Run');
    const panel = vscode.window.createWebviewPanel(
      RUN_PANEL_TYPE,
      name,
      { viewColumn: vscode.ViewColumn.Active, preserveFocus },
      this.webviewOptions(),
    );
    this.add(panel, directory);
  }

  /** Shows a run in a panel that has shown something else. */
  adopt(panel: vscode.WebviewPanel, directory: string): void {
    this.add(panel, directory);
  }

  /** Shows a new audit of a run in its panel, if that is open. */
  refreshAudit(directory: string): void {
    this.panels.get(directory)?.refreshAudit();
  }

  /** Directory of the run whose panel is active. */
  active(): string | null {
    return [...this.panels].find(([, panel]) => panel.isActive)?.[0] ?? null;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.options.restoreOther(panel, state)) return;
    const kept = panelStateSchema.safeParse(state);
    await this.options.runStore.ready();
    // The folder may be open under another path now, or the run deleted since.
    if (!kept.success || this.options.runStore.get(kept.data.directory) === undefined) {
      panel.dispose();
      return;
    }
    panel.webview.options = this.webviewOptions();
    this.add(panel, kept.data.directory);
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) panel.dispose();
    this.disposables.dispose();
  }

  /** Shows a run in a panel, unless it already has one. */
  private add(panel: vscode.WebviewPanel, directory: string): void {
    if (this.panels.has(directory)) {
      panel.dispose();
      return;
    }
    const runPanel = new RunPanel({ ...this.options, panel, directory });
    this.panels.set(directory, runPanel);
    panel.onDidDispose(() => {
      this.panels.delete(directory);
      runPanel.dispose();
    });
  }

  private webviewOptions(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      localResourceRoots: [webviewRoot(this.options.extensionUri)],
    };
  }
}
