import path from 'node:path';
import { formatCount } from '../core/format.js';
import type { Sweep } from '../core/experiments/sweep/sweep.js';
import {
  MAX_TRIALS,
  parseSweepFile,
  SWEEP_FILE_EXTENSION,
} from '../core/experiments/sweep/sweepFile.js';
import { sweepPlanLines } from '../core/experiments/sweep/sweepPlanLines.js';
import { sweepReport, sweepSummaryLines } from '../core/experiments/sweep/sweepReport.js';
import { sweepResults } from '../core/experiments/sweep/sweepResults.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { readText } from '../node/files/regularFile.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { MAX_RUN_FILE_BYTES } from '../node/runs/readRunFile.js';
import {
  addTrials,
  createSweep,
  planSweep,
  trialCount,
  type PlannedSweep,
} from '../node/studies/createSweep.js';
import { estimateSweep } from '../node/studies/estimateSweep.js';
import { removeReport, writeReport } from '../node/studies/reportFiles.js';
import { runSweep } from '../node/studies/runSweep.js';
import { readSweep, runDirectoryIn } from '../node/studies/studyFolder.js';
import type { StudyPlace } from '../node/studies/studyPlan.js';
import { sweepRunResults } from '../node/studies/sweepState.js';
import { usageError } from './commandLineError.js';
import { interruptible } from './interruptible.js';
import { print, printError, printJson } from './output.js';
import { owning, shown, stopOwner, studyPlaceOf, targetOf } from './ownedFolder.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { TRAINER } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

const JSON_FLAG = { help: 'Print one JSON object at the end instead of lines' };
const FOLDER = '.masklab/studies/20261128-120000-learning-rate';

export const SWEEP_PLAN: CommandShape = {
  name: 'sweep plan',
  group: 'training',
  usage: '<sweep file> [options]',
  summary: 'Show the trials of a sweep, and the time and disk space that they need',
  notes: [
    'A sweep file (*.sweep.jsonc) names the data, the options to search with their values or ranges, the method and the number of trials or hours.',
  ],
  flags: { json: JSON_FLAG },
  examples: ['masklab sweep plan rate.sweep.jsonc'],
};

export const SWEEP_RUN: CommandShape = {
  name: 'sweep run',
  group: 'training',
  usage: '<sweep file> [options]',
  summary: 'Train the trials of a sweep, repeat the best with fresh seeds, and write the report',
  notes: [
    'Ctrl+C stops after the current step, with exit code 130; continue with "masklab sweep resume". Runs that have finished are kept.',
  ],
  flags: { out: RUNS_FOLDER_FLAG, json: JSON_FLAG },
  examples: ['masklab sweep run rate.sweep.jsonc'],
};

export const SWEEP_RESUME: CommandShape = {
  name: 'sweep resume',
  group: 'training',
  usage: '<sweep folder> [options]',
  summary: 'Complete a sweep: train waiting, paused and failed trials, and repeat the best',
  flags: {
    trials: {
      shape: '<number>',
      help: 'Total number of trials; further ones continue the sequence',
      otherwise: 'that of the sweep',
    },
    json: JSON_FLAG,
  },
  examples: [`masklab sweep resume ${FOLDER}`, `masklab sweep resume ${FOLDER} --trials 50`],
};

export const SWEEP_CREATE: CommandShape = {
  name: 'sweep create',
  group: 'training',
  usage: '<sweep file> [options]',
  summary: 'Record the design of a sweep and create the runs of its trials without starting them',
  flags: { out: RUNS_FOLDER_FLAG, json: JSON_FLAG },
  examples: ['masklab sweep create rate.sweep.jsonc'],
};

export const SWEEP_STOP: CommandShape = {
  name: 'sweep stop',
  group: 'training',
  usage: '<sweep folder>',
  summary: 'Stop the process and the run of a sweep after the current step',
  flags: {},
  examples: [`masklab sweep stop ${FOLDER}`],
};

export const SWEEP_REPORT: CommandShape = {
  name: 'sweep report',
  group: 'training',
  usage: '<sweep folder> [--json]',
  summary: 'Write the report of a sweep again, from the results so far',
  flags: { json: JSON_FLAG },
  examples: [`masklab sweep report ${FOLDER}`],
};

async function planOf(file: string, place: StudyPlace): Promise<PlannedSweep> {
  const planned = await planSweep(
    parseSweepFile(await readText(file, MAX_RUN_FILE_BYTES), file),
    place,
  );
  for (const warning of planned.warnings) printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
  return planned;
}

