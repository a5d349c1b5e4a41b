import * as vscode from 'vscode';
import { formatProbability } from '../../../core/format.js';
import type { LabelPrediction } from '../../../core/predict/labelPrediction.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { markdownString } from '../../platform/markdownString.js';
import { predictionText } from '../predictionText.js';

/** Longest text behind a row. */
const LONGEST = 60;

/** Text that is shown behind a row. */
export interface RowLabel {
  readonly text: string;
  /** Whether the row has other labels than those that are predicted. */
  readonly differs: boolean;
}

/** The predicted labels with their probabilities, and the labels of the row where they differ. */
export function rowLabel(prediction: LabelPrediction, labels: readonly string[] | null): RowLabel {
  if (prediction.kind !== 'labels') {
    return { text: oneLine(predictionText(prediction)), differs: false };
  }
  const { labels: predicted, probabilities } = prediction;
  const chosen = probabilities.filter(({ label }) => predicted.includes(label));
  const text =
    chosen.length === 0
      ? vscode.l10n.t('no label')
      : chosen
          .map(
            ({ label, probability }) =>
              `${label} ${formatProbability(probability, EDITOR_WORDS.locale)}`,
          )
          .join(', ');
  const differs = labels !== null && !isSame(labels, predicted);
  if (!differs) return { text: oneLine(text), differs };
  const own = labels.length === 0 ? vscode.l10n.t('no label') : labels.join(', ');
  return { text: `${oneLine(text)} ≠ ${oneLine(own)}`, differs };
}

/** All probabilities, for the hover behind a row. */
export function rowHover(
  prediction: LabelPrediction,
  { modelName }: { readonly modelName: string },
): vscode.MarkdownString {
  const [name, text] = [modelName, predictionText(prediction)].map(escapeMarkdown) as [
    string,
    string,
  ];
  return markdownString(vscode.l10n.t('{0}: {1}', name, text));
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  const all = new Set(others);
  return new Set(some).size === all.size && some.every((label) => all.has(label));
}

/** Text without line breaks and characters that turn the direction of writing around. */
function oneLine(text: string): string {
  const plain = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  const characters = Array.from(plain);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : plain;
}
