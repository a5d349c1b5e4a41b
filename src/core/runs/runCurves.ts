import * as z from 'zod';
import { Curve, curveSnapshotSchema, type CurveSnapshot } from './curve.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from './metrics.js';
import type { MetricsRow } from './schema.js';

/** The quantities that a chart can show. */
export type MetricName = HeldOutMetricName | TrainingMetricName;

/** Quantities that training steps have, and evaluations do not. */
export const TRAINING_METRICS = [
  ...(['learningRate', 'gradientNorm', 'tokensPerSecond', 'memoryBytes', 'busyCores'] as const),
] as const;
export type TrainingMetricName = (typeof TRAINING_METRICS)[number];

export function isTrainingMetric(metric: MetricName): metric is TrainingMetricName {
  return (TRAINING_METRICS as readonly MetricName[]).includes(metric);
}

/** Every quantity of a chart, in the order in which they are offered. */
export const METRIC_NAMES: readonly MetricName[] = [
  ...(Object.keys(HELD_OUT_METRICS) as HeldOutMetricName[]),
  ...TRAINING_METRICS,
];

/** The splits that have curves. */
export const CURVE_SPLITS = ['train', 'heldOut'] as const;
export type CurveSplit = (typeof CURVE_SPLITS)[number];

/** Measures of the progress of a run besides its steps. */
export const CLOCKS = ['epoch', 'time'] as const;
export type Clock = (typeof CLOCKS)[number];

const curvesOfMetricsSchema = z.record(z.string(), curveSnapshotSchema);

/** Curves as they cross to a page: of each split, by metric. */
export const curvesSnapshotSchema = z.object({
  curves: z.object({
    train: curvesOfMetricsSchema,
    heldOut: curvesOfMetricsSchema,
  }),
  /** Epochs and seconds of training by step. */
  clocks: z.object({ epoch: curveSnapshotSchema, time: curveSnapshotSchema }),
});
export type CurvesSnapshot = z.infer<typeof curvesSnapshotSchema>;

/** The curves of a run, extended row by row. */
export class Curves {
  private readonly curves: Record<CurveSplit, Map<string, Curve>> = {
    train: new Map(),
    heldOut: new Map(),
  };
  private readonly clocks: Record<Clock, Curve> = { epoch: new Curve(), time: new Curve() };

  static restore({ curves, clocks }: CurvesSnapshot): Curves {
    const restored = new Curves();
    for (const split of CURVE_SPLITS) {
      for (const [metric, curve] of Object.entries(curves[split])) {
        restored.curves[split].set(metric, Curve.restore(curve));
      }
    }
    for (const clock of CLOCKS) restored.clocks[clock] = Curve.restore(clocks[clock]);
    return restored;
  }

  snapshot(): CurvesSnapshot {
    const snapshots = (all: ReadonlyMap<string, Curve>): Record<string, CurveSnapshot> =>
      Object.fromEntries([...all].map(([metric, curve]) => [metric, curve.snapshot()]));
    const { train, heldOut } = this.curves;
    return {
      curves: { train: snapshots(train), heldOut: snapshots(heldOut) },
      clocks: { epoch: this.clocks.epoch.snapshot(), time: this.clocks.time.snapshot() },
    };
  }

  push(row: MetricsRow): void {
    // Test data is evaluated once: a number, not a curve.
    if (row.split === 'test') return;
    for (const clock of CLOCKS) this.clocks[clock].push(row.step, row[clock]);
    for (const metric of METRIC_NAMES) {
      const value = metric === 'perplexity' ? perplexityOf(row) : row[metric];
      if (value === undefined) continue;
      this.curve(metric, row.split).push(row.step, value);
    }
  }

  /** Epochs or seconds of training by step. */
  clock(clock: Clock): Curve {
    return this.clocks[clock];
  }

  curve(metric: MetricName, split: CurveSplit): Curve {
    const curves = this.curves[split];
    let curve = curves.get(metric);
    if (curve === undefined) curves.set(metric, (curve = new Curve()));
    return curve;
  }
}

/** Rows of single steps leave it out: it is the exponential of their loss. */
function perplexityOf({ perplexity, loss }: MetricsRow): number {
  return perplexity ?? Math.exp(loss);
}
