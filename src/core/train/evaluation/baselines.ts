import { fitLinearModel, linearOutputs, type LinearLoss } from '../../baselines/linearModel.js';
import { WordFeatures } from '../../baselines/wordFeatures.js';
import { evaluatedAs, lossSumOf, targetsOf, type LossKind } from '../../batches/losses.js';
import { NO_LABEL, type LabelledExample } from '../../data/examples/labelledExamples.js';
import { randomStream, shuffled } from '../../random.js';
import type { BaselineMetrics } from '../../runs/baselineMetrics.js';
import type { HeldOutMetrics } from '../../runs/metrics.js';
import { targetBatch, type CollateOptions } from '../data/collateLabelled.js';

/** Most rows that the bag of words is trained on. */
const MAX_ROWS = 20_000;
/** Most words that are features. */
const MAX_FEATURES = 50_000;
/** Largest number of weights. */
const MAX_WEIGHTS = 4_000_000;
/** Most multiplications of one iteration, which keeps the fit to seconds. */
const MAX_PRODUCTS = 20_000_000;
/** Examples that are evaluated together. */
const BATCH = 256;
/** Probability of a label that no training row has. */
const RAREST = 1e-6;

/** Predicts the outputs of each row of an example: a text, or a labeled word. */
type Predictor = (example: LabelledExample) => readonly ArrayLike<number>[];

/** Baselines that learned from the training rows, for evaluation on other rows. */
export interface Baselines {
  evaluate(examples: readonly LabelledExample[]): BaselineMetrics;
}

/**
 * Fits the baselines of a task with labels: one that always predicts the same, from the frequencies
 * of the labels or the mean of the numbers, and a bag of words: TF-IDF with logistic regression, or
 * with ridge regression for numbers. For words it predicts the most frequent label of each word.
 */
export function fitBaselines(
  train: readonly LabelledExample[],
  options: CollateOptions,
): Baselines {
  const { objective, task } = options;
  const columns = objective.outputs(task).length;
  const { kind } = objective.loss(task);
  const rows = train.map((example) => targetRows(example, columns, options));
  const loss = LINEAR_LOSS[kind];
  const mean = outputsOf(meanOf(rows.flat(), columns), loss);
  const constant: Predictor = (example) => targetRows(example, columns, options).map(() => mean);
  const words =
    objective.head === 'token'
      ? wordLabels(train, rows, mean)
      : bagOfWords(train, { targets: rows.map(([row]) => row!), columns, loss });
  return {
    evaluate: (examples) => ({
      constant: evaluatePredictor(examples, constant, options),
      bagOfWords: evaluatePredictor(examples, words, options),
    }),
  };
}

const LINEAR_LOSS: Readonly<Record<LossKind, LinearLoss>> = {
  vocabularyCrossEntropy: 'softmax',
  crossEntropy: 'softmax',
  klDivergence: 'softmax',
  binaryCrossEntropy: 'sigmoid',
  meanSquaredError: 'squares',
};

/** Targets of an example's rows, as the loss takes them. */
function targetRows(
  example: LabelledExample,
  columns: number,
  { objective, task }: CollateOptions,
): Float32Array[] {
  const { ids, labels } = example;
  const batch = objective.targets([example], task, { length: ids.length, weighted: false });
  const count = labels.some((label) => label === NO_LABEL)
    ? labels.filter((label) => label !== NO_LABEL).length
    : batch.rowCount;
  const all =
    batch.values ??
    Float32Array.from({ length: count * columns }, (_, i) =>
      Number(Number(batch.labels[Math.floor(i / columns)]) === i % columns),
    );
  return Array.from({ length: count }, (_, row) =>
    all.subarray(row * columns, (row + 1) * columns),
  );
}

function meanOf(rows: readonly Float32Array[], columns: number): Float64Array {
  const mean = new Float64Array(columns);
  for (const row of rows) row.forEach((value, i) => (mean[i]! += value / rows.length));
  return mean;
}

/** Logits of frequencies, or the numbers themselves. */
function outputsOf(mean: Float64Array, loss: LinearLoss): Float64Array {
  if (loss === 'squares') return mean;
  return mean.map((share) => {
    const bounded = Math.min(1 - RAREST, Math.max(RAREST, share));
    return loss === 'softmax' ? Math.log(bounded) : Math.log(bounded / (1 - bounded));
  });
}

/**
 * Outputs of a bag of words that learned from these texts with these weights, for one text: logits, or
 * numbers.
 */
