import * as vscode from 'vscode';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { DisposableStore } from '../../platform/disposables.js';
import { MaskingPreview, type PreviewDependencies } from './maskingPreview.js';
import { POLICY_SUFFIX, type PolicySource } from '../policies/policySource.js';
import { PreviewDecorations } from './previewDecorations.js';

/**
 * Context key with the paths of the previewed documents, for the menu entries of their editors. In a
 * remote window, the address of a document is another one here than in the workbench.
 */
const PREVIEWED = 'masklab.previewed';

const SCROLL_MILLISECONDS = 30;

/** Starts and stops previews, and draws them in the editors. */
export class PreviewController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly previews = new Map<vscode.TextDocument, MaskingPreview>();
  private readonly decorations = this.disposables.add(new PreviewDecorations());
  private readonly changed = this.disposables.add(new vscode.EventEmitter<MaskingPreview>());
  private readonly scrolled = new Map<vscode.TextEditor, NodeJS.Timeout>();
  /** Fires when a preview has a new plan or an error, or has started or stopped. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly dependencies: PreviewDependencies) {
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.onEdited(document, contentChanges);
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.stop(document);
      }),
    );
    // Policies that are deleted or restored outside of the editor.
    const watcher = this.disposables.add(
      vscode.workspace.createFileSystemWatcher(`**/*${POLICY_SUFFIX}`, false, true),
    );
    for (const event of [watcher.onDidCreate, watcher.onDidDelete]) {
      this.disposables.add(
        event((uri) => {
          this.onPolicyChanged(uri);
        }),
      );
    }
    this.disposables.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.show(editor);
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        clearTimeout(this.scrolled.get(textEditor));
        const show = (): void => {
          this.scrolled.delete(textEditor);
          this.show(textEditor);
        };
        this.scrolled.set(textEditor, setTimeout(show, SCROLL_MILLISECONDS));
      }),
    );
    this.disposables.add(
      dependencies.modelSelection.onDidChange(() => {
        for (const preview of this.previews.values()) preview.refresh();
      }),
    );
  }

  of(document: vscode.TextDocument | undefined): MaskingPreview | undefined {
    return document === undefined ? undefined : this.previews.get(document);
  }

  /** The preview of the active editor. Throws `UserInput` if there is none. */
  active(): MaskingPreview {
    const preview = this.of(vscode.window.activeTextEditor?.document);
    if (preview !== undefined) return preview;
    throw inputError(problem('masking.noPreview'));
  }

  /** Previews a document, or changes the policy of its preview. */
  start(document: vscode.TextDocument, policy: PolicySource): MaskingPreview {
    const running = this.previews.get(document);
    if (running !== undefined) {
      running.use(policy);
      return running;
    }
    const preview = new MaskingPreview(document, policy, this.dependencies);
    this.previews.set(document, preview);
    preview.onDidChange(() => {
      for (const editor of editorsOf(document)) this.decorations.show(editor, preview);
      this.changed.fire(preview);
    });
    this.updateContext();
    preview.refresh();
    return preview;
  }

  stop(document: vscode.TextDocument): void {
    const preview = this.previews.get(document);
    if (preview === undefined) return;
    this.previews.delete(document);
    preview.dispose();
    for (const editor of editorsOf(document)) this.decorations.clear(editor);
    this.updateContext();
    this.changed.fire(preview);
  }

  dispose(): void {
    for (const timer of this.scrolled.values()) clearTimeout(timer);
    for (const preview of this.previews.values()) preview.dispose();
    this.disposables.dispose();
  }

  private onEdited(
    document: vscode.TextDocument,
    changes: readonly vscode.TextDocumentContentChangeEvent[],
  ): void {
    this.previews.get(document)?.onTyped(changes);
    this.onPolicyChanged(document.uri);
  }

  private onPolicyChanged(uri: vscode.Uri): void {
    for (const preview of this.previews.values()) {
      if (preview.policy.uri?.toString() === uri.toString()) preview.onPolicyChanged();
    }
  }

  private show(editor: vscode.TextEditor): void {
    const preview = this.previews.get(editor.document);
    if (preview === undefined) return;
    this.decorations.show(editor, preview);
    preview.onScrolled();
  }

  private updateContext(): void {
    // `resourcePath` is the first for files, and the second for all else.
    const previewed = [...this.previews.keys()].flatMap(({ uri }) => [uri.fsPath, uri.path]);
    void vscode.commands.executeCommand('setContext', PREVIEWED, previewed);
  }
}

function editorsOf(document: vscode.TextDocument): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
}
