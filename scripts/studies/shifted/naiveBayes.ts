import { wordsOfText } from '../../../src/core/baselines/wordFeatures.js';

interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** Words in fewer training texts are skipped. */
const LEAST_TEXTS = 3;

/**
 * Naive Bayes on the presence of words: multinomial with counts cut to one and Laplace smoothing of 1
 * (Wang and Manning 2012), from words that at least three training texts have.
 *
 * @param removed words that are left out of training and prediction
 * @returns the label with the highest probability for a text
 */
export function naiveBayes(
  train: readonly LabelledText[],
  removed: ReadonlySet<string> = new Set(),
): (text: string) => string {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const counts = new Map<string, number[]>();
  const texts = labels.map(() => 0);
  for (const { text, label } of train) {
    const index = labels.indexOf(label);
    texts[index]!++;
    for (const word of new Set(wordsOfText(text))) {
      let ofWord = counts.get(word);
      if (ofWord === undefined) counts.set(word, (ofWord = labels.map(() => 0)));
      ofWord[index]!++;
    }
  }
  const totals = labels.map(() => 0);
  for (const [word, ofWord] of counts) {
    if (removed.has(word) || ofWord.reduce((a, b) => a + b) < LEAST_TEXTS) counts.delete(word);
    else ofWord.forEach((count, index) => (totals[index]! += count));
  }
  return (text) => {
    const scores = texts.map((count) => Math.log(count / train.length));
    for (const word of new Set(wordsOfText(text))) {
      const ofWord = counts.get(word);
      if (ofWord === undefined) continue;
      ofWord.forEach((count, index) => {
        scores[index]! += Math.log((count + 1) / (totals[index]! + counts.size));
      });
    }
    return labels[scores.indexOf(Math.max(...scores))]!;
  };
}

/** Accuracy of predictions, in all and by label and source. */
export interface Accuracies {
  readonly accuracy: number;
  /** Mean of the accuracies of the labels. */
  readonly balanced: number;
  readonly byLabel: Readonly<Record<string, number>>;
  readonly bySource: Readonly<Record<string, number>>;
}

export function accuraciesOf(
  rows: readonly (LabelledText & { readonly source: string })[],
  predict: (text: string) => string,
): Accuracies {
  const isRight = rows.map(({ text, label }) => predict(text) === label);
  const shareOf = (chosen: (row: (typeof rows)[number]) => boolean): number => {
    const results = isRight.filter((_, i) => chosen(rows[i]!));
    return results.filter(Boolean).length / results.length;
  };
  const shares = (key: 'label' | 'source'): Record<string, number> =>
    Object.fromEntries(
      [...new Set(rows.map((row) => row[key]))]
        .sort()
        .map((value) => [value, shareOf((row) => row[key] === value)]),
    );
  const byLabel = shares('label');
  const ofLabels = Object.values(byLabel);
  return {
    accuracy: shareOf(() => true),
    balanced: ofLabels.reduce((sum, share) => sum + share, 0) / ofLabels.length,
    byLabel,
    bySource: shares('source'),
  };
}
