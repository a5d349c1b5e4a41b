import type { ComparedRun } from '../../core/experiments/comparison.js';
import type { ExportedRun } from '../../core/openFormats/exportedRun.js';
import { parametersOfFacts } from '../../core/specs/runFacts.js';
import { readMetrics } from '../runs/readMetrics.js';

/** Reads parameters and metrics of a run for tools of others. */
export async function readExportedRun({
  id,
  directory,
  name,
  status,
  facts,
  state,
}: ComparedRun): Promise<ExportedRun> {
  const { experiment, group, seed, createdAt, study } = facts;
  return {
    ...{ id, name, experiment, group, seed, status },
    study: study?.id ?? null,
    startedAt: Date.parse(state?.startedAt ?? createdAt),
    parameters: parametersOfFacts(facts),
    rows: await readMetrics(directory),
  };
}
