import {
  groupCurve,
  overClock,
  smoothed,
  LEAST_FOR_BAND,
  type Columns,
  type GroupCurve,
} from '../../src/core/experiments/compare/groupCurve.js';
import type { ShownGroup } from '../../src/core/experiments/compare/comparedGroups.js';
import type { HeldOutMetricName } from '../../src/core/runs/metrics.js';
import type { CompareState } from './compareState.js';

/** Values of a chart: evaluations of a metric, or training values. */
export type CurveSource =
  | { readonly kind: 'heldOut'; readonly metric: HeldOutMetricName }
  | { readonly kind: 'train'; readonly metric: TrainCurveMetric };

/** Training values that the page compares. */
export const TRAIN_CURVE_METRICS = ['loss', 'learningRate', 'gradientNorm'] as const;
export type TrainCurveMetric = (typeof TRAIN_CURVE_METRICS)[number];

/** Curve of a group over the chosen x: a line, with a band if it has enough runs. */
export interface DrawnCurve {
  readonly line: Columns;
  readonly group: GroupCurve | null;
}

/** Mean over the runs of a group; the curve itself of a single run. */
export function curveOfGroup(
  { runs }: Pick<ShownGroup, 'runs'>,
  source: CurveSource,
  state: CompareState,
): DrawnCurve {
  const members = runs.flatMap(({ directory }) => {
    const curve = memberCurve(directory, source, state, runs.length === 1);
    if (curve === null || curve.xs.length === 0) return [];
    const { x } = state.view.curves;
    const clocks = state.clocks.get(directory);
    if (x === 'step') return [curve];
    return clocks === undefined ? [] : [overClock(curve, clocks[x])];
  });
  if (members.length === 1) return { line: members[0]!, group: null };
  const group = groupCurve(members);
  return {
    line: { xs: group.xs, ys: group.mean },
    group: members.length < LEAST_FOR_BAND ? null : group,
  };
}

/** Training values keep their spikes where one run is drawn without smoothing. */
function memberCurve(
  directory: string,
  source: CurveSource,
  state: CompareState,
  isAlone: boolean,
): Columns | null {
  if (source.kind === 'heldOut') return state.heldOut.get(directory)?.[source.metric] ?? null;
  const train = state.train.get(source.metric)?.get(directory);
  if (train === undefined) return null;
  const { smoothing } = state.view.curves;
  if (source.metric === 'learningRate') return train.means;
  return isAlone && smoothing === 0 ? train.extremes : smoothed(train.means, smoothing);
}
