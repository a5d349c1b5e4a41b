import { formatLoss, formatPerplexity, formatShare } from '../format.js';
import type { MetricsRow, RunState } from './schema.js';

interface HeldOutMetric {
  readonly label: string;
  readonly explanation: string;
  /** Whether more or less of it is better. */
  readonly better: 'more' | 'less';
  readonly format: (value: number | null | undefined) => string;
}

/** What is measured on held-out data. */
export const HELD_OUT_METRICS = {
  loss: {
    label: 'loss',
    explanation: 'Mean loss on data that the model is not trained on; lower is better',
    better: 'less',
    format: formatLoss,
  },
  perplexity: {
    label: 'perplexity',
    explanation: 'Exponential of the held-out loss; lower is better',
    better: 'less',
    format: formatPerplexity,
  },
  maskedAccuracy: {
    label: 'masked accuracy',
    explanation: 'Share of held-out masked tokens whose top prediction is the original',
    better: 'more',
    format: formatShare,
  },
  accuracy: {
    label: 'accuracy',
    explanation: 'Share of held-out labels predicted right',
    better: 'more',
    format: formatShare,
  },
  macroF1: {
    label: 'macro F1',
    explanation: 'Mean over the labels of F1, which weighs rare labels as much as frequent ones',
    better: 'more',
    format: formatLoss,
  },
  meanSquaredError: {
    label: 'mean squared error',
    explanation: 'Of held-out predictions; lower is better',
    better: 'less',
    format: formatLoss,
  },
  meanAbsoluteError: {
    label: 'mean absolute error',
    explanation: 'How far held-out predictions are off; lower is better',
    better: 'less',
    format: formatLoss,
  },
  correlation: {
    label: 'correlation',
    explanation: "Pearson's, of held-out predictions with the numbers of the data",
    better: 'more',
    format: formatLoss,
  },
} as const satisfies Partial<Record<keyof MetricsRow, HeldOutMetric>>;
export type HeldOutMetricName = keyof typeof HELD_OUT_METRICS;
export const HELD_OUT_METRIC_NAMES = Object.keys(HELD_OUT_METRICS) as HeldOutMetricName[];

/** Metrics of a task. The first decides which evaluation is the best and is shown first. */
export type TaskMetrics = readonly [HeldOutMetricName, ...HeldOutMetricName[]];

/** The value of each metric that an evaluation computed. */
export type HeldOutMetrics = { readonly loss: number } & {
  readonly [Name in HeldOutMetricName]?: number;
};

export function isHeldOutMetric(name: string): name is HeldOutMetricName {
  return Object.hasOwn(HELD_OUT_METRICS, name);
}

/** `accuracy 91.2%` */
export function metricText(name: string, value: number): string {
  if (!isHeldOutMetric(name)) return `${name} ${formatLoss(value)}`;
  const { label, format } = HELD_OUT_METRICS[name];
  return `${label} ${format(value)}`;
}

/** The first metric at the latest evaluation, such as `accuracy 91.2%`; `null` without one. */
export function headlineText(
  [name]: TaskMetrics,
  { latest }: Pick<RunState, 'latest'>,
): string | null {
  const value = latest?.[name];
  return value === undefined ? null : metricText(name, value);
}

/** The same with its value before the first step: `perplexity 12.3 → 9.1`. */
export function outcomeText(
  [name]: TaskMetrics,
  { before, latest }: Pick<RunState, 'before' | 'latest'>,
): string | null {
  const now = latest?.[name];
  if (now === undefined) return null;
  const { label, format } = HELD_OUT_METRICS[name];
  const was = before?.[name];
  return was === undefined ? `${label} ${format(now)}` : `${label} ${format(was)} → ${format(now)}`;
}

/** The best evaluation. A loss is shown as its perplexity where the task has that metric. */
export function bestText(
  metrics: TaskMetrics,
  { metric, value }: NonNullable<RunState['best']>,
): string {
  return metric === 'loss' && metrics.includes('perplexity')
    ? metricText('perplexity', Math.exp(value))
    : metricText(metric, value);
}
