import {
  labelProbabilities,
  predictedLabels,
  type LabelOutputs,
} from '../predict/labelProbabilities.js';
import {
  MAX_CONFUSION_LABELS,
  MAX_ROC_LABELS,
  MAX_ROC_POINTS,
  type LabelCurves,
  type LabelReport,
} from '../runs/evaluationReport.js';
import type { LabelRow } from '../runs/labelRow.js';
import { CalibrationBins } from './calibration.js';
import {
  averagePrecision,
  bestThreshold,
  macroThreshold,
  metricsAt,
  rocAuc,
  rocCurve,
  thinnedCurve,
  type Scored,
} from './rocAuc.js';

/** Scores kept for ROC curves, in rows × labels; beyond that there are none. */
const MAX_SCORES = 1 << 23;

/** Collects the predictions of rows, and reports on them label by label. */
export class LabelStatistics {
  private readonly expected: number[][] = [];
  private readonly predicted: number[][] = [];
  private readonly probabilities: Float32Array[] = [];
  private readonly indexOf: ReadonlyMap<string, number>;
  private readonly calibration = new CalibrationBins();

  /** `maxScores` limits the rows × labels that ROC curves are made from; beyond it there are none. */
  constructor(
    private readonly outputs: LabelOutputs,
    private readonly maxScores = MAX_SCORES,
  ) {
    this.indexOf = new Map(outputs.labels.map((label, i) => [label, i]));
  }

  /** Number of rows. */
  get size(): number {
    return this.expected.length;
  }

  /** Adds a row with the labels that it has and the logits of all labels. */
  add(expected: readonly string[], logits: Float32Array): void {
    const probabilities = labelProbabilities(logits, this.outputs);
    const indices = (labels: readonly string[]): number[] =>
      labels.flatMap((label) => this.indexOf.get(label) ?? []);
    const truth = indices(expected);
    const predicted = indices(predictedLabels(probabilities, this.outputs));
    this.expected.push(truth);
    this.predicted.push(predicted);
    for (const i of this.outputs.multiLabel ? probabilities.keys() : predicted) {
      const { probability } = probabilities[i]!;
      this.calibration.add({ probability, isRight: truth.includes(i) });
    }
    if (this.expected.length * this.outputs.labels.length <= this.maxScores) {
      this.probabilities.push(Float32Array.from(probabilities, ({ probability }) => probability));
    }
  }

  /** Threshold with the highest macro F1 of two labels that exclude each other; `null` otherwise. */
  threshold(): number | null {
    return this.isBinary ? macroThreshold(this.scoresOf(1)) : null;
  }

  /** `threshold` was chosen on other rows, or is `null`. */
  report(threshold: number | null = null): LabelReport {
    const { labels, multiLabel } = this.outputs;
    const rows = labels.map((label, i) => this.rowOf(label, i));
    const isSeen = this.predicted.reduce((seen, row) => {
      row.forEach((i) => seen.add(i));
      return seen;
    }, new Set(this.expected.flat()));
    const roc = this.rocCurves(rows);
    return {
      rows,
      macro: average(rows.filter((_, i) => isSeen.has(i)).map((row) => ({ row, weight: 1 }))),
      weighted: average(rows.map((row) => ({ row, weight: row.support }))),
      micro: this.micro(),
      macroRocAuc: meanOf(rows.flatMap((row) => row.rocAuc ?? [])),
      macroAveragePrecision: meanOf(rows.flatMap((row) => row.averagePrecision ?? [])),
      confusion: multiLabel || labels.length > MAX_CONFUSION_LABELS ? null : this.confusion(),
      curves: { roc, calibration: this.calibration.calibration() },
      threshold: this.thresholdReport(threshold),
    };
  }

  private get isBinary(): boolean {
    return this.outputs.labels.length === 2 && !this.outputs.multiLabel;
  }

  private thresholdReport(value: number | null): LabelReport['threshold'] {
    const rows = this.isBinary ? this.scoresOf(1) : [];
    if (value === null || rows.length === 0) return null;
    return { label: this.outputs.labels[1]!, value, ...metricsAt(rows, value) };
  }

  private rocCurves(rows: readonly LabelRow[]): LabelCurves['roc'] {
    return rows
      .map((row, i) => ({ ...row, i }))
      .filter(({ i }) => !this.isBinary || i === 1)
      .sort((a, b) => b.support - a.support)
      .slice(0, MAX_ROC_LABELS)
      .flatMap(({ label, rocAuc: auc, i }) => {
        const points = auc === null ? null : rocCurve(this.scoresOf(i));
        return auc === null || points === null
          ? []
          : [{ label, auc, points: thinnedCurve(points, MAX_ROC_POINTS) }];
      });
  }

  /** Scores of a label; none beyond the limit. */
  private scoresOf(i: number): Scored[] {
    if (this.probabilities.length < this.expected.length) return [];
    return this.expected.map((expected, row) => ({
      isTrue: expected.includes(i),
      score: this.probabilities[row]![i]!,
    }));
  }

  private rowOf(label: string, i: number): LabelRow {
    let [hits, predictions, support] = [0, 0, 0];
    const scored = this.scoresOf(i);
    this.expected.forEach((expected, row) => {
      const isTrue = expected.includes(i);
      const isPredicted = this.predicted[row]!.includes(i);
      if (isTrue) support++;
      if (isPredicted) predictions++;
      if (isTrue && isPredicted) hits++;
    });
    const best = this.outputs.multiLabel ? bestThreshold(scored) : null;
    return {
      ...{ label, ...quotients({ hits, predictions, support }), support },
      ...{ rocAuc: rocAuc(scored), averagePrecision: averagePrecision(scored), best },
    };
  }

  /** Averages over the decisions on all labels together. */
  private micro(): NonNullable<LabelReport['micro']> {
    let [hits, predictions, support] = [0, 0, 0];
    this.expected.forEach((expected, row) => {
      const predicted = this.predicted[row]!;
      hits += predicted.filter((i) => expected.includes(i)).length;
      predictions += predicted.length;
      support += expected.length;
    });
    return quotients({ hits, predictions, support });
  }

  private confusion(): number[][] {
    const { labels } = this.outputs;
    const matrix = labels.map(() => labels.map(() => 0));
    this.expected.forEach(([expected], row) => {
      const [predicted] = this.predicted[row]!;
      if (expected !== undefined && predicted !== undefined) matrix[expected]![predicted]!++;
    });
    return matrix;
  }
}

/** Precision, recall and F1; undefined quotients are 0. */
function quotients({
  hits,
  predictions,
  support,
}: Readonly<Record<'hits' | 'predictions' | 'support', number>>): LabelReport['macro'] {
  return {
    precision: predictions === 0 ? 0 : hits / predictions,
    recall: support === 0 ? 0 : hits / support,
    f1: predictions + support === 0 ? 0 : (2 * hits) / (predictions + support),
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

function average(
  weighed: readonly { readonly row: LabelRow; readonly weight: number }[],
): LabelReport['macro'] {
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (name: 'precision' | 'recall' | 'f1'): number =>
    total === 0 ? 0 : weighed.reduce((sum, { row, weight }) => sum + row[name] * weight, 0) / total;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
