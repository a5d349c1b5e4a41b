import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { markdownString } from '../../platform/markdownString.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import type { ExplanationController } from './explanationController.js';
import { EXPLANATION_COMMANDS, explanationLegend, signed } from './explanationMarkdown.js';
import { strongestFirst } from './explanationScale.js';

/** Words that the label for screen readers names. */
const MOST_READ_OUT = 3;
/** Longest word in the status bar. */
const LONGEST = 30;

/** Status bar item while a prediction is explained, with the legend as its tooltip. */
export class ExplanationStatus implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.explanation', vscode.StatusBarAlignment.Right, 90),
  );

  constructor(private readonly controller: ExplanationController) {
    this.item.name = vscode.l10n.t('Explanation of a prediction');
    const update = (): void => {
      this.update();
    };
    this.disposables.add(controller.onDidChange(update));
    this.disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const { shown, pending } = this.controller;
    const document = vscode.window.activeTextEditor?.document;
    const { item } = this;
    if (pending !== null && pending.document === document) {
      const word = brief(pending.asked ?? pending.original);
      item.text = `$(sync~spin) ${vscode.l10n.t('Explaining {0}', word)}`;
      item.tooltip = vscode.l10n.t('Click to cancel.');
      item.command = COMMANDS.clearExplanation;
      item.accessibilityInformation = undefined;
      item.show();
    } else if (shown !== null && shown.document === document) {
      const word = brief(shown.facts.word);
      item.text = `$(lightbulb) ${vscode.l10n.t('Explained: {0}', word)}`;
      item.tooltip = markdownString(explanationLegend(shown), EXPLANATION_COMMANDS);
      item.command = COMMANDS.showExplanation;
      const strongest = strongestFirst(shown.words)
        .slice(0, MOST_READ_OUT)
        .map(({ text, occlusion }) => `${text} ${signed(occlusion)}`);
      item.accessibilityInformation = {
        label: vscode.l10n.t(
          'Explanation of {0}. Strongest words, in nats: {1}. Show all values.',
          word,
          strongest.join(', '),
        ),
        role: 'button',
      };
      item.show();
    } else {
      item.hide();
    }
  }
}

function brief(word: string): string {
  return withoutMarkup(word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word);
}
