import * as l10n from '@vscode/l10n';
import { capitalized, formatLearningRate, formatShare } from '../../src/core/format.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../src/core/runs/metrics.js';
import type { MetricName } from '../../src/core/runs/runCurves.js';
import { formatBytes, formatFixed, formatFraction, groupThousands } from './pageNumbers.js';
import { PAGE_WORDS, say } from './pageWords.js';

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
  gradientNorm: {
    label: l10n.t('Gradient norm'),
    format: (value) => plain(Number(value.toPrecision(3))),
    formatTick: plain,
  },
  memoryBytes: { label: l10n.t('Memory'), format: formatBytes, formatTick: formatBytes },
  busyCores: {
    label: l10n.t('Busy processor cores'),
    format: (value) => formatFixed(value, 2),
    formatTick: plain,
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
