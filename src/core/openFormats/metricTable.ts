import { metricPoints, type ExportedRun } from './exportedRun.js';

/** Columns of the long table, in this order and with these names in every release. */
export const METRIC_COLUMNS = [
  'run',
  'name',
  'experiment',
  'group',
  'seed',
  'step',
  'epoch',
  'time',
  'split',
  'metric',
  'value',
] as const;
export type MetricColumn = (typeof METRIC_COLUMNS)[number];

/** One row per value of a metric. */
export function* metricRows(
  runs: readonly ExportedRun[],
): Generator<Readonly<Record<MetricColumn, string | number>>> {
  for (const run of runs) {
    const { id, name, experiment, group, seed } = run;
    for (const { step, epoch, time, split, metric, value } of metricPoints(run)) {
      yield { run: id, name, experiment, group, seed, step, epoch, time, split, metric, value };
    }
  }
}

/**
 * One row per run: its identity, its parameters, and the last value of each metric as
 * `split.metric`. Columns are those of all runs.
 */
export function runTable(runs: readonly ExportedRun[]): {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
} {
  const records = runs.map((run) => {
    const { id, name, experiment, group, seed, status } = run;
    const record: Record<string, unknown> = { run: id, name, experiment, group, seed, status };
    Object.assign(record, run.parameters);
    for (const { split, metric, value } of metricPoints(run)) record[`${split}.${metric}`] = value;
    return record;
  });
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((name) => record[name] ?? null)) };
}
