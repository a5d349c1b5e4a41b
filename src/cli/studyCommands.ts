import path from 'node:path';
import { toAppErrorData } from '../core/errors.js';
import { formatDuration, formatCount } from '../core/format.js';
import type { Study, StudyDesign } from '../core/experiments/study/study.js';
import { parseStudyFile, STUDY_FILE_EXTENSION } from '../core/experiments/study/studyFile.js';
import { gainDeviation, powerRows, studyResults } from '../core/experiments/study/studyResults.js';
import { isLive } from '../core/runs/status.js';
import { formatP } from '../core/experiments/comparisonTable.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { readText } from '../node/files/regularFile.js';
import { estimateRun } from '../node/runs/estimateRun.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { MAX_RUN_FILE_BYTES } from '../node/runs/readRunFile.js';
import { lockOwner, lockRun, type RunLock } from '../node/runs/runLock.js';
import { readRun } from '../node/runs/runReader.js';
import {
  createStudy,
  planStudy,
  type PlannedStudy,
  type StudyPlace,
} from '../node/studies/createStudy.js';
import { readStudyScores, runStudy } from '../node/studies/runStudy.js';
import { readStudy, runDirectoryIn, studiesFolderOf } from '../node/studies/studyFolder.js';
import { removeStudyReport, writeStudyReport } from '../node/studies/studyReportFiles.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { BUNDLED_MODEL } from './modelArgument.js';
import { print, printError, printJson } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { TRAINER } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

const JSON_FLAG = { help: 'Print one JSON object at the end instead of lines' };

export const STUDY_PLAN: CommandShape = {
  name: 'study plan',
  group: 'training',
  usage: '<study file> [options]',
  summary: 'Show the runs and time of a masking study, and the differences it can detect',
  notes: [
    'A study file (*.study.jsonc) names the data, the masking policies to compare, the metric and the seeds.',
  ],
  flags: {
    pilot: {
      shape: '<study folder>',
      help: 'Study with the same arms whose results give the spread of the gains',
    },
    json: JSON_FLAG,
  },
  examples: ['masklab study plan opinion.study.jsonc'],
};

export const STUDY_RUN: CommandShape = {
  name: 'study run',
  group: 'training',
  usage: '<study file or study folder> [options]',
  summary: 'Train and score the runs of a masking study, and write its report',
  notes: [
    'The design is recorded before the first run. Ctrl+C stops after the current step; run the folder of the study again to continue. Runs that have finished are kept.',
  ],
  flags: { out: RUNS_FOLDER_FLAG, json: JSON_FLAG },
  examples: [
    'masklab study run opinion.study.jsonc',
    'masklab study run .masklab/studies/20261128-120000-opinion-words',
  ],
};

export const STUDY_CREATE: CommandShape = {
  name: 'study create',
  group: 'training',
  usage: '<study file> [options]',
  summary: 'Record the design of a masking study and create its runs without starting them',
  flags: { out: RUNS_FOLDER_FLAG, json: JSON_FLAG },
  examples: ['masklab study create opinion.study.jsonc'],
};

export const STUDY_STOP: CommandShape = {
  name: 'study stop',
  group: 'training',
  usage: '<study folder>',
  summary: 'Stop the process and the run of a masking study after the current step',
  flags: {},
  examples: ['masklab study stop .masklab/studies/20261128-120000-opinion-words'],
};

export const STUDY_REPORT: CommandShape = {
  name: 'study report',
  group: 'training',
  usage: '<study folder> [--json]',
  summary: 'Write the report of a masking study again, from the results so far',
  flags: { json: JSON_FLAG },
  examples: ['masklab study report .masklab/studies/20261128-120000-opinion-words'],
};

function targetOf({ name }: CommandShape, values: CommandValues): string {
  const [target, ...others] = values.positionals;
  if (target !== undefined && others.length === 0) return target;
  throw usageError(`"masklab ${name}" requires one file or folder.`, name);
}

function placeOf(file: string, runsFolder: string): StudyPlace {
  return {
    folder: path.dirname(path.resolve(file)),
    workspaceFolder: process.cwd(),
    bundledModel: BUNDLED_MODEL,
    runsFolder,
    studiesFolder: studiesFolderOf(process.cwd()),
    estimate: (request) => estimateRun(request, TRAINER),
  };
}

async function planOf(file: string, place: StudyPlace): Promise<PlannedStudy> {
  const planned = await planStudy(
    parseStudyFile(await readText(file, MAX_RUN_FILE_BYTES), file),
    place,
  );
  for (const warning of planned.warnings) printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
  return planned;
}

export async function studyPlanCommand(values: CommandValues): Promise<void> {
  const file = targetOf(STUDY_PLAN, values);
  const { design, spec } = await planOf(file, placeOf(file, runsFolderFrom(values)));
  const pilot = values.text('pilot');
  const deviation = pilot === undefined ? null : await pilotDeviation(pilot);
  const estimate = await estimateRun({ spec, memoryBytes: null, findLearningRate: false }, TRAINER);
  const runs = design.arms.length * design.seeds.length;
  const seconds = estimate.seconds * runs;
  const power = powerRows(design, deviation).map((row) => ({
    ...row,
    seconds: estimate.seconds * design.arms.length * row.seeds,
  }));
  if (values.has('json')) {
    printJson({ design, runs, seconds, power });
    return;
  }
  print(
    [
      ...designLines(design),
      `time       about ${formatDuration(seconds)} for ${formatCount(runs, 'run')}, and scoring`,
      '',
      'seeds  time        smallest p (Holm)  detectable gain',
      ...power.map(
        ({ seeds, seconds: time, floor, detectable }) =>
          `${seeds === design.seeds.length ? '*' : ' '}${String(seeds).padStart(4)}  ${formatDuration(time).padEnd(10)}  ${formatP(floor).padEnd(17)}  ${detectable === null ? 'unknown' : formatGain(detectable, design)}`,
      ),
      '',
      deviation === null
        ? 'The detectable gain needs the spread of the gains: run a study with two or three seeds, then add --pilot <study folder>.'
        : 'A gain of this size is detected in four of five studies.',
    ].join('\n'),
  );
}

