import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import type { ModelSelection } from './modelSelection.js';

/** Shows the hovers' model in the status bar while a text it applies to is open. */
export class ModelStatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor(
    private readonly modelSelection: ModelSelection,
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
    this.item.dispose();
  }

  private async update(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !this.isShownFor(editor.document)) {
      this.item.hide();
      return;
    }
    const name = await this.modelSelection.displayName();
    this.item.text = `$(beaker) ${name}`;
    this.item.tooltip = `Masklab predicts words with ${this.modelSelection.modelFolder}. Click to choose another model.`;
    this.item.accessibilityInformation = { label: `Masklab model: ${name}`, role: 'button' };
    this.item.show();
  }
}
