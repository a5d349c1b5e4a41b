import * as z from 'zod';
import { Curves, curvesSnapshotSchema } from './runCurves.js';
import {
  logRowSchema,
  metricsRowSchema,
  sampleRowSchema,
  type LogRow,
  type MetricsRow,
  type SampleRow,
} from './schema.js';

/** Rows that a trainer appended, by file. */
export const runRowsSchema = z.object({
  metrics: z.array(metricsRowSchema),
  log: z.array(logRowSchema),
  samples: z.array(sampleRowSchema),
});
export type RunRows = z.infer<typeof runRowsSchema>;

/** Summary of all rows of a run in bounded memory. `curves` is extended in place. */
export interface RunHistory {
  readonly curves: Curves;
  readonly train: MetricsRow | null;
  readonly heldOutBefore: MetricsRow | null;
  readonly heldOut: MetricsRow | null;
  /** Newest last, at most `LOG_ROWS`. */
  readonly log: readonly LogRow[];
  readonly firstSamples: SampleRow | null;
  readonly latestSamples: SampleRow | null;
}

export const LOG_ROWS = 300;

/** A history as it crosses to a page: its size does not depend on the length of the run. */
export const historySnapshotSchema = z.object({
  curves: curvesSnapshotSchema,
  train: metricsRowSchema.nullable(),
  heldOutBefore: metricsRowSchema.nullable(),
  heldOut: metricsRowSchema.nullable(),
  log: z.array(logRowSchema),
  firstSamples: sampleRowSchema.nullable(),
  latestSamples: sampleRowSchema.nullable(),
});
export type HistorySnapshot = z.infer<typeof historySnapshotSchema>;

export function emptyHistory(): RunHistory {
  return {
    curves: new Curves(),
    train: null,
    heldOutBefore: null,
    heldOut: null,
    log: [],
    firstSamples: null,
    latestSamples: null,
  };
}

/** Adds rows; costs as much as there are new ones, however long the run. */
export function extendHistory(history: RunHistory, rows: RunRows): RunHistory {
  let { train, heldOut, heldOutBefore } = history;
  for (const row of rows.metrics) {
    history.curves.push(row);
    if (row.split === 'train') {
      train = row;
    } else if (row.split === 'heldOut') {
      heldOutBefore ??= row;
      heldOut = row;
    }
  }
  const log = rows.log.length === 0 ? history.log : [...history.log, ...rows.log].slice(-LOG_ROWS);
  return {
    curves: history.curves,
    train,
    heldOut,
    heldOutBefore,
    log,
    firstSamples: history.firstSamples ?? rows.samples[0] ?? null,
    latestSamples: rows.samples.at(-1) ?? history.latestSamples,
  };
}

export function snapshotOf(history: RunHistory): HistorySnapshot {
  return { ...history, curves: history.curves.snapshot(), log: [...history.log] };
}

export function historyOf(snapshot: HistorySnapshot): RunHistory {
  return { ...snapshot, curves: Curves.restore(snapshot.curves) };
}