async function pilotDeviation(folder: string): Promise<number | null> {
  const study = await readStudy(folder);
  return gainDeviation(studyResults(study, await readStudyScores(folder, study)));
}

function designLines({
  name,
  hypothesis,
  arms,
  masks,
  primary,
  metric,
  seeds,
  split,
  margin,
}: StudyDesign): string[] {
  return [
    `study      ${name}`,
    ...(hypothesis === null ? [] : [`hypothesis ${hypothesis}`]),
    `arms       ${arms.map((arm, i) => `${arm.name}${i === 0 ? ' (baseline)' : ''}`).join(', ')}`,
    `masks      ${masks.map((mask) => `${mask.name}${mask.name === primary ? ' (decides)' : ''}`).join(', ')}`,
    `metric     ${metric} on the ${split === 'test' ? 'test' : 'held-out'} split${margin === null ? '' : `, margin ${margin}`}`,
    `seeds      ${seeds.join(', ')}`,
  ];
}

function formatGain(value: number, { metric }: StudyDesign): string {
  if (!Number.isFinite(value)) return 'none';
  return metric === 'accuracy' ? `${(value * 100).toFixed(2)} pp` : `${value.toFixed(4)} nats`;
}

export async function studyRunCommand(values: CommandValues): Promise<void> {
  const target = targetOf(STUDY_RUN, values);
  const isJson = values.has('json');
  const say = (line: string): void => {
    if (!isJson) print(line);
  };
  const folder = target.endsWith(STUDY_FILE_EXTENSION)
    ? await createdFrom(target, runsFolderFrom(values), say)
    : path.resolve(target);
  const study = await readStudy(folder);
  const lock = await lockStudy(folder);
  const controller = new AbortController();
  const onInterrupt = (): void => {
    printError('masklab: Stopping after this step. Progress is saved.');
    controller.abort();
  };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    removeStudyReport(folder);
    await runStudy(folder, study, {
      launcher: new LocalLauncher(TRAINER),
      report: (said) => {
        say(renderMessage(said, ENGLISH));
      },
      signal: controller.signal,
    });
    if (!controller.signal.aborted) await showReport(folder, study, isJson);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    lock.release();
  }
  if (controller.signal.aborted) {
    const named = shown(folder);
    printError(`Stopped. Continue with: masklab study run ${named}`);
    printError(`Compare the runs so far with: masklab study report ${named}`);
    process.exitCode = 1;
  }
}

/** Makes this process the one that runs the study. */
async function lockStudy(folder: string): Promise<RunLock> {
  try {
    return await lockRun(folder);
  } catch (thrown) {
    if (toAppErrorData(thrown).code !== 'RunOwned') throw thrown;
    throw new CommandLineError(
      `${shown(folder)} is already run by another process.`,
      `Wait until it ends, or stop it with: masklab study stop ${shown(folder)}`,
    );
  }
}

export async function studyCreateCommand(values: CommandValues): Promise<void> {
  const file = targetOf(STUDY_CREATE, values);
  const place = placeOf(file, runsFolderFrom(values));
  const planned = await planOf(file, place);
  const folder = await createStudy(planned, place);
  const { design } = planned;
  const runs = design.arms.length * design.seeds.length;
  if (values.has('json')) printJson({ folder, name: design.name, runs });
  else print([...designLines(design), `folder     ${shown(folder)}`].join('\n'));
}

export async function studyStopCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(STUDY_STOP, values));
  const study = await readStudy(folder);
  const owner = await lockOwner(folder);
  if (owner !== null) process.kill(owner.pid, 'SIGTERM');
  const launcher = new LocalLauncher(TRAINER);
  // Where a signal ends a process at once, it stops no run.
  for (const { run } of study.runs) {
    const directory = runDirectoryIn(folder, study, run);
    if (isLive((await readRun(directory)).status)) await launcher.stop(directory);
  }
  print(
    owner === null
      ? 'No process runs this study.'
      : `Stopping after this step. Continue with: masklab study run ${shown(folder)}`,
  );
}

async function createdFrom(
  file: string,
  runsFolder: string,
  say: (line: string) => void,
): Promise<string> {
  const place = placeOf(file, runsFolder);
  const planned = await planOf(file, place);
  for (const line of designLines(planned.design)) say(line);
  const folder = await createStudy(planned, place);
  say(`folder     ${shown(folder)}`);
  return folder;
}

function shown(folder: string): string {
  return path.relative(process.cwd(), folder) || '.';
}

export async function studyReportCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(STUDY_REPORT, values));
  await showReport(folder, await readStudy(folder), values.has('json'));
}

async function showReport(folder: string, study: Study, isJson: boolean): Promise<void> {
  const results = studyResults(study, await readStudyScores(folder, study));
  const written = writeStudyReport(folder, { study, results });
  if (isJson) {
    printJson({ folder, design: study.design, ...results });
    return;
  }
  print(['', ...written.lines, '', `Report: ${shown(written.page)}`].join('\n'));
}
