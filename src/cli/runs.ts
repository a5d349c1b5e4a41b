import { describeError } from '../core/errors.js';
import { listRuns, type RunSummary } from '../node/runs/runReader.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { objectiveOfRun } from '../core/objectives/objectives.js';
import { print, printJson } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import type { CommandShape, CommandValues } from './usage.js';

export const RUNS: CommandShape = {
  name: 'runs',
  group: 'training',
  usage: '[options]',
  summary: 'List the runs of a folder, newest first',
  flags: {
    out: RUNS_FOLDER_FLAG,
    json: { help: 'Print a JSON list instead of lines' },
  },
  examples: ['masklab runs', 'masklab runs --out experiments --json'],
};

export async function runsCommand(values: CommandValues): Promise<void> {
  const runsFolder = runsFolderFrom(values);
  const runs = await listRuns(runsFolder);
  if (values.has('json')) {
    printJson(runs.map(asRow));
    return;
  }
  if (runs.length === 0) {
    print(`No runs in ${runsFolder}. Start one with "masklab train --data <folder>".`);
    return;
  }
  for (const run of runs) {
    const row = asRow(run);
    const step = row.totalSteps === 0 ? '' : `${row.step}/${row.totalSteps}`;
    print(
      `${row.id.padEnd(36)} ${row.status.padEnd(10)} ${step.padEnd(11)} ${row.problem ?? progressOf(run)}`,
    );
  }
}

/** Main metric of the run's task on held-out data, before training and now. */
function progressOf({ facts, state }: RunSummary): string {
  const [name] = objectiveOfRun(facts).metrics;
  const { label, format } = HELD_OUT_METRICS[name];
  return `held-out ${renderMessage(label, ENGLISH)} ${format(state?.before?.[name])} → ${format(state?.latest?.[name])}`;
}

function asRow(run: RunSummary) {
  const { id, name, directory, status, state, facts } = run;
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
    problem: problemText(run),
  };
}

/** Why a run failed or cannot be read, in English; null if nothing is wrong. */
export function problemText({ problem }: RunSummary): string | null {
  return problem === null ? null : describeError(problem, ENGLISH).message;
}
