import type { ParameterValue } from '../specs/runParameters.js';
import type { MetricsRow } from '../runs/schema.js';
import type { ObservedStatus } from '../runs/status.js';

/** A run as tools of others take it. */
export interface ExportedRun {
  readonly id: string;
  readonly name: string;
  /** Slug of the experiment. */
  readonly experiment: string;
  /** Equal for runs that differ in nothing but their seed. */
  readonly group: string;
  readonly seed: number;
  /** Study or sweep that the run belongs to; `null` for none. */
  readonly study: string | null;
  readonly status: ObservedStatus;
  /** Milliseconds since 1970 at which the training started; that of the creation for a run that waits. */
  readonly startedAt: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly rows: readonly MetricsRow[];
}

/** One value of a metric. Values that are not finite are kept. */
export interface MetricPoint {
  readonly step: number;
  readonly epoch: number;
  /** Seconds of training. */
  readonly time: number;
  readonly split: MetricsRow['split'];
  readonly metric: string;
  readonly value: number;
}

const PLACE: ReadonlySet<string> = new Set<keyof MetricsRow>(['step', 'epoch', 'time', 'split']);

/** Every value of every metric, in the order in which they were written. */
export function metricPoints({ rows }: Pick<ExportedRun, 'rows'>): MetricPoint[] {
  return rows.flatMap((row) => {
    const { step, epoch, time, split } = row;
    return Object.entries(row).flatMap(([metric, value]) =>
      PLACE.has(metric) || typeof value !== 'number'
        ? []
        : [{ step, epoch, time, split, metric, value }],
    );
  });
}

/** A name that every system and every tool accepts as a file name. */
export function safeName(name: string): string {
  const safe = name
    .replaceAll(/[^A-Za-z0-9 _.-]+/g, '_')
    .replaceAll(/^\.+/g, '_')
    .trim();
  return safe === '' ? 'run' : safe.slice(0, 120);
}
