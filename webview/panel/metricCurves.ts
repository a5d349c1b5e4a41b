import {
  capitalized,
  formatLearningRate,
  formatShare,
  groupThousands,
} from '../../src/core/format.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../src/core/objectives/metrics.js';
import type { MetricsRow } from '../../src/core/runs/schema.js';
import { Curve, MovingAverage } from './curve.js';

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
} as const satisfies Record<string, Metric>;
export type MetricName = keyof typeof METRICS;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** The lines of a chart. `smoothed` is the moving average of the training values. */
export const LINES = ['train', 'smoothed', 'heldOut'] as const;
export type Line = (typeof LINES)[number];

/** Quantities noisy enough from step to step to want a moving average over them. */
const SMOOTHED: ReadonlySet<MetricName> = new Set(['loss', 'perplexity']);

/** What the second chart offers for the metrics of a task. */
export function chartMetricsOf(measured: readonly HeldOutMetricName[]): MetricName[] {
  return [...measured.filter((name) => name !== 'loss'), 'learningRate', 'tokensPerSecond'];
}

/** Rows of single steps leave it out: it is the exponential of their loss. */
function perplexityOf({ perplexity, loss }: MetricsRow): number {
  return perplexity ?? Math.exp(loss);
}

/** The curves of a run, extended row by row. */
export class Curves {
  private readonly curves = new Map<string, Curve>();
  private readonly averages = new Map<MetricName, MovingAverage>();

  push(row: MetricsRow): void {
    // Test data is measured once: a number, not a curve.
    if (row.split === 'test') return;
    for (const metric of Object.keys(METRICS) as MetricName[]) {
      const value = metric === 'perplexity' ? perplexityOf(row) : row[metric];
      if (value === undefined) continue;
      this.curve(metric, row.split).push(row.step, value);
      if (row.split === 'train' && SMOOTHED.has(metric)) {
        let average = this.averages.get(metric);
        if (average === undefined) this.averages.set(metric, (average = new MovingAverage()));
        this.curve(metric, 'smoothed').push(row.step, average.push(value));
      }
    }
  }

  curve(metric: MetricName, line: Line): Curve {
    const key = `${metric}/${line}`;
    let curve = this.curves.get(key);
    if (curve === undefined) {
      curve = new Curve({ keep: line === 'smoothed' ? 'mean' : 'extremes' });
      this.curves.set(key, curve);
    }
    return curve;
  }
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
