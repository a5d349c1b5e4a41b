import path from 'node:path';
import { describeError } from '../core/errors.js';
import { runGroupRows, type RunGroupRow } from '../core/experiments/runGroupRows.js';
import { maskingNote } from '../core/experiments/verdictText.js';
import { listRunDirectories } from '../node/runs/runDirectory.js';
import { listRuns, RunReader, type RunSummary } from '../node/runs/runReader.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { objectiveOfRun } from '../core/objectives/objectives.js';
import { usageError } from './commandLineError.js';
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
    groups: { help: 'List one line for all runs that differ in nothing but their seed' },
    json: { help: 'Print a JSON list instead of lines' },
    watch: {
      help: 'With --json: print one JSON object per line for each run now, and again whenever it changes, until interrupted. A run that was deleted has "status": "deleted"',
    },
  },
  examples: [
    'masklab runs',
    'masklab runs --groups',
    'masklab runs --out experiments --json',
    'masklab runs --json --watch',
  ],
};

export async function runsCommand(values: CommandValues): Promise<void> {
  const runsFolder = runsFolderFrom(values);
  if (values.has('watch')) {
    if (values.has('json') && !values.has('groups')) return watchRuns(runsFolder);
    throw usageError('--watch requires --json, and no --groups.', RUNS.name);
  }
  const runs = await listRuns(runsFolder);
  if (values.has('groups')) {
    const groups = runGroupRows(runs);
    if (values.has('json')) printJson(groups);
    else {
      for (const group of groups) print(groupLine(group));
      const note = maskingNote(groups);
      if (note !== null) print(`\n${renderMessage(note, ENGLISH)}`);
    }
    return;
  }
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

const WATCH_MILLISECONDS = 1000;

/** Prints each run as a line of JSON, and again when it changes, until the process is interrupted. */
async function watchRuns(runsFolder: string): Promise<void> {
  const reader = new RunReader();
  const known = new Map<string, string>();
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve('interrupted');
      });
    }
  });
  for (;;) {
    const directories = await listRunDirectories(runsFolder);
    for (const directory of directories) {
      const line = JSON.stringify(asRow(await reader.read(directory)));
      if (known.get(directory) !== line) print(line);
      known.set(directory, line);
    }
    for (const directory of [...known.keys()].filter((one) => !directories.includes(one))) {
      known.delete(directory);
      print(JSON.stringify({ id: path.basename(directory), directory, status: 'deleted' }));
    }
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<'waited'>((resolve) => {
      timer = setTimeout(resolve, WATCH_MILLISECONDS, 'waited');
    });
    const first = await Promise.race([waited, interrupted]);
    clearTimeout(timer);
    if (first === 'interrupted') return;
  }
}

function groupLine({ experiment, name, finished, runs, metric, estimate }: RunGroupRow): string {
  const { label, format } = HELD_OUT_METRICS[metric];
  const reach =
    estimate?.interval == null ? '' : ` ± ${format(estimate.interval.high - estimate.mean)}`;
  const result = `held-out ${renderMessage(label, ENGLISH)} ${format(estimate?.mean)}${reach}`;
  return `${experiment.padEnd(20)} ${name.padEnd(36)} ${`n=${finished}/${runs.length}`.padEnd(8)} ${result}`;
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
    experiment: facts?.experiment ?? null,
    /** Equal for runs that differ in nothing but their seed. */
    group: facts?.group ?? null,
    seed: facts?.seed ?? null,
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
