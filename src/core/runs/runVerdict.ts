import { message, type Message } from '../messages/message.js';
import type { RunBaselines } from './baselineMetrics.js';
import {
  HELD_OUT_METRICS,
  isHeldOutMetric,
  metricMessage,
  type HeldOutMetricName,
  type TaskMetrics,
} from './metrics.js';
import type { BaselineNames, Verdict, Yardstick } from './verdictSchema.js';

type Metrics = Readonly<Record<string, number>>;

export interface JudgedRun {
  readonly before: Metrics | null;
  readonly latest: Metrics | null;
  /** The best evaluation. */
  readonly best?: { readonly metric: string } | null;
  readonly test?: Metrics;
  readonly baselines?: RunBaselines;
}

/**
 * Compares a finished run with the model before training and with its baselines, on test data if
 * there is any, by the metric that chose its best evaluation. A model that ties must have a lower
 * loss. `null` without an evaluation.
 */
export function judge(
  { before, latest, best, test, baselines }: JudgedRun,
  {
    metrics: [first],
    baselineNames,
  }: { readonly metrics: TaskMetrics; readonly baselineNames: BaselineNames | null },
): Verdict | null {
  const metric = best && isHeldOutMetric(best.metric) ? best.metric : first;
  if (latest?.[metric] === undefined) return null;
  const onTest = test !== undefined && baselines?.test !== undefined;
  const judged = onTest ? test : latest;
  const references = onTest ? baselines.test : baselines?.heldOut;
  const notBeaten: Verdict['notBeaten'] = [];
  const compare = (yardstick: Yardstick, own: Metrics, reference: Metrics | undefined): void => {
    const value = reference?.[metric];
    if (value === undefined || reference === undefined) return;
    if (!isBetter(own, reference, metric)) notBeaten.push({ yardstick, value });
  };
  compare('before', latest, before ?? undefined);
  if (baselineNames !== null) {
    compare(baselineNames.constant, judged, references?.constant);
    compare(baselineNames.bagOfWords, judged, references?.bagOfWords);
  }
  return { metric, split: onTest ? 'test' : 'heldOut', value: judged[metric]!, notBeaten };
}

function isBetter(own: Metrics, other: Metrics, metric: HeldOutMetricName): boolean {
  const gain = (own[metric] ?? NaN) - (other[metric] ?? NaN);
  if (gain !== 0) return HELD_OUT_METRICS[metric].better === 'more' ? gain > 0 : gain < 0;
  return own['loss']! < other['loss']!;
}

/** Whether a finished run deserves a warning. */
export function fallsShort(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.notBeaten.length > 0;
}

/** `The model (accuracy 61.0%) does not beat a bag of words (70.0%).`; `null` for one that learned. */
export function verdictMessage(verdict: Verdict | undefined): Message | null {
  if (verdict === undefined || !fallsShort(verdict)) return null;
  const { metric, split, value, notBeaten } = verdict;
  const others = notBeaten.map((other) => {
    const shown = metricMessage(metric, other.value);
    // The model before training is compared on held-out data only.
    const isOther = other.yardstick === 'before' && split === 'test';
    const text = isOther ? 'verdict.beforeHeldOut' : YARDSTICK_TEXT[other.yardstick];
    return message(text, { value: shown });
  });
  return message('verdict.notBeaten', {
    value: metricMessage(metric, value),
    others: { list: others, join: 'or' },
  });
}

const YARDSTICK_TEXT = {
  before: 'verdict.before',
  mostFrequent: 'verdict.mostFrequent',
  mean: 'verdict.mean',
  bagOfWords: 'verdict.bagOfWords',
  wordLabels: 'verdict.wordLabels',
} as const satisfies Record<Yardstick, string>;
