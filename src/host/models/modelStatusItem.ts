import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import type { LiveCheckpoints } from './liveCheckpoints.js';
import type { ModelForms } from './modelForms.js';
import type { ModelSelection } from './modelSelection.js';

/** Shows the model for hovers in the status bar while a document that it applies to is open. */
export class ModelStatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private isDisposed = false;
  private updates = 0;

  constructor(
    private readonly modelSelection: Pick<ModelSelection, 'current'>,
    private readonly modelForms: Pick<ModelForms, 'textOf'>,
    private readonly liveCheckpoints: Pick<LiveCheckpoints, 'note'>,
    private readonly isShownFor: (document: vscode.TextDocument) => boolean,
  ) {
    this.item = vscode.window.createStatusBarItem(
      'masklab.model',
      vscode.StatusBarAlignment.Right,
      90,
    );
    this.item.name = vscode.l10n.t('Masklab Model');
    this.item.command = COMMANDS.selectHoverModel;
    this.refresh();
  }

  refresh(): void {
    void this.update();
  }

  dispose(): void {
    this.isDisposed = true;
    this.item.dispose();
  }

  private async update(): Promise<void> {
    const update = ++this.updates;
    const { folder, name } = await this.modelSelection.current(
      vscode.window.activeTextEditor?.document.uri,
    );
    // Check after waiting, because the active editor may have changed.
    const editor = vscode.window.activeTextEditor;
    if (this.isDisposed || update !== this.updates) return;
    if (editor === undefined || !this.isShownFor(editor.document)) {
      this.item.hide();
      return;
    }
    this.item.text = `$(beaker) ${name}`;
    const form = this.modelForms.textOf(folder);
    const note = this.liveCheckpoints.note();
    this.item.tooltip = [
      vscode.l10n.t('Masklab predicts words with {0}. Click to select another model.', folder),
      ...(form === null ? [] : [form]),
      ...(note === null ? [] : [note]),
    ].join('\n');
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Masklab model: {0}', name),
      role: 'button',
    };
    this.item.show();
  }
}
