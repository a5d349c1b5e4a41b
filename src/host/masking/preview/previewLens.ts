import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { EDITOR_WORDS, say } from '../../platform/editorWords.js';
import { planShare } from './planQueries.js';
import type { PreviewController } from './previewController.js';

/** CodeLens above a previewed document: live counts and commands. */
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
      .map(({ name, masked }) => `${say(name)} ${masked.toLocaleString(EDITOR_WORDS.locale)}`);
    return [
      lens(`$(eye)\u00a0${vscode.l10n.t('{0} masked', planShare(plan))}`, COMMANDS.previewActions),
      lens(
        `$(refresh)\u00a0${vscode.l10n.t('Reroll (seed {0})', plan.seed)}`,
        COMMANDS.rerollPreview,
      ),
      lens(vscode.l10n.t('Show Masked Text to the Side'), COMMANDS.showMasked),
      lens(vscode.l10n.t('Stop Preview'), COMMANDS.stopPreview),
      // The counts come last, since they can be long and a narrow editor truncates them.
      ...(counts.length > 0 ? [lens(counts.join(' · '), COMMANDS.previewActions)] : []),
    ];
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
