import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { planShare } from './planQueries.js';
import type { PreviewController } from './previewController.js';

/** Above a previewed document: its legend with live counts, and what one does beside it. */
export class PreviewLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly controller: PreviewController) {
    this.disposables.add(
      controller.onDidChange(() => {
        this.changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const preview = this.controller.of(document);
    const plan = preview?.plan;
    if (plan === null || plan === undefined) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command });
    const counts = plan.legend
      .filter(({ masked }) => masked > 0)
      .map(({ name, masked }) => `${name} ${masked.toLocaleString('en')}`);
    return [
      lens(`$(eye)\u00a0${planShare(plan)} masked`, COMMANDS.previewActions),
      lens(`$(refresh)\u00a0Re-roll (seed ${plan.seed})`, COMMANDS.rerollPreview),
      lens('Masked text beside', COMMANDS.showMasked),
      lens('Stop', COMMANDS.stopPreview),
      // Last: this can be long, and a narrow editor cuts it off.
      ...(counts.length > 0 ? [lens(counts.join(' · '), COMMANDS.previewActions)] : []),
    ];
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
