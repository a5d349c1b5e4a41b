import { existsSync } from 'node:fs';
import path from 'node:path';
import { DEBIAS_ARMS } from '../core/experiments/study/debiasArms.js';
import { hasLabels, type Study, type StudyDesign } from '../core/experiments/study/study.js';
import { choosingRuns } from '../core/experiments/study/studyCandidates.js';
import { parseStudyFile, STUDY_FILE_EXTENSION } from '../core/experiments/study/studyFile.js';
import { studyDesignLines, studyPlanLines } from '../core/experiments/study/studyPlanLines.js';
import { studyReport, studySummaryLines } from '../core/experiments/study/studyReport.js';
import { gainDeviation, powerRows, studyResults } from '../core/experiments/study/studyResults.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { slugify } from '../core/runs/runId.js';
import { globOf } from '../node/data/readers/globs.js';
import { freePath } from '../node/files/freePath.js';
import { readText } from '../node/files/regularFile.js';
import { writeFileAtomicallySync } from '../node/files/storage.js';
import { estimateRun } from '../node/runs/estimateRun.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { MAX_RUN_FILE_BYTES } from '../node/runs/readRunFile.js';
import { readRun } from '../node/runs/runReader.js';
import { createStudy, planStudy } from '../node/studies/createStudy.js';
import { draftStudy, studyMaterial } from '../node/studies/draftStudy.js';
import { runStudy } from '../node/studies/runStudy.js';
import { removeReport, writeReport } from '../node/studies/reportFiles.js';
import {
  readStudy,
  readStudyScores,
  runDirectoryIn,
  STUDY_FILES,
} from '../node/studies/studyFolder.js';
import type { PlannedStudy, StudyPlace } from '../node/studies/studyPlan.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { interruptible } from './interruptible.js';
import { print, printError, printJson } from './output.js';
import { owning, shown, stopOwner, studyPlaceOf, targetOf } from './ownedFolder.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { TRAINER } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

const JSON_FLAG = { help: 'Print one JSON object at the end instead of lines' };
const FOLDER = '.masklab/studies/20261128-120000-opinion-words';

export const STUDY_PLAN: CommandShape = {
  name: 'study plan',
  group: 'training',
  usage: '<study file> [options]',
  summary: 'Show the runs and time of a study, and the differences it can detect',
  notes: [
    'A study file (*.study.jsonc) names the data, the masking policies or ways of training to compare, the metric and the seeds.',
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
  usage: '<study file> [options]',
  summary: 'Train and score the runs of a study, and write its report',
  notes: [
    'The design is recorded before the first run. Ctrl+C stops after the current step, with exit code 130; continue with "masklab study resume". Runs that have finished are kept.',
  ],
  flags: { out: RUNS_FOLDER_FLAG, json: JSON_FLAG },
  examples: ['masklab study run opinion.study.jsonc'],
};

export const STUDY_RESUME: CommandShape = {
  name: 'study resume',
  group: 'training',
  usage: '<study folder> [options]',
  summary: 'Complete a study: train its waiting and stopped runs, and score its models',
  flags: { json: JSON_FLAG },
  examples: [`masklab study resume ${FOLDER}`],
};

export const STUDY_CREATE: CommandShape = {
  name: 'study create',
  group: 'training',
  usage: '<study file> [options]',
  summary: 'Record the design of a study and create its runs without starting them',
  flags: { out: RUNS_FOLDER_FLAG, json: JSON_FLAG },
  examples: ['masklab study create opinion.study.jsonc'],
};

export const STUDY_DRAFT: CommandShape = {
  name: 'study draft',
  group: 'training',
  usage: '<run> --test <file> [--test <file> …] [options]',
  summary: 'Write a study file that compares ways of training against the words of an audit',
  notes: [
    'Audit the model first with "masklab audit --out <run folder>/audit". The shifted sample of the audit is what the arms may train on; the test sets must be other texts.',
  ],
  flags: {
    test: {
      shape: '<file>',
      multiple: true,
      help: 'Labeled test set, named by its file. Repeat it for others; the first one is in-domain',
    },
    sample: {
      shape: '<file>',
      multiple: true,
      help: 'Labeled file of a shifted sample to train on. Repeat it for others',
      otherwise: 'that of the audit',
    },
    arms: {
      shape: '<name>',
      multiple: true,
      help: `Way of training. Repeat it for others: ${DEBIAS_ARMS.map(({ id }) => id).join(', ')}`,
      otherwise: 'the usual ones',
    },
    file: { shape: '<file>', help: 'Study file to write', otherwise: '<run>.study.jsonc' },
  },
  examples: [
    'masklab study draft .masklab/runs/20261123-1200-calm-river --test test.csv --test food.csv',
  ],
};

export const STUDY_STOP: CommandShape = {
  name: 'study stop',
  group: 'training',
  usage: '<study folder>',
  summary: 'Stop the process and the run of a study after the current step',
  flags: {},
  examples: [`masklab study stop ${FOLDER}`],
};

export const STUDY_REPORT: CommandShape = {
  name: 'study report',
  group: 'training',
  usage: '<study folder> [--json]',
  summary: 'Write the report of a study again, from the results so far',
  flags: { json: JSON_FLAG },
  examples: [`masklab study report ${FOLDER}`],
};

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
  const { design, spec } = await planOf(file, studyPlaceOf(file, runsFolderFrom(values)));
  const pilot = values.text('pilot');
  const deviation = pilot === undefined ? null : await pilotDeviation(pilot);
  const estimate = await estimateRun({ spec, memoryBytes: null, findLearningRate: false }, TRAINER);
  const runs = trainedRuns(design);
  const seconds = estimate.seconds * runs;
  const further = runs - design.arms.length * design.seeds.length;
  const power = powerRows(design, deviation).map((row) => ({
    ...row,
    seconds: estimate.seconds * (design.arms.length * row.seeds + further),
  }));
  if (values.has('json')) {
    printJson({ design, runs, seconds, power });
    return;
  }
  print(studyPlanLines({ design, runs, seconds, power }, ENGLISH).join('\n'));
}

