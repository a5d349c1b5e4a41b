import {
  capitalized,
  formatLearningRate,
  formatShare,
  groupThousands,
} from '../../src/core/format.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../src/core/runs/metrics.js';
import type { Curves, MetricName } from '../../src/core/runs/runCurves.js';

interface Metric {
  readonly label: string;
  /** A value in the legend. */
  readonly format: (value: number) => string;
  /** A value on the axis: round numbers, without the zeros of the legend. */
  readonly formatTick: (value: number) => string;
}

const plain = (value: number): string => Number(value.toPrecision(6)).toLocaleString('en-US');
const percent = (value: number): string => `${plain(value * 100)}%`;

function heldOutMetrics(): Record<HeldOutMetricName, Metric> {
  const entries = Object.entries(HELD_OUT_METRICS).map(([name, { label, format }]) => {
    const formatTick = format === formatShare ? percent : plain;
    return [name, { label: capitalized(label), format, formatTick }] as const;
  });
  return Object.fromEntries(entries) as Record<HeldOutMetricName, Metric>;
}

/** The quantities that a chart can show. */
export const METRICS = {
  ...heldOutMetrics(),
  learningRate: {
    label: 'Learning rate',
    format: formatLearningRate,
    formatTick: (value) => (value === 0 ? '0' : value.toExponential().replace('e+', 'e')),
  },
  tokensPerSecond: { label: 'Tokens per second', format: groupThousands, formatTick: plain },
} as const satisfies Record<MetricName, Metric>;
export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** What the second chart offers for the metrics of a task. */
export function chartMetricsOf(measured: readonly HeldOutMetricName[]): MetricName[] {
  return [...measured.filter((name) => name !== 'loss'), 'learningRate', 'tokensPerSecond'];
}

/** What a chart shows, in a sentence, for those who do not see it. */
export function summarizeChart(curves: Curves, metric: MetricName): string {
  const { label, format } = METRICS[metric];
  const parts: string[] = [];
  for (const [line, name] of [
    ['smoothed', 'training'],
    ['train', 'training'],
    ['heldOut', 'held-out'],
  ] as const) {
    const { first, last } = curves.curve(metric, line);
    if (first === null || last === null) continue;
    if (line === 'train' && !curves.curve(metric, 'smoothed').isEmpty) continue;
    parts.push(`${name} from ${format(first.y)} to ${format(last.y)} at step ${last.x}`);
  }
  return parts.length === 0 ? `${label}: no values yet` : `${label}: ${parts.join('; ')}`;
}