export function fitBagOfWords(
  train: readonly LabelledExample[],
  options: CollateOptions,
  weightOf: (example: LabelledExample) => number,
): (example: LabelledExample) => ArrayLike<number> {
  const { objective, task } = options;
  const columns = objective.outputs(task).length;
  const targets = train.map((example) => targetsOfText(example, options));
  const loss = LINEAR_LOSS[objective.loss(task).kind];
  const predict = bagOfWords(train, { targets, columns, loss, weightOf });
  return (example) => predict(example)[0]!;
}

/** Targets [outputs] of a text, as the loss takes them. */
export function targetsOfText(example: LabelledExample, options: CollateOptions): Float32Array {
  const { objective, task } = options;
  return targetRows(example, objective.outputs(task).length, options)[0]!;
}

function bagOfWords(
  train: readonly LabelledExample[],
  {
    targets,
    columns,
    loss,
    weightOf = () => 1,
  }: {
    readonly targets: readonly Float32Array[];
    readonly columns: number;
    readonly loss: LinearLoss;
    readonly weightOf?: (example: LabelledExample) => number;
  },
): Predictor {
  const order = shuffled([...train.keys()], randomStream('bag of words')).slice(0, MAX_ROWS);
  const limit = Math.min(MAX_FEATURES, Math.max(1, Math.floor(MAX_WEIGHTS / columns)));
  const features = new WordFeatures(
    order.map((i) => textOf(train[i]!)),
    limit,
  );
  let products = 0;
  const rows = order
    .map((i) => ({
      row: features.rowOf(textOf(train[i]!)),
      ...{ target: targets[i]!, weight: weightOf(train[i]!) },
    }))
    .filter(({ row }) => (products += row.indices.length * columns) <= MAX_PRODUCTS);
  const model = fitLinearModel({
    rows: rows.map(({ row }) => row),
    targets: rows.map(({ target }) => target),
    rowWeights: rows.map(({ weight }) => weight),
    featureCount: features.size,
    outputCount: columns,
    loss,
  });
  return (example) => [linearOutputs(model, features.rowOf(textOf(example)))];
}

/** Both texts of an example. */
export function textOf({ text, pair }: LabelledExample): string {
  return pair === null ? text : `${text}\n${pair}`;
}

/** The frequencies of a word's labels; those of all labels for an unknown word. */
function wordLabels(
  train: readonly LabelledExample[],
  targets: readonly (readonly Float32Array[])[],
  unknown: Float64Array,
): Predictor {
  const counts = new Map<string, Float64Array>();
  train.forEach((example, i) => {
    labelledWords(example).forEach((word, row) => {
      const known = counts.get(word) ?? new Float64Array(unknown.length);
      targets[i]![row]!.forEach((target, label) => (known[label]! += target));
      counts.set(word, known);
    });
  });
  const logits = new Map<string, Float64Array>();
  for (const [word, known] of counts) {
    // One more occurrence with the labels of all words, so that no probability is zero.
    const total = known.reduce((a, b) => a + b, 1);
    logits.set(
      word,
      known.map((count, label) => Math.log((count + Math.exp(unknown[label]!)) / total)),
    );
  }
  return (example) => labelledWords(example).map((word) => logits.get(word) ?? unknown);
}

/** Words of an example that have a label, in order. */
function labelledWords({ text, words, wordTokens, labels }: LabelledExample): string[] {
  return words.flatMap(({ start, end }, i) => {
    const token = wordTokens[i]!;
    return token === -1 || labels[token] === NO_LABEL ? [] : [text.slice(start, end)];
  });
}

function evaluatePredictor(
  examples: readonly LabelledExample[],
  predict: Predictor,
  options: CollateOptions,
): HeldOutMetrics {
  const { objective, task } = options;
  const columns = objective.outputs(task).length;
  const spec = evaluatedAs(objective.loss(task));
  const accumulator = objective.accumulator(task);
  let [lossSum, count] = [0, 0];
  for (let from = 0; from < examples.length; from += BATCH) {
    const part = examples.slice(from, from + BATCH);
    const batch = targetBatch(part, options);
    const logits = new Float32Array(batch.rowCount * columns);
    part.flatMap(predict).forEach((row, i) => {
      logits.set(row, i * columns);
    });
    const rows = batch.weights.reduce((sum, weight) => sum + weight, 0);
    const sum = lossSumOf(logits, targetsOf(batch, spec, columns), spec.kind);
    lossSum += sum;
    count += rows;
    accumulator.add(batch, { lossSum: sum, count: rows, correct: 0, logits });
  }
  const loss = lossSum / count;
  return { loss, ...accumulator.metrics(loss) };
}
