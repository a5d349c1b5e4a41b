import { formatLoss, formatPerplexity, formatShare } from '../format.js';
import { message, type Argument, type Message } from '../messages/message.js';
import type { MetricsRow, RunState } from './schema.js';

interface HeldOutMetric {
  readonly label: Message;
  readonly explanation: Message;
  /** Whether higher or lower values are better. */
  readonly better: 'more' | 'less';
  readonly format: (value: number | null | undefined, locale?: string) => string;
  /** A finite value as a part of a message. */
  readonly argument: (value: number) => Argument;
}

const LOSS = { format: formatLoss, argument: (loss: number): Argument => ({ loss }) };
const PERPLEXITY = {
  format: formatPerplexity,
  argument: (perplexity: number): Argument => ({ perplexity }),
};
const SHARE = { format: formatShare, argument: (share: number): Argument => ({ share }) };

/** Metrics of an evaluation on held-out data. */
export const HELD_OUT_METRICS = {
  loss: {
    label: message('metric.loss'),
    explanation: message('metric.loss.explanation'),
    better: 'less',
    ...LOSS,
  },
  perplexity: {
    label: message('metric.perplexity'),
    explanation: message('metric.perplexity.explanation'),
    better: 'less',
    ...PERPLEXITY,
  },
  maskedAccuracy: {
    label: message('metric.maskedAccuracy'),
    explanation: message('metric.maskedAccuracy.explanation'),
    better: 'more',
    ...SHARE,
  },
  accuracy: {
    label: message('metric.accuracy'),
    explanation: message('metric.accuracy.explanation'),
    better: 'more',
    ...SHARE,
  },
  macroF1: {
    label: message('metric.macroF1'),
    explanation: message('metric.macroF1.explanation'),
    better: 'more',
    ...LOSS,
  },
  microF1: {
    label: message('metric.microF1'),
    explanation: message('metric.microF1.explanation'),
    better: 'more',
    ...LOSS,
  },
  matthewsCorrelation: {
    label: message('metric.matthewsCorrelation'),
    explanation: message('metric.matthewsCorrelation.explanation'),
    better: 'more',
    ...LOSS,
  },
  meanSquaredError: {
    label: message('metric.meanSquaredError'),
    explanation: message('metric.meanSquaredError.explanation'),
    better: 'less',
    ...LOSS,
  },
  meanAbsoluteError: {
    label: message('metric.meanAbsoluteError'),
    explanation: message('metric.meanAbsoluteError.explanation'),
    better: 'less',
    ...LOSS,
  },
  correlation: {
    label: message('metric.correlation'),
    explanation: message('metric.correlation.explanation'),
    better: 'more',
    ...LOSS,
  },
  rSquared: {
    label: message('metric.rSquared'),
    explanation: message('metric.rSquared.explanation'),
    better: 'more',
    ...LOSS,
  },
} as const satisfies Partial<Record<keyof MetricsRow, HeldOutMetric>>;
export type HeldOutMetricName = keyof typeof HELD_OUT_METRICS;
export const HELD_OUT_METRIC_NAMES = Object.keys(HELD_OUT_METRICS) as HeldOutMetricName[];

/**
 * Metrics of a task. The first is shown first, decides which evaluation is the best, and compares the
 * finished model with its baselines.
 */
export type TaskMetrics = readonly [HeldOutMetricName, ...HeldOutMetricName[]];

/** The value of each metric that an evaluation computed. */
export type HeldOutMetrics = { readonly loss: number } & {
  readonly [Name in HeldOutMetricName]?: number;
};

export function isHeldOutMetric(name: string): name is HeldOutMetricName {
  return Object.hasOwn(HELD_OUT_METRICS, name);
}

/** `accuracy 91.2%` */
export function metricMessage(name: string, value: number): Message {
  return message('metric.value', { metric: labelOf(name), value: valueOf(name, value) });
}

function labelOf(name: string): Message | string {
  return isHeldOutMetric(name) ? HELD_OUT_METRICS[name].label : name;
}

/** JSON has no infinity, so that is passed as text. */
function valueOf(name: string, value: number): Argument {
  const { format, argument } = isHeldOutMetric(name) ? HELD_OUT_METRICS[name] : LOSS;
  return Number.isFinite(value) ? argument(value) : format(value);
}

/** First metric of the latest evaluation, such as `accuracy 91.2%`; `null` without an evaluation. */
export function headline(
  [name]: TaskMetrics,
  { latest }: Pick<RunState, 'latest'>,
): Message | null {
  const value = latest?.[name];
  return value === undefined ? null : metricMessage(name, value);
}

/** The same with its value before the first step: `perplexity 12.3 → 9.1`. */
export function outcome(
  [name]: TaskMetrics,
  { before, latest }: Pick<RunState, 'before' | 'latest'>,
): Message | null {
  const now = latest?.[name];
  if (now === undefined) return null;
  const was = before?.[name];
  if (was === undefined) return metricMessage(name, now);
  return message('metric.change', {
    metric: labelOf(name),
    before: valueOf(name, was),
    after: valueOf(name, now),
  });
}

/** The best evaluation. A loss is shown as perplexity if the task has that metric. */
export function bestMetric(
  metrics: TaskMetrics,
  { metric, value }: NonNullable<RunState['best']>,
): Message {
  return metric === 'loss' && metrics.includes('perplexity')
    ? metricMessage('perplexity', Math.exp(value))
    : metricMessage(metric, value);
}
