import path from 'node:path';
import { RUN_FILES, metricsRowSchema, type MetricsRow } from '../../core/runs/schema.js';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { statFile } from '../files/descriptors.js';
import { JsonLinesTail } from './jsonLinesTail.js';

/** About two million rows, which take about a gigabyte of memory. */
const MAX_METRICS_BYTES = 1 << 28;

/**
 * All metrics of a run, in the order in which they were written; empty without a file. Rejects with
 * `UserInput` for a file whose rows would not fit in memory.
 */
export async function readMetrics(directory: string): Promise<MetricsRow[]> {
  const file = path.join(directory, RUN_FILES.metrics);
  if (((await statFile(file))?.size ?? 0) > MAX_METRICS_BYTES) {
    const limit = { bytes: MAX_METRICS_BYTES };
    throw inputError(problem('runs.metricsTooLarge', { file, limit }));
  }
  const all: MetricsRow[] = [];
  const tail = new JsonLinesTail(file, metricsRowSchema, (rows) => {
    for (const row of rows) all.push(row);
  });
  if ((await tail.look()) !== 'same') await tail.read(() => false);
  return all;
}
