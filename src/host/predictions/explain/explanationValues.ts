import * as vscode from 'vscode';
import { formatProbability } from '../../../core/format.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import type { ExplanationController } from './explanationController.js';
import { percentage, signed } from './explanationMarkdown.js';
import { sideOf, stepBounds, stepOf, strongestFirst } from './explanationScale.js';
import type { ShownWord } from './shownExplanation.js';

interface ValueItem extends vscode.QuickPickItem {
  readonly run: () => void;
}

/** Lists the context words with their values, strongest first, and moves the cursor to the chosen one. */
export async function showExplanation(controller: ExplanationController): Promise<void> {
  const { shown } = controller;
  if (shown === null) return;
  const reveal = async (range: vscode.Range): Promise<void> => {
    await vscode.window.showTextDocument(shown.document, { selection: range });
  };
  const bounds = stepBounds(shown.words);
  const items: ValueItem[] = [
    ...strongestFirst(shown.words).map((word) => ({
      label: withoutMarkup(word.text),
      description: describe(word, bounds),
      run: () => void reveal(word.range),
    })),
    {
      label: `$(clear-all) ${vscode.l10n.t('Clear Explanation')}`,
      run: () => {
        controller.clear();
      },
    },
  ];
  const { facts } = shown;
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t(
      'Words That {0} ({1}) Leans On',
      withoutMarkup(facts.word),
      formatProbability(facts.probability, EDITOR_WORDS.locale),
    ),
    placeHolder: vscode.l10n.t('Select a word to go to it'),
    matchOnDescription: true,
  });
  picked?.run();
}

function describe({ occlusion, gradient, share }: ShownWord, bounds: readonly number[]): string {
  const nats = signed(occlusion);
  const effect =
    sideOf(occlusion) === 'supports'
      ? vscode.l10n.t('supports, {0} nats', nats)
      : vscode.l10n.t('speaks against, {0} nats', nats);
  const isDrawn = stepOf(occlusion, bounds) >= 0;
  const value = isDrawn ? effect : vscode.l10n.t('little effect, {0} nats', nats);
  if (gradient === null || share === null) return value;
  const isSame = Math.sign(gradient) === Math.sign(occlusion);
  const agreement = isSame ? vscode.l10n.t('agrees') : vscode.l10n.t('disagrees');
  const estimate = vscode.l10n.t('gradients {0} nats ({1})', signed(gradient), percentage(share));
  return [value, estimate, agreement].join(' · ');
}
