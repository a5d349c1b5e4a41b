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
}

/** Accuracy and macro F1 of one label per row. */
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
    return { accuracy: this.right / this.rows, macroF1: this.counts.macroF1() };
  }
}

/** Accuracy and macro F1 of yes-or-no answers, one for each label of a row. */
export class MultiLabelAccumulator implements MetricAccumulator {
  private readonly counts: LabelCounts;
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
    });
  }

  metrics(): OtherMetrics {
    return { accuracy: this.right / this.answers, macroF1: this.counts.macroF1() };
  }
}

/** Mean squared and absolute error, and the mean of the outputs' correlations. */
export class RegressionAccumulator implements MetricAccumulator {
  private readonly correlations: Correlation[];
  private absoluteErrors = 0;
  private answers = 0;

  constructor(outputCount: number) {
    this.correlations = Array.from({ length: outputCount }, () => new Correlation());
  }

  add({ weights, values }: EvaluatedRows, sums: EvaluationSums): void {
    const logits = logitsOf(sums);
    if (values === null) throw new RangeError('a regression without values');
    const outputCount = this.correlations.length;
    logits.forEach((predicted, i) => {
      if (weights[Math.floor(i / outputCount)] === 0) return;
      this.absoluteErrors += Math.abs(predicted - values[i]!);
      this.answers++;
      this.correlations[i % outputCount]!.add(predicted, values[i]!);
    });
  }

  metrics(loss: number): OtherMetrics {
    const correlations = this.correlations.map((correlation) => correlation.value());
    return {
      meanSquaredError: loss,
      meanAbsoluteError: this.absoluteErrors / this.answers,
      correlation: correlations.reduce((a, b) => a + b, 0) / correlations.length,
    };
  }
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
