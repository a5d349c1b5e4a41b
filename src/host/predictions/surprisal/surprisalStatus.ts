import * as vscode from 'vscode';
import { formatPerplexity, groupThousands } from '../../../core/format.js';
import type { ModelSelection } from '../../models/modelSelection.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { EDITOR_WORDS, plural } from '../../platform/editorWords.js';
import { markdownString } from '../../platform/markdownString.js';
import { wordsInView, type DocumentPerplexity, type EditorShading } from './editorShading.js';
import type { SurprisalController } from './surprisalController.js';
import { LEGEND_COMMANDS, surprisalLegend } from './surprisalMarkdown.js';

/** Status bar item while surprising words are shaded: their number in view, and the pseudo-perplexity, with the legend as its tooltip. */
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
    const percentile = this.controller.percentileOf(editor.document);
    const inView = wordsInView(shading, editor.visibleRanges);
    const { icon, text } = labelOf(shading, this.controller.shadedInView(editor));
    this.item.text = `$(${icon}) ${text}`;
    this.item.tooltip = markdownString(
      surprisalLegend({ shading, inView, percentile, modelName }),
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
  const words = plural(
    count,
    vscode.l10n.t('{0} surprising word', count),
    vscode.l10n.t('{0} surprising words', count),
  );
  return {
    icon: shading.isComplete ? 'symbol-color' : 'sync~spin',
    text: [words, ...perplexityLabel(shading.perplexity)].join(' · '),
  };
}

function perplexityLabel(known: DocumentPerplexity | null): string[] {
  if (known === null) return [];
  const { locale } = EDITOR_WORDS;
  const perplexity = formatPerplexity(known.perplexity, locale);
  return [
    known.isCut
      ? vscode.l10n.t(
          'pseudo-perplexity {0} of the first {1} words',
          perplexity,
          groupThousands(known.words, locale),
        )
      : vscode.l10n.t('pseudo-perplexity {0}', perplexity),
  ];
}