/** Number of runs of a study, those included that are only trained to choose values. */
function trainedRuns(design: StudyDesign): number {
  return design.arms.length * design.seeds.length + (hasLabels(design) ? choosingRuns(design) : 0);
}

async function pilotDeviation(folder: string): Promise<number | null> {
  const study = await readStudy(folder);
  return gainDeviation(studyResults(study, await readStudyScores(folder, study)).results);
}

export async function studyRunCommand(values: CommandValues): Promise<void> {
  const file = targetOf(STUDY_RUN, values);
  if (!file.endsWith(STUDY_FILE_EXTENSION)) {
    throw usageError(
      `"masklab study run" requires a study file (*${STUDY_FILE_EXTENSION}). Continue a study with "masklab study resume".`,
      STUDY_RUN.name,
    );
  }
  const place = studyPlaceOf(file, runsFolderFrom(values));
  const planned = await planOf(file, place);
  const say = saying(values.has('json'));
  for (const line of studyDesignLines(planned.design, ENGLISH)) say(line);
  const folder = await createdStudy(planned, place, values);
  say(`folder  ${shown(folder)}`);
  await train(folder, values.has('json'));
}

export async function studyResumeCommand(values: CommandValues): Promise<void> {
  await train(path.resolve(targetOf(STUDY_RESUME, values)), values.has('json'));
}

/** Folder of a new study, whose creation Ctrl+C cancels. */
async function createdStudy(
  planned: PlannedStudy,
  place: StudyPlace,
  values: CommandValues,
): Promise<string> {
  let folder = '';
  await interruptible(values, async ({ signal }) => {
    folder = await createStudy(planned, { ...place, signal });
  });
  return folder;
}

/** Prints lines unless JSON is printed at the end. */
function saying(isJson: boolean): (line: string) => void {
  return (line) => {
    if (!isJson) print(line);
  };
}

