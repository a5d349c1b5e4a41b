import * as vscode from 'vscode';
import {
  comparePanelStateSchema,
  type ComparePanelState,
} from '../../../protocol/comparePanelMessages.js';
import { COMPARE_PANEL_TYPE } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { webviewRoot } from '../../platform/webviewPage.js';
import { ComparePanel, type ComparePanelOptions } from './comparePanel.js';

export type ComparePanelsOptions = Omit<ComparePanelOptions, 'panel' | 'comparison'>;

/** Open comparisons; those of the last session are restored after a reload. */
export class ComparePanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, ComparePanel>();
  private readonly disposables = new DisposableStore();

  constructor(private readonly options: ComparePanelsOptions) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(COMPARE_PANEL_TYPE, this));
  }

  open(comparison: ComparePanelState): void {
    const title = comparison.name === '' ? vscode.l10n.t('Compare Runs') : comparison.name;
    this.add(
      vscode.window.createWebviewPanel(
        COMPARE_PANEL_TYPE,
        title,
        vscode.ViewColumn.Active,
        this.webviewOptions(),
      ),
      comparison,
    );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = comparePanelStateSchema.safeParse(state);
    if (kept.success) {
      panel.webview.options = this.webviewOptions();
      this.add(panel, kept.data);
    } else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of [...this.panels.keys()]) panel.dispose();
    this.disposables.dispose();
  }

  private add(panel: vscode.WebviewPanel, comparison: ComparePanelState): void {
    const comparePanel = new ComparePanel({ ...this.options, panel, comparison });
    this.panels.set(panel, comparePanel);
    panel.onDidDispose(() => {
      this.panels.delete(panel);
      comparePanel.dispose();
    });
  }

  private webviewOptions(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      localResourceRoots: [webviewRoot(this.options.extensionUri)],
    };
  }
}
