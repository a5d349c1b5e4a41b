import type { TrainingBatch } from '../batches/batch.js';
import type { EvaluationSums } from '../batches/evaluationSums.js';
import { Correlation } from './correlation.js';
import type { HeldOutMetrics } from '../runs/metrics.js';

type OtherMetrics = Omit<HeldOutMetrics, 'loss'>;

/** Targets of rows, and whether they count. */
export type EvaluatedRows = Pick<TrainingBatch, 'weights' | 'labels' | 'values'>;

/** Adds up the metrics of an evaluation in float64, batch by batch, without keeping any logits. */
export interface MetricAccumulator {
  add(batch: EvaluatedRows, sums: EvaluationSums): void;
  /** All metrics but the loss, which is given. */
  metrics(loss: number): OtherMetrics;
}

/** Perplexity, and the share of masked tokens whose top prediction is the original. */
export class CorrectTokens implements MetricAccumulator {
  private correct = 0;
  private count = 0;

  add(_batch: EvaluatedRows, { correct, count }: EvaluationSums): void {
    this.correct += correct;
    this.count += count;
  }

  metrics(loss: number): OtherMetrics {
    return { perplexity: Math.exp(loss), maskedAccuracy: this.correct / this.count };
  }
}

/** Answers by label: predicted and true, predicted only, true only. */
class LabelCounts {
  private readonly hits: Float64Array;
  private readonly falseAlarms: Float64Array;
  private readonly misses: Float64Array;

  constructor(labelCount: number) {
    this.hits = new Float64Array(labelCount);
    this.falseAlarms = new Float64Array(labelCount);
    this.misses = new Float64Array(labelCount);
  }

  add(label: number, answer: { isPredicted: boolean; isTrue: boolean }): void {
    const { isPredicted, isTrue } = answer;
    if (isPredicted && isTrue) this.hits[label]!++;
    else if (isPredicted) this.falseAlarms[label]!++;
    else if (isTrue) this.misses[label]!++;
  }

  /**
   * Mean over the labels of 2 hits / (2 hits + false alarms + misses); labels that are neither
   * predicted nor true anywhere are skipped, as in scikit-learn.
   */
  macroF1(): number {
    const scores: number[] = [];
    this.hits.forEach((hits, label) => {
      const wrong = this.falseAlarms[label]! + this.misses[label]!;
      if (hits + wrong > 0) scores.push((2 * hits) / (2 * hits + wrong));
    });
    return scores.length === 0 ? 0 : scores.reduce((a, b) => a + b, 0) / scores.length;
  }

  /** 2 hits / (2 hits + false alarms + misses) of all labels together; 0 without any. */
  microF1(): number {
    const hits = 2 * sum(this.hits);
    const all = hits + sum(this.falseAlarms) + sum(this.misses);
    return all === 0 ? 0 : hits / all;
  }

  /**
   * Matthews correlation coefficient of one label per row, for any number of labels: the correlation
   * of the expected with the predicted labels, from -1 to 1 (Gorodkin 2004,
   * doi:10.1016/j.compbiolchem.2004.09.006). 0 if only one label is expected or only one is
   * predicted, as in scikit-learn.
   */
  matthews(): number {
    const right = sum(this.hits);
    const rows = right + sum(this.misses);
    let [products, predictedSquares, trueSquares] = [0, 0, 0];
    this.hits.forEach((hits, label) => {
      const predicted = hits + this.falseAlarms[label]!;
      const expected = hits + this.misses[label]!;
      products += predicted * expected;
      predictedSquares += predicted ** 2;
      trueSquares += expected ** 2;
    });
    const scale = Math.sqrt(rows ** 2 - predictedSquares) * Math.sqrt(rows ** 2 - trueSquares);
    return scale === 0 ? 0 : (right * rows - products) / scale;
  }
}

function sum(counts: Float64Array): number {
  return counts.reduce((a, b) => a + b, 0);
}

/** Accuracy, macro F1 and Matthews correlation of one label per row. */
export class LabelAccumulator implements MetricAccumulator {
  private readonly counts: LabelCounts;
  private right = 0;
  private rows = 0;

  constructor(private readonly labelCount: number) {
    this.counts = new LabelCounts(labelCount);
  }

