import * as vscode from 'vscode';
import { DisposableStore } from './disposables.js';

/** Texts as read-only documents of one scheme, so that no one is asked to save them. */
export class ReadOnlyDocuments implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly contents = new Map<string, string>();

  constructor(private readonly scheme: string) {
    this.disposables.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) =>
          this.contents.get(uri.toString()) ??
          vscode.l10n.t(
            'This text was not kept when the window was closed. Open it again with the same command.',
          ),
      }),
    );
  }

  /** The document of a file or folder under a title, with a content in the place of an earlier one. */
  put(of: vscode.Uri, title: string, content: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: this.scheme, path: `/${title}`, query: of.toString() });
    this.contents.set(uri.toString(), content);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
