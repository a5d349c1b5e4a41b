import { fitLinearModel, linearOutputs } from '../../src/core/baselines/linearModel.js';
import { WordFeatures } from '../../src/core/baselines/wordFeatures.js';
import type { StudyRow, StudySample, StudyTask } from './studyData.js';

/** Share of right answers or, for numbers, the explained share of their variance; and the loss. */
export interface StudyScore {
  readonly accuracy: number;
  /** `null` for a baseline that has none. */
  readonly loss: number | null;
}

const MAX_FEATURES = 50_000;

/** The baseline of a task, trained on all rows that the model trains on or is evaluated on. */
export function baselineOf(task: StudyTask, sample: StudySample): StudyScore {
  switch (task) {
    case 'classification':
      return logisticRegression(sample);
    case 'regression':
      return ridgeRegression(sample);
    case 'token-classification':
      return labelsOfWords(sample);
  }
}

/** Share of the variance of numbers that a mean squared error leaves explained. */
export function explainedShare(rows: readonly StudyRow[], meanSquaredError: number): number {
  const numbers = rows.map(({ label }) => Number(label));
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return 1 - meanSquaredError / variance;
}

/** TF-IDF with logistic regression. */
function logisticRegression({ train, test }: StudySample): StudyScore {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const predict = linearPredictor(train, {
    targets: train.map(({ label }) => labels.map((other) => Number(other === label))),
    loss: 'softmax',
  });
  let right = 0;
  let loss = 0;
  for (const { text, label } of test) {
    const outputs = predict(text);
    const best = labels[outputs.indexOf(Math.max(...outputs))];
    const most = Math.max(...outputs);
    const sum = outputs.reduce((total, output) => total + Math.exp(output - most), 0);
    loss += most + Math.log(sum) - outputs[labels.indexOf(label)]!;
    if (best === label) right++;
  }
  return { accuracy: right / test.length, loss: loss / test.length };
}

/** TF-IDF with ridge regression. */
function ridgeRegression({ train, test }: StudySample): StudyScore {
  const predict = linearPredictor(train, {
    targets: train.map(({ label }) => [Number(label)]),
    loss: 'squares',
  });
  const squares = test.map(({ text, label }) => (predict(text)[0]! - Number(label)) ** 2);
  const loss = squares.reduce((a, b) => a + b, 0) / test.length;
  return { accuracy: explainedShare(test, loss), loss };
}

function linearPredictor(
  train: readonly StudyRow[],
  { targets, loss }: { targets: readonly number[][]; loss: 'softmax' | 'squares' },
): (text: string) => Float64Array {
  const features = new WordFeatures(
    train.map(({ text }) => text),
    MAX_FEATURES,
  );
  const model = fitLinearModel({
    rows: train.map(({ text }) => features.rowOf(text)),
    featureCount: features.size,
    targets,
    outputCount: targets[0]!.length,
    loss,
  });
  return (text) => linearOutputs(model, features.rowOf(text));
}

/** The most frequent label of each word, and of all words for an unknown one. */
function labelsOfWords({ train, test }: StudySample): StudyScore {
  const counts = new Map<string, Map<string, number>>();
  const count = (word: string, label: string): void => {
    const ofWord = counts.get(word) ?? new Map<string, number>();
    ofWord.set(label, (ofWord.get(label) ?? 0) + 1);
    counts.set(word, ofWord);
  };
  for (const [word, label] of train.flatMap(labelledWords)) {
    count(word, label);
    count('', label);
  }
  const words = test.flatMap(labelledWords);
  const right = words.filter(([word, label]) => {
    const [[best] = ['']] = [...(counts.get(word) ?? counts.get('')!)].sort(
      ([, n], [, m]) => m - n,
    );
    return best === label;
  });
  return { accuracy: right.length / words.length, loss: null };
}

function labelledWords({ text, label }: StudyRow): [word: string, label: string][] {
  if (typeof label !== 'object') throw new RangeError('a text without labels of its words');
  return text.split(' ').map((word, i) => [word, label[i]!]);
}
