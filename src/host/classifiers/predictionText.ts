import * as vscode from 'vscode';
import { formatProbability } from '../../core/format.js';
import type { LabelPrediction } from '../../core/predict/labelPrediction.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';

/** Maximum number of other labels in a message. */
const MOST_OTHERS = 3;

/** A prediction in one line: labels with probabilities, numbers, or words with their tags. */
export function predictionText(prediction: LabelPrediction): string {
  switch (prediction.kind) {
    case 'labels': {
      const { labels, probabilities } = prediction;
      const chosen = probabilities.filter(({ label }) => labels.includes(label));
      const others = probabilities.filter(({ label }) => !labels.includes(label));
      const list = (some: typeof probabilities): string =>
        some
          .map(({ label, probability }) => `${label} ${formatProbability(probability)}`)
          .join(', ');
      const first = chosen.length === 0 ? vscode.l10n.t('no label') : list(chosen);
      const rest = list(others.slice(0, MOST_OTHERS));
      return rest === '' ? first : `${first} · ${rest}`;
    }
    case 'numbers': {
      const format = new Intl.NumberFormat(EDITOR_WORDS.locale, { maximumSignificantDigits: 4 });
      return Object.entries(prediction.numbers)
        .map(([name, value]) => `${name} ${format.format(value)}`)
        .join(', ');
    }
    case 'tags':
      return prediction.words.map(({ word, tag }) => `${word}/${tag ?? '?'}`).join(' ');
  }
}
