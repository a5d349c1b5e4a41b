/** A score of a row, and whether the row has the label. */
export interface Scored {
  readonly score: number;
  readonly isTrue: boolean;
}

/** Highest score first. */
function descending(rows: readonly Scored[]): Scored[] {
  return [...rows].sort((a, b) => b.score - a.score);
}

/**
 * Area under the ROC curve: the probability that a row with the label scores higher than one without
 * it, ties counting half. `null` unless there are rows of both kinds.
 */
export function rocAuc(rows: readonly Scored[]): number | null {
  const positives = rows.filter(({ isTrue }) => isTrue).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let wins = 0;
  let above = 0;
  for (const tie of ties(descending(rows))) {
    const hits = tie.filter(({ isTrue }) => isTrue).length;
    wins += (tie.length - hits) * (above + hits / 2);
    above += hits;
  }
  return wins / (positives * negatives);
}

/**
 * Average precision, the area under the precision-recall curve as a sum of steps: the precision at each
 * distinct score times the recall gained there (as `average_precision_score` of scikit-learn; no
 * interpolation, which is too optimistic: Davis & Goadrich 2006, doi:10.1145/1143844.1143874). `null`
 * without a row that has the label.
 */
export function averagePrecision(rows: readonly Scored[]): number | null {
  const positives = rows.filter(({ isTrue }) => isTrue).length;
  if (positives === 0) return null;
  let [hits, predicted, area] = [0, 0, 0];
  for (const tie of ties(descending(rows))) {
    const gained = tie.filter(({ isTrue }) => isTrue).length;
    predicted += tie.length;
    hits += gained;
    area += (gained / positives) * (hits / predicted);
  }
  return Math.min(1, area);
}

/** A threshold on an ROC curve: shares of the rows without and with the label that score at least as high. */
export type RocPoint = [falsePositiveRate: number, truePositiveRate: number];

/**
 * ROC curve from (0, 0) to (1, 1), one point per distinct score. `null` unless there are rows of both
 * kinds.
 */
export function rocCurve(rows: readonly Scored[]): RocPoint[] | null {
  const positives = rows.filter(({ isTrue }) => isTrue).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const points: RocPoint[] = [[0, 0]];
  let [hits, seen] = [0, 0];
  for (const tie of ties(descending(rows))) {
    seen += tie.length;
    hits += tie.filter(({ isTrue }) => isTrue).length;
    points.push([(seen - hits) / negatives, hits / positives]);
  }
  return points;
}

/** At most `most` points of a curve, evenly spaced along it, with both of its ends. */
export function thinnedCurve(points: readonly RocPoint[], most: number): RocPoint[] {
  if (points.length <= most) return [...points];
  const last = points.at(-1)!;
  const kept: RocPoint[] = [];
  for (const point of points) {
    const along = point[0] + point[1];
    if (along >= (2 * kept.length) / (most - 1) && kept.length < most - 1) kept.push(point);
  }
  return [...kept, last];
}

/**
 * Threshold at and above which predicting the label gives the highest F1; the highest of several.
 * `null` without a row that has the label.
 */
export function bestThreshold(
  rows: readonly Scored[],
): { readonly threshold: number; readonly f1: number } | null {
  const positives = rows.filter(({ isTrue }) => isTrue).length;
  if (positives === 0) return null;
  let best = { threshold: 1, f1: 0 };
  let [hits, predicted] = [0, 0];
  for (const tie of ties(descending(rows))) {
    predicted += tie.length;
    hits += tie.filter(({ isTrue }) => isTrue).length;
    const f1 = (2 * hits) / (predicted + positives);
    if (f1 > best.f1) best = { threshold: tie[0]!.score, f1 };
  }
  return best;
}

/** Accuracy and macro F1 of two labels, of which one is predicted from a threshold on. */
export interface ThresholdMetrics {
  readonly accuracy: number;
  readonly macroF1: number;
}

/** Metrics of predicting the label for scores of at least a threshold. */
export function metricsAt(rows: readonly Scored[], threshold: number): ThresholdMetrics {
  const predicted = rows.filter(({ score }) => score >= threshold);
  const hits = predicted.filter(({ isTrue }) => isTrue).length;
  const positives = rows.filter(({ isTrue }) => isTrue).length;
  return thresholdMetrics({ hits, predicted: predicted.length, positives, rows: rows.length });
}

/**
 * Threshold with the highest macro F1 of two labels, halfway between the scores that it parts; of several
 * the one nearest to a half. It may lie above every score, which predicts the label for no row. `null`
 * unless there are rows of both labels.
 */
export function macroThreshold(rows: readonly Scored[]): number | null {
  const positives = rows.filter(({ isTrue }) => isTrue).length;
  if (positives === 0 || positives === rows.length) return null;
  const groups = [...ties(descending(rows))];
  let best = { threshold: 0.5, macroF1: -1 };
  let [hits, predicted] = [0, 0];
  const consider = (threshold: number): void => {
    const { macroF1 } = thresholdMetrics({ hits, predicted, positives, rows: rows.length });
    const isNearer = Math.abs(threshold - 0.5) < Math.abs(best.threshold - 0.5);
    if (macroF1 > best.macroF1 || (macroF1 === best.macroF1 && isNearer)) {
      best = { threshold, macroF1 };
    }
  };
  consider(between(ABOVE_ALL, groups[0]![0]!.score));
  groups.forEach((tie, i) => {
    predicted += tie.length;
    hits += tie.filter(({ isTrue }) => isTrue).length;
    consider(between(tie[0]!.score, groups[i + 1]?.[0]!.score ?? 0));
  });
  return best.threshold;
}

/** Above every probability; the threshold below it shows as 100%. */
const ABOVE_ALL = 1 + 2 ** -20;

/** Threshold that `high` reaches and `low` does not, as long as they differ. */
function between(high: number, low: number): number {
  const middle = (high + low) / 2;
  return middle > low ? middle : high;
}

function thresholdMetrics({
  hits,
  predicted,
  positives,
  rows,
}: Readonly<Record<'hits' | 'predicted' | 'positives' | 'rows', number>>): ThresholdMetrics {
  const f1 = (right: number, all: number): number => (all === 0 ? 0 : (2 * right) / all);
  const rejected = rows - predicted - (positives - hits);
  return {
    accuracy: (hits + rejected) / rows,
    macroF1: (f1(hits, predicted + positives) + f1(rejected, 2 * rows - predicted - positives)) / 2,
  };
}

/** Runs of equal scores. */
function* ties(sorted: readonly Scored[]): Generator<readonly Scored[]> {
  for (let from = 0; from < sorted.length;) {
    let to = from + 1;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to++;
    yield sorted.slice(from, to);
    from = to;
  }
}
