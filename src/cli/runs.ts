import { describeError } from '../core/errors.js';
import { runFilter } from '../core/experiments/query/runFilter.js';
import {
  NEWEST_FIRST,
  parseOrder,
  rowSorter,
  type RunOrder,
} from '../core/experiments/query/runOrder.js';
import { runGroupRows, type RunGroupRow } from '../core/experiments/runGroupRows.js';
import { maskingNote } from '../core/experiments/verdictText.js';
import { formatCount } from '../core/format.js';
import { listRuns, type RunSummary } from '../node/runs/runReader.js';
import { RunsFolderWatch } from '../node/runs/runsFolderWatch.js';
import { isPausedAtRung } from '../core/runs/statusText.js';
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
  notes: [
    'A filter is a list of conditions that all have to hold: text to find in names, tags and notes; #tag; status:failed,crashed; is:starred; a comparison of a parameter or metric such as "lr > 1e-4", "policy:opinion", "perplexity < 10", "date > 2026-11-20" or "time < 10min". A minus sign before a condition negates it, and "or" separates alternatives.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    filter: { shape: '<conditions>', help: 'List the runs that match' },
    sort: {
      shape: '<name>',
      help: 'Sort by date, name, best, time, a metric or a parameter. A minus sign before it reverses the order, as in --sort=-lr',
      otherwise: 'date, newest first',
    },
    groups: { help: 'List one line for all runs that differ in nothing but their seed' },
    json: { help: 'Print a JSON list instead of lines' },
    watch: {
      help: 'With --json: print one JSON object per line for each run now, and again whenever it changes, until interrupted. A run that was deleted has "status": "deleted"',
    },
  },
  examples: [
    'masklab runs',
    'masklab runs --groups --sort best',
    'masklab runs --filter "lr > 1e-4 -status:failed"',
    'masklab runs --out experiments --json',
    'masklab runs --json --watch',
  ],
};

export async function runsCommand(values: CommandValues): Promise<void> {
  const runsFolder = runsFolderFrom(values);
  const query = values.text('filter') ?? '';
  const order = parseOrder(values.text('sort') ?? NEWEST_FIRST.by);
  if (values.has('watch')) {
    const isPlain = !values.has('groups') && values.text('sort') === undefined && query === '';
    if (values.has('json') && isPlain) return watchRuns(runsFolder);
    throw usageError('--watch requires --json, and no --groups, --filter or --sort.', RUNS.name);
  }
  const all = await listRuns(runsFolder);
  const matching = all.filter(runFilter(query, all, ENGLISH));
  if (values.has('groups')) {
    const groups = sortedGroups(matching, order);
    if (values.has('json')) printJson(groups);
    else {
      for (const group of groups) print(groupLine(group));
      const note = maskingNote(groups);
      if (note !== null) print(`\n${renderMessage(note, ENGLISH)}`);
    }
    return;
  }
  const rows = matching.map((run) => ({ run, name: run.name, runs: [run] }));
  const runs = rowSorter(order, all)(rows).map(({ run }) => run);
  if (values.has('json')) printJson(runs.map(asRow));
  else if (all.length === 0) {
    print(`No runs in ${runsFolder}. Start one with "masklab train --data <folder>".`);
  } else if (runs.length === 0) {
    print(`None of the ${formatCount(all.length, 'run')} matches the filter.`);
  } else {
    for (const run of runs) {
      print(runLine(run));
      for (const { step, message } of asRow(run).alerts) print(`  step ${step}: ${message}`);
    }
  }
}

function sortedGroups(runs: readonly RunSummary[], order: RunOrder): RunGroupRow[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const rows = runGroupRows(runs).map((group) => ({
    group,
    name: group.name,
    runs: group.runs.map((id) => byId.get(id)!),
  }));
  return rowSorter(order, runs)(rows).map(({ group }) => group);
}

function runLine(run: RunSummary): string {
  const row = asRow(run);
  const step = row.totalSteps === 0 ? '' : `${row.step}/${row.totalSteps}`;
  const status = isPausedAtRung(run) ? 'paused' : row.status;
  return `${row.id.padEnd(36)} ${status.padEnd(10)} ${step.padEnd(11)} ${row.problem ?? progressOf(run)}${tagsText(run)}`;
}

function tagsText({ annotations }: RunSummary): string {
  const tags = annotations.tags ?? [];
  return tags.length === 0 ? '' : `  ${tags.map((tag) => `#${tag}`).join(' ')}`;
}

/** Prints each run as a line of JSON, and again when it changes, until the process is interrupted. */
async function watchRuns(runsFolder: string): Promise<void> {
  const printed = new Map<string, string>();
  const watch = new RunsFolderWatch(runsFolder, {
    onRun: (run) => {
      const line = JSON.stringify(asRow(run));
      if (printed.get(run.directory) !== line) print(line);
      printed.set(run.directory, line);
    },
    onGone: ({ id, directory }) => {
      printed.delete(directory);
      print(JSON.stringify({ id, directory, status: 'deleted' }));
    },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          resolve();
        });
      }
      watch.failed.catch(reject);
    });
  } finally {
    watch.dispose();
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
  const { id, name, directory, status, state, facts, annotations } = run;
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
    tags: annotations.tags ?? [],
    isStarred: annotations.star === true,
    note: annotations.notes ?? null,
    hypothesis: annotations.hypothesis ?? null,
    problem: problemText(run),
    alerts: (state?.alerts ?? []).map(({ kind, step, message }) => ({
      kind,
      step,
      message: renderMessage(message, ENGLISH),
    })),
  };
}

/** Why a run failed or cannot be read, in English; null if nothing is wrong. */
export function problemText({ problem }: RunSummary): string | null {
  return problem === null ? null : describeError(problem, ENGLISH).message;
}