export async function sweepPlanCommand(values: CommandValues): Promise<void> {
  const file = targetOf(SWEEP_PLAN, values);
  const planned = await planOf(file, studyPlaceOf(file, runsFolderFrom(values)));
  const plan = await estimateSweep(planned, TRAINER);
  if (values.has('json')) printJson({ design: planned.design, ...plan });
  else print(sweepPlanLines({ design: planned.design, ...plan }, ENGLISH).join('\n'));
}

/** Creates a sweep; its time is estimated only if the number of its trials follows from it. */
async function created(file: string, values: CommandValues): Promise<string> {
  const place = studyPlaceOf(file, runsFolderFrom(values));
  const planned = await planOf(file, place);
  const count = trialCount(planned) ?? (await estimateSweep(planned, TRAINER)).trials;
  let folder = '';
  await interruptible(values, async ({ signal }) => {
    folder = await createSweep(planned, count, { ...place, signal });
  });
  return folder;
}

export async function sweepCreateCommand(values: CommandValues): Promise<void> {
  const folder = await created(targetOf(SWEEP_CREATE, values), values);
  const { design, trials } = await readSweep(folder);
  if (values.has('json')) printJson({ folder, name: design.name, runs: trials.length });
  else print(createdLine(folder, trials.length));
}

function createdLine(folder: string, trials: number): string {
  return `${formatCount(trials, 'trial')} in ${shown(folder)}`;
}

export async function sweepRunCommand(values: CommandValues): Promise<void> {
  const file = targetOf(SWEEP_RUN, values);
  if (!file.endsWith(SWEEP_FILE_EXTENSION)) {
    throw usageError(
      `"masklab sweep run" requires a sweep file (*${SWEEP_FILE_EXTENSION}). Continue a sweep with "masklab sweep resume".`,
      SWEEP_RUN.name,
    );
  }
  const folder = await created(file, values);
  const isJson = values.has('json');
  if (!isJson) print(createdLine(folder, (await readSweep(folder)).trials.length));
  await train(folder, { isJson, total: null });
}

export async function sweepResumeCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(SWEEP_RESUME, values));
  const given = values.text('trials');
  const total = given === undefined ? null : Number(given);
  if (total !== null && !(Number.isInteger(total) && total >= 1 && total <= MAX_TRIALS)) {
    throw usageError(`--trials must be an integer from 1 to ${MAX_TRIALS}.`, SWEEP_RESUME.name);
  }
  await train(folder, { isJson: values.has('json'), total });
}

async function train(
  folder: string,
  { isJson, total }: { readonly isJson: boolean; readonly total: number | null },
): Promise<void> {
  const say = (line: string): void => {
    if (!isJson) print(line);
  };
  await readSweep(folder);
  await owning(folder, { command: 'sweep', toContinue: 'sweep resume' }, async (signal) => {
    removeReport(folder);
    const sweep = await readSweep(folder);
    const place = studyPlaceOf(folder, path.resolve(folder, sweep.runsFolder));
    const grown = total === null ? sweep : await addTrials(folder, sweep, { total, place });
    await runSweep(folder, grown, {
      launcher: new LocalLauncher(TRAINER),
      report: (said) => {
        say(renderMessage(said, ENGLISH));
      },
      signal,
    });
    if (!signal.aborted) await showReport(folder, await readSweep(folder), isJson);
  });
}

export async function sweepStopCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(SWEEP_STOP, values));
  const sweep = await readSweep(folder);
  const runs = [...sweep.trials, ...sweep.repeats];
  const directories = runs.map(({ run }) => runDirectoryIn(folder, sweep, run));
  print(
    (await stopOwner(folder, directories))
      ? `Stopping after this step. Continue with: masklab sweep resume ${shown(folder)}`
      : 'No process runs this sweep.',
  );
}

export async function sweepReportCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(SWEEP_REPORT, values));
  await showReport(folder, await readSweep(folder), values.has('json'));
}

async function showReport(folder: string, sweep: Sweep, isJson: boolean): Promise<void> {
  const results = sweepResults(sweep, await sweepRunResults(folder, sweep));
  const page = writeReport(folder, sweepReport({ sweep, results }, ENGLISH));
  const importance = results.importance.map((one) => ({
    ...one,
    better: renderMessage(one.better, ENGLISH),
  }));
  if (isJson) printJson({ folder, design: sweep.design, ...results, importance });
  else
    print(['', ...sweepSummaryLines({ sweep, results }), '', `Report: ${shown(page)}`].join('\n'));
}
