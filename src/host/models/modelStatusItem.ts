import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import type { ModelSelection } from './modelSelection.js';

/** Shows the hovers' model in the status bar while a text it applies to is open. */
export class ModelStatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private isDisposed = false;
  private updates = 0;

  constructor(
    private readonly modelSelection: Pick<ModelSelection, 'current'>,
    private readonly isShownFor: (document: vscode.TextDocument) => boolean,
  ) {
    this.item = vscode.window.createStatusBarItem(
      'masklab.model',
      vscode.StatusBarAlignment.Right,
      90,
    );
    this.item.name = 'Masklab model';
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
    const { folder, name } = await this.modelSelection.current();
    // Decided after the wait, for the editor that is active by then.
    const editor = vscode.window.activeTextEditor;
    if (this.isDisposed || update !== this.updates) return;
    if (editor === undefined || !this.isShownFor(editor.document)) {
      this.item.hide();
      return;
    }
    this.item.text = `$(beaker) ${name}`;
    this.item.tooltip = `Masklab predicts words with ${folder}. Click to choose another model.`;
    this.item.accessibilityInformation = { label: `Masklab model: ${name}`, role: 'button' };
    this.item.show();
  }
}
