import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  hasLabels,
  type LabelDesign,
  type MaskingDesign,
  type ModelScores,
  type Study,
} from '../../core/experiments/study/study.js';
import { isChoosing } from '../../core/experiments/study/studyCandidates.js';
import type { StudyScores } from '../../core/experiments/study/studyResults.js';
import { message, type Message } from '../../core/messages/message.js';
import { findStartModel } from '../models/findStartModel.js';
import type { Launcher } from '../runs/launcher.js';
import { runModelFolder } from '../runs/runDirectory.js';
import { readRun, type RunSummary } from '../runs/runReader.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { checkInputs } from './checkInputs.js';
import { chooseValues } from './chooseValues.js';
import { scoreLabels } from './scoreLabels.js';
import { commonItems, scoreModel } from './scoreModel.js';
import { readStudyScores, runDirectoryIn } from './studyFolder.js';
import { formOf, readDevelopmentOf, readTestOf } from './testSets.js';
import { trainStudyRun } from './trainStudyRun.js';

export interface RunStudyOptions {
  readonly launcher: Launcher;
  readonly report: (said: Message) => void;
  /** Asks to end after the current step; the study is resumed by running it again. */
  readonly signal: AbortSignal;
}

/**
 * Chooses the values that arms leave open, trains the runs of a study that have not finished, one after
 * the other, and scores the models that have no scores. Ends early if the signal asks for it; running the
 * study again does what is missing. A run that fails is resumed once and then left out. Resolves to all
 * scores. Before anything is trained, throws `UserInput` for test sets and development texts that have
 * changed since the study was created, `Model` for start models, and `Data` for files.
 */
export async function runStudy(
  folder: string,
  study: Study,
  { launcher, report, signal }: RunStudyOptions,
): Promise<StudyScores> {
  await checkStudy(folder, study);
  const chosen = await chooseValues(folder, study, { launcher, report, signal });
  await trainRuns(folder, chosen, { launcher, report, signal });
  return scoreRuns(folder, chosen, { report, signal });
}

/**
 * Reads what models are trained and evaluated on before hours go into runs that could not be trained or
 * scored. A study that is only scored needs no more than it is scored on.
 */
async function checkStudy(folder: string, study: Study): Promise<void> {
  const { design } = study;
  const directories = study.runs.map(({ run }) => runDirectoryIn(folder, study, run));
  const read = await Promise.all(directories.map(readRun));
  const left = read.filter(({ status }) => status !== 'finished');
  if (left.length === 0 && hasChosen(study)) return;
  const readable = left.filter(({ facts }) => facts !== null);
  await checkInputs(readable.map(({ directory }) => directory));
  if (!hasLabels(design)) return;
  const spec = await readRunSpec(directories[0]!);
  const form = await formOf(spec, await findStartModel(spec));
  for (const test of design.tests) await readTestOf(test, spec, form);
  if (design.development !== undefined) await readDevelopmentOf(design.development, spec, form);
}

/** Whether the values that arms leave open are chosen. */
function hasChosen({ design, choices = [] }: Study): boolean {
  return !hasLabels(design) || choices.length === design.arms.filter(isChoosing).length;
}

async function trainRuns(
  folder: string,
  study: Study,
  { launcher, report, signal }: RunStudyOptions,
): Promise<void> {
  const { runs } = study;
  for (const [i, { run }] of runs.entries()) {
    if (signal.aborted) return;
    await trainStudyRun(runDirectoryIn(folder, study, run), {
      ...{ launcher, report, signal, number: i + 1, count: runs.length },
    });
  }
}

async function scoreRuns(
  folder: string,
  study: Study,
  { report, signal }: Pick<RunStudyOptions, 'report' | 'signal'>,
): Promise<StudyScores> {
  const scores = new Map(await readStudyScores(folder, study));
  const left: { readonly directory: string; readonly summary: RunSummary }[] = [];
  for (const { run } of study.runs) {
    const directory = runDirectoryIn(folder, study, run);
    const summary = scores.has(run) ? null : await readRun(directory);
    if (summary?.status === 'finished' && summary.hasModel) left.push({ directory, summary });
  }
  if (left.length === 0 || signal.aborted) return scores;
  return hasLabels(study.design)
    ? scoreOnTests(folder, study.design, { left, scores, report, signal })
    : scoreOnMasks(folder, study.design, { left, scores, report, signal });
}

interface ModelsToScore extends Pick<RunStudyOptions, 'report' | 'signal'> {
  readonly left: readonly { readonly directory: string; readonly summary: RunSummary }[];
  /** Receives the scores. */
  readonly scores: Map<string, ModelScores>;
}

async function scoreOnTests(
  folder: string,
  design: LabelDesign,
  { left, scores, report, signal }: ModelsToScore,
): Promise<StudyScores> {
  for (const [i, { directory, summary }] of left.entries()) {
    const { id: run, name } = summary;
    report(message('study.scoring', { run: name, number: i + 1, count: left.length }));
    const found = await scoreLabels(design, {
      ...{ folder, run, spec: await readRunSpec(directory) },
      modelFolder: runModelFolder(directory),
      seconds: summary.state?.trainingSeconds ?? 0,
      threads: os.availableParallelism(),
      isStopRequested: () => signal.aborted,
    });
    if (found === null) return scores;
    scores.set(run, found);
  }
  return scores;
}

async function scoreOnMasks(
  folder: string,
  { masks, split }: MaskingDesign,
  { left, scores, report, signal }: ModelsToScore,
): Promise<StudyScores> {
  const spec = await readRunSpec(left[0]!.directory);
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-study-'));
  try {
    const items = await commonItems(spec, { masks, split, report, folder: temporary });
    try {
      for (const [i, { directory, summary }] of left.entries()) {
        const { id: run, name } = summary;
        report(message('study.scoring', { run: name, number: i + 1, count: left.length }));
        const found = await scoreModel(items, {
          folder,
          run,
          modelFolder: runModelFolder(directory),
          step: summary.state?.step ?? 0,
          threads: os.availableParallelism(),
          isStopRequested: () => signal.aborted,
        });
        if (found === null) return scores;
        scores.set(run, found);
      }
    } finally {
      items.dispose();
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return scores;
}