async function train(folder: string, isJson: boolean): Promise<void> {
  const say = saying(isJson);
  const study = await readStudy(folder);
  await owning(folder, { command: 'study', toContinue: 'study resume' }, async (signal) => {
    removeReport(folder);
    await runStudy(folder, study, {
      launcher: new LocalLauncher(TRAINER),
      report: (said) => {
        say(renderMessage(said, ENGLISH));
      },
      signal,
    });
    if (!signal.aborted) await showReport(folder, await readStudy(folder), isJson);
  });
}

export async function studyCreateCommand(values: CommandValues): Promise<void> {
  const file = targetOf(STUDY_CREATE, values);
  const place = studyPlaceOf(file, runsFolderFrom(values));
  const planned = await planOf(file, place);
  const folder = await createdStudy(planned, place, values);
  const { design } = planned;
  const runs = trainedRuns(design);
  if (values.has('json')) printJson({ folder, name: design.name, runs });
  else print([...studyDesignLines(design, ENGLISH), `folder  ${shown(folder)}`].join('\n'));
}

export async function studyDraftCommand(values: CommandValues): Promise<void> {
  const directory = path.resolve(targetOf(STUDY_DRAFT, values));
  const tests = values.list('test');
  if (tests.length === 0) {
    throw usageError('"masklab study draft" requires --test with labeled files.', STUDY_DRAFT.name);
  }
  for (const flag of ['test', 'sample']) {
    for (const given of values.list(flag)) refuseAbsent(given, flag);
  }
  const { name } = await readRun(directory);
  const absolute = (file: string): string => path.resolve(file);
  const material = await studyMaterial(directory, name, values.list('sample').map(absolute));
  const given = values.list('arms');
  const arms =
    given.length > 0 ? given : material.arms.flatMap(({ id, isUsual }) => (isUsual ? [id] : []));
  const file = path.resolve(
    values.text('file') ?? freePath(path.resolve(slugify(name)), STUDY_FILE_EXTENSION),
  );
  const text = await draftStudy(material, {
    ...{ name, arms, folder: path.dirname(file) },
    tests: namedTests(tests).map(({ name: test, file: data }) => ({
      name: test,
      data: [absolute(data)],
    })),
  });
  if (existsSync(file)) {
    throw new CommandLineError(
      `${shown(file)} already exists.`,
      'Choose another file with --file.',
    );
  }
  writeFileAtomicallySync(file, text);
  print(`Written: ${shown(file)}\nRun it with: masklab study run ${shown(file)}`);
}

function refuseAbsent(given: string, flag: string): void {
  const { isGlob, base } = globOf(given);
  if (existsSync(given) || (isGlob && existsSync(base))) return;
  throw new CommandLineError(
    `--${flag} ${given} does not exist.`,
    'Check the path, which is relative to the current folder.',
  );
}

/** Test sets named by their files, with a number where two files have the same name. */
function namedTests(files: readonly string[]): { name: string; file: string }[] {
  const names = new Set<string>();
  return files.map((file) => {
    const base = path.basename(file, path.extname(file));
    let name = base;
    for (let number = 2; names.has(name); number++) name = `${base} ${number}`;
    names.add(name);
    return { name, file };
  });
}

export async function studyStopCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(STUDY_STOP, values));
  const study = await readStudy(folder);
  const directories = [...study.runs, ...(study.candidates ?? [])].map(({ run }) =>
    runDirectoryIn(folder, study, run),
  );
  const isRunning = await stopOwner(folder, directories);
  print(
    !isRunning
      ? 'No process runs this study.'
      : `Stopping after this step. Continue with: masklab study resume ${shown(folder)}`,
  );
}

export async function studyReportCommand(values: CommandValues): Promise<void> {
  const folder = path.resolve(targetOf(STUDY_REPORT, values));
  await showReport(folder, await readStudy(folder), values.has('json'));
}

async function showReport(folder: string, study: Study, isJson: boolean): Promise<void> {
  const outcome = studyResults(study, await readStudyScores(folder, study));
  const report = studyReport(outcome, { forestFile: STUDY_FILES.forest, words: ENGLISH });
  const page = writeReport(folder, report);
  if (isJson) {
    printJson({ folder, design: study.design, ...outcome.results });
    return;
  }
  print(['', ...studySummaryLines(outcome), '', `Report: ${shown(page)}`].join('\n'));
}
