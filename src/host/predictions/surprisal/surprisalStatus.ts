import * as vscode from 'vscode';
import type { ModelSelection } from '../../models/modelSelection.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { plural } from '../../platform/editorWords.js';
import { markdownString } from '../../platform/markdownString.js';
import type { EditorShading, SurprisalController } from './surprisalController.js';
import { LEGEND_COMMANDS, shadedCount, surprisalLegend } from './surprisalMarkdown.js';

/** Status bar item while unlikely words are shaded, with the legend as its tooltip. */
export class SurprisalStatus implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.surprisal', vscode.StatusBarAlignment.Right, 91),
  );
  private updates = 0;

  constructor(
    private readonly controller: SurprisalController,
    private readonly modelSelection: Pick<ModelSelection, 'current' | 'onDidChange'>,
  ) {
    this.item.name = vscode.l10n.t('Surprisal highlighting');
    this.item.command = COMMANDS.surprisalActions;
    const refresh = (): void => void this.update();
    this.disposables.add(controller.onDidChange(refresh));
    this.disposables.add(modelSelection.onDidChange(refresh));
    this.disposables.add(vscode.window.onDidChangeActiveTextEditor(refresh));
    refresh();
  }

  dispose(): void {
    this.updates = Infinity;
    this.disposables.dispose();
  }

  private async update(): Promise<void> {
    const update = ++this.updates;
    const scope = vscode.window.activeTextEditor?.document.uri;
    const { name: modelName } = await this.modelSelection.current(scope);
    if (update !== this.updates) return;
    const editor = vscode.window.activeTextEditor;
    if (!this.controller.isOn || editor === undefined || !this.controller.isFor(editor.document)) {
      this.item.hide();
      return;
    }
    const shading = this.controller.shadingOf(editor);
    const threshold = this.controller.thresholdOf(editor.document);
    const { icon, text } = labelOf(shading, shadedCount(shading, threshold));
    this.item.text = `$(${icon}) ${text}`;
    this.item.tooltip = markdownString(
      surprisalLegend({ shading, threshold, modelName }),
      LEGEND_COMMANDS,
    );
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Surprisal highlighting: {0}. Show legend and actions.', text),
      role: 'button',
    };
    this.item.show();
  }
}

function labelOf(shading: EditorShading, count: number): { icon: string; text: string } {
  if (shading.error !== null) return { icon: 'error', text: vscode.l10n.t('Not shaded') };
  return {
    icon: shading.isComplete ? 'symbol-color' : 'sync~spin',
    text: plural(
      count,
      vscode.l10n.t('{0} unlikely word', count),
      vscode.l10n.t('{0} unlikely words', count),
    ),
  };
}
