import type { EvaluationReport } from '../../../src/core/runs/evaluationReport.js';
import { isHeldOutMetric, metricMessage } from '../../../src/core/runs/metrics.js';
import { say } from '../../shared/pageWords.js';

/** `accuracy 91.2% · macro F1 0.905 · loss 0.231` */
export function metricsText({ metrics }: Pick<EvaluationReport, 'metrics'>): string {
  return Object.entries(metrics)
    .filter(([name]) => isHeldOutMetric(name))
    .map(([name, value]) => say(metricMessage(name, value)))
    .join(' · ');
}
