import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import type { Disposable } from '../../platform/disposables.js';
import { documentStatus } from '../../platform/documentStatus.js';
import { markdownString } from '../../platform/markdownString.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import type { ExplanationController } from './explanationController.js';
import { EXPLANATION_COMMANDS, explanationLegend, signed } from './explanationMarkdown.js';
import { strongestFirst } from './explanationScale.js';
import type { ShownExplanation } from './shownExplanation.js';

/** Words that the label for screen readers names. */
const MOST_READ_OUT = 3;
/** Longest word in the status bar. */
const LONGEST = 30;

/** Status bar item while a prediction is explained, with the legend as its tooltip. */
export function explanationStatus(
  controller: Pick<ExplanationController, 'shown' | 'pending' | 'onDidChange'>,
): Disposable {
  return documentStatus({
    ...{ id: 'masklab.explanation', priority: 90 },
    name: vscode.l10n.t('Explanation of a prediction'),
    onDidChange: controller.onDidChange,
    statusOf: (document) => {
      const { shown, pending } = controller;
      if (pending !== null && pending.document === document) {
        const word = brief(pending.asked ?? pending.original);
        return {
          text: `$(sync~spin) ${vscode.l10n.t('Explaining {0}', word)}`,
          tooltip: vscode.l10n.t('Click to cancel.'),
          command: COMMANDS.clearExplanation,
          accessibleLabel: null,
        };
      }
      if (shown === null || shown.document !== document) return null;
      return {
        text: `$(lightbulb) ${vscode.l10n.t('Explained: {0}', brief(shown.facts.word))}`,
        tooltip: markdownString(explanationLegend(shown), EXPLANATION_COMMANDS),
        command: COMMANDS.showExplanation,
        accessibleLabel: readOut(shown),
      };
    },
  });
}

function readOut({ facts, words }: ShownExplanation): string {
  const strongest = strongestFirst(words)
    .slice(0, MOST_READ_OUT)
    .map(({ text, occlusion }) => `${text} ${signed(occlusion)}`);
  return vscode.l10n.t(
    'Explanation of {0}. Strongest words, in nats: {1}. Show all values.',
    brief(facts.word),
    strongest.join(', '),
  );
}

function brief(word: string): string {
  return withoutMarkup(word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word);
}
