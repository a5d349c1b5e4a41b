import path from 'node:path';
import { runsFolderOf } from '../node/runs/runDirectory.js';
import { listRuns, type RunSummary } from '../node/runs/runReader.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { objectiveOfRun } from '../core/objectives/objectives.js';
import type { CommandShape, CommandValues } from './usage.js';

export const RUNS: CommandShape = {
  name: 'runs',
  usage: '[options]',
  summary: 'Lists the runs of a folder, the newest first',
  flags: {
    out: { shape: '<folder>', help: 'runs folder (default: .masklab/runs in the current folder)' },
    json: { help: 'a JSON list instead of lines' },
  },
};

export async function runsCommand(values: CommandValues): Promise<void> {
  const runsFolder = path.resolve(values.text('out') ?? runsFolderOf(process.cwd()));
  const runs = await listRuns(runsFolder);
  if (values.has('json')) {
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
    console.log(
      `${row.id.padEnd(36)} ${row.status.padEnd(10)} ${step.padEnd(11)} ${row.problem ?? progressOf(run)}`,
    );
  }
}

/** The metric that tells most of a run's task, before and now. */
function progressOf({ facts, state }: RunSummary): string {
  const [name] = objectiveOfRun(facts).metrics;
  const { label, format } = HELD_OUT_METRICS[name];
  return `held-out ${label} ${format(state?.before?.[name])} → ${format(state?.latest?.[name])}`;
}

function asRow({ id, name, directory, status, state, facts, problem }: RunSummary) {
  return {
    id,
    name,
    task: facts?.task ?? null,
    directory,
    status,
    step: state?.step ?? 0,
    totalSteps: state?.totalSteps ?? 0,
    before: state?.before ?? null,
    heldOut: state?.latest ?? null,
    best: state?.best ?? null,
    problem,
  };
}
