import type { HeldOutMetricName } from '../runs/metrics.js';
import type { TaskSpec } from '../runs/schema.js';
import type { TrainingBatch } from './batch.js';
import type { EvaluationSums, TrainingEngine } from './engine.js';

/** What held-out data says of a model, by the names of `HELD_OUT_METRICS`. */
export type HeldOutMetrics = { readonly loss: number } & {
  readonly [Name in HeldOutMetricName]?: number;
};

/** Adds up what batches say of a model, in float64, without keeping their logits. */
interface Accumulator {
  add(batch: TrainingBatch, logits: Float32Array): void;
  metrics(loss: number): Omit<HeldOutMetrics, 'loss'>;
}

/**
 * Measures a model on held-out batches.
 *
 * - masked-lm: loss in nats a masked token, its perplexity, share predicted right.
 * - classification and token-classification: loss, accuracy, macro F1. Rows of weight 0 are left
 *   out; the others count alike, whatever the classes weigh. A distribution's label is its most
 *   probable one. With several labels a text, accuracy is the share of right yes-or-no answers, and
 *   a label is predicted where its probability is above one half.
 * - regression: loss (the mean squared error), mean absolute error, and Pearson's correlation, the
 *   mean over the outputs.
 */
export async function evaluate(
  engine: Pick<TrainingEngine, 'evaluate'>,
  batches: Iterable<TrainingBatch>,
  task: TaskSpec,
): Promise<HeldOutMetrics> {
  const accumulator = task.kind === 'masked-lm' ? null : accumulatorOf(task);
  const total = { lossSum: 0, correct: 0, count: 0 };
  for (const batch of batches) {
    const sums = await engine.evaluate(batch);
    total.lossSum += sums.lossSum;
    total.correct += sums.correct;
    total.count += sums.count;
    accumulator?.add(batch, logitsOf(sums));
  }
  const loss = total.lossSum / total.count;
  return accumulator === null
    ? { loss, perplexity: Math.exp(loss), maskedAccuracy: total.correct / total.count }
    : { loss, ...accumulator.metrics(loss) };
}

function logitsOf({ logits }: EvaluationSums): Float32Array {
  if (logits === null) throw new RangeError('an evaluation of a head without its logits');
  return logits;
}

function accumulatorOf(task: Exclude<TaskSpec, { kind: 'masked-lm' }>): Accumulator {
  if (task.kind === 'regression') return new RegressionAccumulator(task.outputs.length);
  if (task.kind === 'classification' && task.multiLabel) {
    return new MultiLabelAccumulator(task.labels.length);
  }
  return new LabelAccumulator(task.labels.length);
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
   * predicted nor true anywhere are left out, as scikit-learn does.
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

class LabelAccumulator implements Accumulator {
  private readonly counts: LabelCounts;
  private right = 0;
  private rows = 0;

  constructor(private readonly labelCount: number) {
    this.counts = new LabelCounts(labelCount);
  }

  add({ weights, labels, values }: TrainingBatch, logits: Float32Array): void {
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

  metrics(): Omit<HeldOutMetrics, 'loss'> {
    return { accuracy: this.right / this.rows, macroF1: this.counts.macroF1() };
  }
}

class MultiLabelAccumulator implements Accumulator {
  private readonly counts: LabelCounts;
  private right = 0;
  private answers = 0;

  constructor(private readonly labelCount: number) {
    this.counts = new LabelCounts(labelCount);
  }

  add({ weights, values }: TrainingBatch, logits: Float32Array): void {
    if (values === null) throw new RangeError('several labels a text without their values');
    logits.forEach((logit, i) => {
      if (weights[Math.floor(i / this.labelCount)] === 0) return;
      const answer = { isPredicted: logit > 0, isTrue: values[i]! > 0.5 };
      this.answers++;
      if (answer.isPredicted === answer.isTrue) this.right++;
      this.counts.add(i % this.labelCount, answer);
    });
  }

  metrics(): Omit<HeldOutMetrics, 'loss'> {
    return { accuracy: this.right / this.answers, macroF1: this.counts.macroF1() };
  }
}

class RegressionAccumulator implements Accumulator {
  private readonly correlations: Correlation[];
  private absoluteErrors = 0;
  private answers = 0;

  constructor(outputCount: number) {
    this.correlations = Array.from({ length: outputCount }, () => new Correlation());
  }

  add({ weights, values }: TrainingBatch, logits: Float32Array): void {
    if (values === null) throw new RangeError('a regression without values');
    const outputCount = this.correlations.length;
    logits.forEach((predicted, i) => {
      if (weights[Math.floor(i / outputCount)] === 0) return;
      this.absoluteErrors += Math.abs(predicted - values[i]!);
      this.answers++;
      this.correlations[i % outputCount]!.add(predicted, values[i]!);
    });
  }

  metrics(loss: number): Omit<HeldOutMetrics, 'loss'> {
    const correlations = this.correlations.map((correlation) => correlation.value());
    return {
      meanSquaredError: loss,
      meanAbsoluteError: this.absoluteErrors / this.answers,
      correlation: correlations.reduce((a, b) => a + b, 0) / correlations.length,
    };
  }
}

/**
 * Pearson's correlation of a stream of pairs, by updates of means and co-moments that lose no digits
 * to large means (Welford 1962; Bennett et al. 2009).
 */
class Correlation {
  private count = 0;
  private meanX = 0;
  private meanY = 0;
  private squaresX = 0;
  private squaresY = 0;
  private products = 0;

  add(x: number, y: number): void {
    this.count++;
    const [dx, dy] = [x - this.meanX, y - this.meanY];
    this.meanX += dx / this.count;
    this.meanY += dy / this.count;
    this.squaresX += dx * (x - this.meanX);
    this.squaresY += dy * (y - this.meanY);
    this.products += dx * (y - this.meanY);
  }

  /** 0 where either side does not vary. */
  value(): number {
    const scale = Math.sqrt(this.squaresX) * Math.sqrt(this.squaresY);
    return scale === 0 ? 0 : this.products / scale;
  }
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
