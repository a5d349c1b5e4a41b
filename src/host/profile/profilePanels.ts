import * as vscode from 'vscode';
import { profileRequestSchema, type ProfileRequest } from '../../protocol/profilePanelMessages.js';
import { webviewRoot } from '../platform/webviewPage.js';
import { PROFILE_PANEL_TYPE } from '../platform/contributions.js';
import { DisposableStore } from '../platform/disposables.js';
import { ProfilePanel, type ProfilePanelOptions } from './profilePanel.js';

/** Open profile panels, one per request; those of the last session are restored. */
export class ProfilePanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, ProfilePanel>();
  private readonly disposables = new DisposableStore();

  constructor(private readonly options: Omit<ProfilePanelOptions, 'panel' | 'request'>) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(PROFILE_PANEL_TYPE, this));
  }

  open(request: ProfileRequest): void {
    const existing = this.panels.get(JSON.stringify(request));
    if (existing !== undefined) {
      existing.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      PROFILE_PANEL_TYPE,
      request.title,
      vscode.ViewColumn.Active,
      this.webviewOptions(),
    );
    this.add(panel, request);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = profileRequestSchema.safeParse(state);
    // Reading starts automatically, so it requires trust like the command does.
    if (kept.success && vscode.workspace.isTrusted) {
      panel.webview.options = this.webviewOptions();
      this.add(panel, kept.data);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) panel.dispose();
    this.disposables.dispose();
  }

  private add(panel: vscode.WebviewPanel, request: ProfileRequest): void {
    const key = JSON.stringify(request);
    const profilePanel = new ProfilePanel({ ...this.options, panel, request });
    this.panels.set(key, profilePanel);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      profilePanel.dispose();
    });
  }

  private webviewOptions(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      localResourceRoots: [webviewRoot(this.options.extensionUri)],
    };
  }
}
