import * as l10n from '@vscode/l10n';
import { capitalized } from '../../src/core/format.js';
import type { BaselineMetrics } from '../../src/core/runs/baselineMetrics.js';
import { HELD_OUT_METRICS, isHeldOutMetric } from '../../src/core/runs/metrics.js';
import type { MetricName } from '../../src/core/runs/runCurves.js';
import type { Yardstick } from '../../src/core/runs/verdictSchema.js';
import { PAGE_WORDS, say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

export type BaselineId = keyof BaselineMetrics;
/** In the order of the lines in a chart. */
export const BASELINES: readonly BaselineId[] = ['bagOfWords', 'constant'];

/** A baseline as a level line in a chart. */
export interface BaselineLine {
  readonly id: BaselineId;
  readonly name: string;
  readonly value: number;
}

const NAMES: Readonly<Record<Yardstick, string>> = {
  before: l10n.t('before training'),
  mostFrequent: l10n.t('most frequent label'),
  mean: l10n.t('mean of the data'),
  bagOfWords: l10n.t('bag of words'),
  wordLabels: l10n.t('most frequent label of each word'),
};

/** Held-out baselines of a run that have a metric. */
export function baselineLinesOf(
  { run }: Pick<PanelModel, 'run'>,
  metric: MetricName,
): readonly BaselineLine[] {
  const baselines = run?.state?.baselines?.heldOut;
  const names = run?.baselineNames;
  if (baselines === undefined || !names || !isHeldOutMetric(metric)) return [];
  return BASELINES.flatMap((id) => {
    const value = baselines[id][metric];
    return value === undefined ? [] : [{ id, name: NAMES[names[id]], value }];
  });
}

/** Name and value of the bag of words on held-out data, beside the model's first metric. */
export function bagOfWordsTile({ run }: PanelModel): { value: string; note: string } | null {
  const baselines = run?.state?.baselines?.heldOut;
  if (run === null || baselines === undefined) return null;
  const [name] = run.metrics;
  const { format, label } = HELD_OUT_METRICS[name];
  return {
    value: format(baselines.bagOfWords[name], PAGE_WORDS.locale),
    note: l10n.t(
      '{0}; {1} for a constant answer',
      capitalized(say(label)),
      format(baselines.constant[name], PAGE_WORDS.locale),
    ),
  };
}
