import { formatLoss, formatPerplexity, formatShare } from '../format.js';
import type { MetricsRow, RunState, TaskSpec } from './schema.js';

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
export type TaskKind = TaskSpec['kind'];

/** The metrics of a task: the one that tells most first. */
export const TASK_METRICS = {
  'masked-lm': ['perplexity', 'loss', 'maskedAccuracy'],
  classification: ['accuracy', 'macroF1', 'loss'],
  'token-classification': ['accuracy', 'macroF1', 'loss'],
  regression: ['correlation', 'meanAbsoluteError', 'loss'],
} as const satisfies Record<TaskKind, readonly HeldOutMetricName[]>;

export function isHeldOutMetric(name: string): name is HeldOutMetricName {
  return Object.hasOwn(HELD_OUT_METRICS, name);
}

/** `accuracy 91.2%` */
export function metricText(name: string, value: number): string {
  if (!isHeldOutMetric(name)) return `${name} ${formatLoss(value)}`;
  const { label, format } = HELD_OUT_METRICS[name];
  return `${label} ${format(value)}`;
}

/** The metric that tells most, at the latest measurement; null where there was none. */
export function headlineText(task: TaskKind, { latest }: Pick<RunState, 'latest'>): string | null {
  const [name] = TASK_METRICS[task];
  const value = latest?.[name];
  return value === undefined ? null : metricText(name, value);
}

/** The same with what it was before the first step: `perplexity 12.3 → 9.1`. */
export function outcomeText(
  task: TaskKind,
  { before, latest }: Pick<RunState, 'before' | 'latest'>,
): string | null {
  const [name] = TASK_METRICS[task];
  const now = latest?.[name];
  if (now === undefined) return null;
  const { label, format } = HELD_OUT_METRICS[name];
  const was = before?.[name];
  return was === undefined ? `${label} ${format(now)}` : `${label} ${format(was)} → ${format(now)}`;
}

/** The best measurement; a loss of masked words shows as its perplexity, like everywhere. */
export function bestText(task: TaskKind, { metric, value }: NonNullable<RunState['best']>): string {
  return task === 'masked-lm' && metric === 'loss'
    ? metricText('perplexity', Math.exp(value))
    : metricText(metric, value);
}
