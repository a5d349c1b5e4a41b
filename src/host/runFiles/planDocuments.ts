import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from '../platform/disposables.js';

const SCHEME = 'masklab-plan';

/** Plans of studies and sweeps as read-only documents, so that no one is asked to save them. */
export class PlanDocuments implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly contents = new Map<string, string>();

  constructor() {
    this.disposables.add(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.contents.get(uri.toString()) ?? '',
      }),
    );
  }

  /** Shows the plan of a file beside it, in the place of an earlier one. */
  async show(file: vscode.Uri, content: string): Promise<void> {
    const title = vscode.l10n.t('Plan of {0}', path.basename(file.fsPath));
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}.txt`, query: file.toString() });
    this.contents.set(uri.toString(), content);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
