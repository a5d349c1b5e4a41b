import * as l10n from '@vscode/l10n';
import { capitalized, formatLearningRate, formatShare } from '../../src/core/format.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../src/core/runs/metrics.js';
import { formatFraction, groupThousands } from '../shared/pageNumbers.js';
import { PAGE_WORDS, joinParts, say } from '../shared/pageWords.js';
import type { BaselineLine } from './baselineLines.js';
import type { Curves, MetricName } from '../../src/core/runs/runCurves.js';

interface Metric {
  readonly label: string;
  /** A value in the legend. */
  readonly format: (value: number) => string;
  /** A value on the axis: round numbers, without the zeros of the legend. */
  readonly formatTick: (value: number) => string;
}

const plain = (value: number): string => formatFraction(Number(value.toPrecision(6)), 6);
const percent = (value: number): string =>
  value.toLocaleString(PAGE_WORDS.locale, { style: 'percent', maximumFractionDigits: 4 });

function heldOutMetrics(): Record<HeldOutMetricName, Metric> {
  const entries = Object.entries(HELD_OUT_METRICS).map(([name, { label, format }]) => {
    const formatTick = format === formatShare ? percent : plain;
    return [
      name,
      {
        label: capitalized(say(label)),
        format: (value: number): string => format(value, PAGE_WORDS.locale),
        formatTick,
      },
    ] as const;
  });
  return Object.fromEntries(entries) as Record<HeldOutMetricName, Metric>;
}

/** The quantities that a chart can show. */
export const METRICS = {
  ...heldOutMetrics(),
  learningRate: {
    label: l10n.t('Learning rate'),
    format: formatLearningRate,
    formatTick: (value) => (value === 0 ? '0' : value.toExponential().replace('e+', 'e')),
  },
  tokensPerSecond: {
    label: l10n.t('Tokens per second'),
    format: groupThousands,
    formatTick: plain,
  },
} as const satisfies Record<MetricName, Metric>;
export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** Metrics of the first chart: the loss, and the same by another name. */
const LOSSES: readonly HeldOutMetricName[] = ['loss', 'meanSquaredError'];

/** Metrics that the second chart offers for a task. */
export function chartMetricsOf(taskMetrics: readonly HeldOutMetricName[]): MetricName[] {
  return [
    ...taskMetrics.filter((name) => !LOSSES.includes(name)),
    'learningRate',
    'tokensPerSecond',
  ];
}

/** Summary of a chart in one sentence, for screen readers. */
export function summarizeChart(
  curves: Curves,
  metric: MetricName,
  baselines: readonly BaselineLine[],
): string {
  const { label, format } = METRICS[metric];
  const parts: string[] = [];
  for (const line of ['smoothed', 'train', 'heldOut'] as const) {
    const { first, last } = curves.curve(metric, line);
    if (first === null || last === null) continue;
    if (line === 'train' && !curves.curve(metric, 'smoothed').isEmpty) continue;
    const values = [format(first.y), format(last.y), groupThousands(last.x)] as const;
    parts.push(
      line === 'heldOut'
        ? l10n.t('held-out from {0} to {1} at step {2}', ...values)
        : l10n.t('training from {0} to {1} at step {2}', ...values),
    );
  }
  if (parts.length > 0) {
    parts.push(...baselines.map(({ name, value }) => l10n.t('{0} at {1}', name, format(value))));
  }
  return parts.length === 0
    ? l10n.t('{0}: no values yet', label)
    : l10n.t('{0}: {1}', label, joinParts(parts));
}