  add({ weights, labels, values }: EvaluatedRows, sums: EvaluationSums): void {
    const logits = logitsOf(sums);
    const { labelCount } = this;
    weights.forEach((weight, row) => {
      if (weight === 0) return;
      const predicted = largest(logits, row, labelCount);
      const label = values === null ? Number(labels[row]) : largest(values, row, labelCount);
      this.rows++;
      if (predicted === label) this.right++;
      this.counts.add(predicted, { isPredicted: true, isTrue: predicted === label });
      if (predicted !== label) this.counts.add(label, { isPredicted: false, isTrue: true });
    });
  }

  metrics(): OtherMetrics {
    return {
      accuracy: this.right / this.rows,
      macroF1: this.counts.macroF1(),
      matthewsCorrelation: this.counts.matthews(),
    };
  }
}

/**
 * Metrics of yes-or-no answers, one for each label of a row. The Matthews correlation is that of all
 * answers together, as the accuracy is.
 */
export class MultiLabelAccumulator implements MetricAccumulator {
  private readonly counts: LabelCounts;
  /** All answers: "no" and "yes". */
  private readonly yesOrNo = new LabelCounts(2);
  private right = 0;
  private answers = 0;

  constructor(private readonly labelCount: number) {
    this.counts = new LabelCounts(labelCount);
  }

  add({ weights, values }: EvaluatedRows, sums: EvaluationSums): void {
    const logits = logitsOf(sums);
    if (values === null) throw new RangeError('several labels a text without their values');
    logits.forEach((logit, i) => {
      if (weights[Math.floor(i / this.labelCount)] === 0) return;
      const answer = { isPredicted: logit > 0, isTrue: values[i]! > 0.5 };
      this.answers++;
      if (answer.isPredicted === answer.isTrue) this.right++;
      this.counts.add(i % this.labelCount, answer);
      this.yesOrNo.add(1, answer);
      this.yesOrNo.add(0, { isPredicted: !answer.isPredicted, isTrue: !answer.isTrue });
    });
  }

  metrics(): OtherMetrics {
    return {
      accuracy: this.right / this.answers,
      macroF1: this.counts.macroF1(),
      microF1: this.counts.microF1(),
      matthewsCorrelation: this.yesOrNo.matthews(),
    };
  }
}

/** Mean squared and absolute error, and the means of the outputs' correlations and R². */
export class RegressionAccumulator implements MetricAccumulator {
  private readonly correlations: Correlation[];
  private readonly squaredErrors: Float64Array;
  private absoluteErrors = 0;
  private answers = 0;

  constructor(outputCount: number) {
    this.correlations = Array.from({ length: outputCount }, () => new Correlation());
    this.squaredErrors = new Float64Array(outputCount);
  }

  add({ weights, values }: EvaluatedRows, sums: EvaluationSums): void {
    const logits = logitsOf(sums);
    if (values === null) throw new RangeError('a regression without values');
    const outputCount = this.correlations.length;
    logits.forEach((predicted, i) => {
      if (weights[Math.floor(i / outputCount)] === 0) return;
      this.absoluteErrors += Math.abs(predicted - values[i]!);
      this.squaredErrors[i % outputCount]! += (predicted - values[i]!) ** 2;
      this.answers++;
      this.correlations[i % outputCount]!.add(predicted, values[i]!);
    });
  }

  metrics(loss: number): OtherMetrics {
    const mean = (values: readonly number[]): number =>
      values.reduce((a, b) => a + b, 0) / values.length;
    const { correlations, squaredErrors } = this;
    return {
      meanSquaredError: loss,
      meanAbsoluteError: this.absoluteErrors / this.answers,
      correlation: mean(correlations.map((correlation) => correlation.value())),
      rSquared: mean(
        correlations.map(({ squaresY }, i) => determination(squaredErrors[i]!, squaresY)),
      ),
    };
  }
}

/**
 * Coefficient of determination, 1 - squared errors / squared deviations of the targets from their mean.
 * If the targets do not vary, it is 1 for exact predictions and 0 otherwise, as in scikit-learn.
 */
function determination(squaredErrors: number, squaredDeviations: number): number {
  if (squaredDeviations > 0) return 1 - squaredErrors / squaredDeviations;
  return squaredErrors === 0 ? 1 : 0;
}

function logitsOf({ logits }: EvaluationSums): Float32Array {
  if (logits === null) throw new RangeError('an evaluation of a head without its logits');
  return logits;
}

/** Column of the largest value of a row; the first of several. */
function largest(values: Float32Array, row: number, columns: number): number {
  const start = row * columns;
  let best = 0;
  for (let column = 1; column < columns; column++) {
    if (values[start + column]! > values[start + best]!) best = column;
  }
  return best;
}
