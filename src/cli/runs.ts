import path from 'node:path';
import { listRuns, runsFolderOf, type RunSummary } from '../node/runDirectory.js';
import { parseOptions } from './usage.js';
import { formatLoss } from '../core/format.js';

/** `masklab runs`: the runs of a runs folder, newest first. */
export async function runsCommand(args: string[]): Promise<void> {
  const { values } = parseOptions({
    args,
    options: { out: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const runsFolder = path.resolve(values.out ?? runsFolderOf(process.cwd()));
  const runs = await listRuns(runsFolder);
  if (values.json) {
    console.log(JSON.stringify(runs.map(asRow)));
    return;
  }
  if (runs.length === 0) {
    console.log(`No runs in ${runsFolder} yet. "masklab train --data <folder>" makes one.`);
    return;
  }
  for (const run of runs) {
    const row = asRow(run);
    const step = row.totalSteps === 0 ? '' : `${row.step}/${row.totalSteps}`;
    const loss = `held-out loss ${formatLoss(row.before)} → ${formatLoss(row.heldOutLoss)}`;
    console.log(
      `${row.id.padEnd(36)} ${row.status.padEnd(10)} ${step.padEnd(11)} ${row.problem ?? loss}`,
    );
  }
}

function asRow({ id, directory, status, state, spec, problem }: RunSummary) {
  return {
    id,
    name: spec?.name ?? id,
    directory,
    status,
    step: state?.step ?? 0,
    totalSteps: state?.totalSteps ?? 0,
    before: state?.before?.['loss'] ?? null,
    heldOutLoss: state?.latest?.['loss'] ?? null,
    problem,
  };
}
