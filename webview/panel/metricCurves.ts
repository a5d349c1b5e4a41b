import * as l10n from '@vscode/l10n';
import type { RunAlert } from '../../src/core/runs/alertSchema.js';
import type { HeldOutMetricName } from '../../src/core/runs/metrics.js';
import { METRICS } from '../shared/metricTexts.js';
import { groupThousands } from '../shared/pageNumbers.js';
import { joinParts, plural } from '../shared/pageWords.js';
import type { BaselineLine } from './baselineLines.js';
import {
  CURVE_SPLITS,
  TRAINING_METRICS,
  type Curves,
  type MetricName,
} from '../../src/core/runs/runCurves.js';

/** Metrics of the first chart: the loss, and the same by another name. */
const LOSSES: readonly HeldOutMetricName[] = ['loss', 'meanSquaredError'];

/** Metrics that the second chart offers for a task. */
export function chartMetricsOf(taskMetrics: readonly HeldOutMetricName[]): MetricName[] {
  return [...taskMetrics.filter((name) => !LOSSES.includes(name)), ...TRAINING_METRICS];
}

/** Marks of a chart besides its curves. */
export interface ChartMarks {
  readonly baselines: readonly BaselineLine[];
  readonly alerts: readonly RunAlert[];
}

/** Steps of alerts, of which there is at least one. */
export function alertSteps(alerts: readonly RunAlert[]): string {
  const steps = joinParts(alerts.map(({ step }) => groupThousands(step)));
  return plural(
    alerts.length,
    l10n.t('alert at step {0}', steps),
    l10n.t('alerts at steps {0}', steps),
  );
}

/** Summary of a chart in one sentence, for screen readers. */
export function summarizeChart(
  curves: Curves,
  metric: MetricName,
  { baselines, alerts }: ChartMarks,
): string {
  const { label, format } = METRICS[metric];
  const parts: string[] = [];
  for (const split of CURVE_SPLITS) {
    const { first, last } = curves.curve(metric, split);
    if (first === null || last === null) continue;
    const values = [format(first.y), format(last.y), groupThousands(last.x)] as const;
    parts.push(
      split === 'heldOut'
        ? l10n.t('held-out from {0} to {1} at step {2}', ...values)
        : l10n.t('training from {0} to {1} at step {2}', ...values),
    );
  }
  if (parts.length > 0) {
    parts.push(...baselines.map(({ name, value }) => l10n.t('{0} at {1}', name, format(value))));
    if (alerts.length > 0) parts.push(alertSteps(alerts));
  }
  return parts.length === 0
    ? l10n.t('{0}: no values yet', label)
    : l10n.t('{0}: {1}', label, joinParts(parts));
}
