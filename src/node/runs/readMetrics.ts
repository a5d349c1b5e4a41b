import path from 'node:path';
import { RUN_FILES, metricsRowSchema, type MetricsRow } from '../../core/runs/schema.js';
import { JsonLinesTail } from './jsonLinesTail.js';

/** All metrics of a run, in the order in which they were written; empty without a file. */
export async function readMetrics(directory: string): Promise<MetricsRow[]> {
  const all: MetricsRow[] = [];
  const tail = new JsonLinesTail(
    path.join(directory, RUN_FILES.metrics),
    metricsRowSchema,
    (rows) => {
      for (const row of rows) all.push(row);
    },
  );
  if ((await tail.look()) !== 'same') await tail.read(() => false);
  return all;
}
