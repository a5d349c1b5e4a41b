import * as z from 'zod';
import { Curve, curveSnapshotSchema, MovingAverage, movingAverageSchema } from './curve.js';
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

/** The lines of a chart. `smoothed` is the moving average of the training values. */
export const LINES = ['train', 'smoothed', 'heldOut'] as const;
export type Line = (typeof LINES)[number];

/** Measures of the progress of a run besides its steps. */
export const CLOCKS = ['epoch', 'time'] as const;
export type Clock = (typeof CLOCKS)[number];

/** Quantities noisy enough from step to step to want a moving average over them. */
const SMOOTHED: ReadonlySet<MetricName> = new Set(['loss', 'perplexity']);

const curvesOfMetricsSchema = z.record(z.string(), curveSnapshotSchema);

/** Curves as they cross to a page: of each line, by metric. */
export const curvesSnapshotSchema = z.object({
  curves: z.object({
    train: curvesOfMetricsSchema,
    smoothed: curvesOfMetricsSchema,
    heldOut: curvesOfMetricsSchema,
  }),
  averages: z.record(z.string(), movingAverageSchema),
  /** Epochs and seconds of training by step. */
  clocks: z.object({ epoch: curveSnapshotSchema, time: curveSnapshotSchema }),
});
export type CurvesSnapshot = z.infer<typeof curvesSnapshotSchema>;

/** The curves of a run, extended row by row. */
export class Curves {
  private readonly curves: Record<Line, Map<string, Curve>> = {
    train: new Map(),
    smoothed: new Map(),
    heldOut: new Map(),
  };
  private readonly averages = new Map<string, MovingAverage>();
  private readonly clocks: Record<Clock, Curve> = { epoch: new Curve(), time: new Curve() };

  static restore({ curves, averages, clocks }: CurvesSnapshot): Curves {
    const restored = new Curves();
    for (const line of LINES) {
      for (const [metric, curve] of Object.entries(curves[line])) {
        restored.curves[line].set(metric, Curve.restore(curve));
      }
    }
    for (const [metric, average] of Object.entries(averages)) {
      restored.averages.set(metric, MovingAverage.restore(average));
    }
    for (const clock of CLOCKS) restored.clocks[clock] = Curve.restore(clocks[clock]);
    return restored;
  }

  snapshot(): CurvesSnapshot {
    const snapshots = <T>(all: ReadonlyMap<string, { snapshot(): T }>): Record<string, T> =>
      Object.fromEntries([...all].map(([key, one]) => [key, one.snapshot()]));
    const { train, smoothed, heldOut } = this.curves;
    return {
      curves: {
        train: snapshots(train),
        smoothed: snapshots(smoothed),
        heldOut: snapshots(heldOut),
      },
      averages: snapshots(this.averages),
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
      if (row.split === 'train' && SMOOTHED.has(metric)) {
        let average = this.averages.get(metric);
        if (average === undefined) this.averages.set(metric, (average = new MovingAverage()));
        this.curve(metric, 'smoothed').push(row.step, average.push(value));
      }
    }
  }

  /** Epochs or seconds of training by step. */
  clock(clock: Clock): Curve {
    return this.clocks[clock];
  }

  curve(metric: MetricName, line: Line): Curve {
    const curves = this.curves[line];
    let curve = curves.get(metric);
    if (curve === undefined) {
      curve = new Curve({ keep: line === 'smoothed' ? 'mean' : 'extremes' });
      curves.set(metric, curve);
    }
    return curve;
  }
}

/** Rows of single steps leave it out: it is the exponential of their loss. */
function perplexityOf({ perplexity, loss }: MetricsRow): number {
  return perplexity ?? Math.exp(loss);
}
