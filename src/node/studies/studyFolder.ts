import fs from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';
import {
  modelScoresSchema,
  studySchema,
  type ModelScores,
  type Study,
} from '../../core/experiments/study/study.js';
import type { StudyScores } from '../../core/experiments/study/studyResults.js';
import { sweepSchema, type Sweep } from '../../core/experiments/sweep/sweep.js';
import { EXPECTED_FILE } from '../../core/experiments/sweep/sweepReport.js';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { writeJsonAtomically } from '../files/storage.js';
import { listRunDirectories } from '../runs/runDirectory.js';
import { parseJson, StampedFiles, type JsonFile } from '../runs/stampedFiles.js';

/** Files in the folder of a study or sweep. */
export const STUDY_FILES = {
  study: 'study.json',
  sweep: 'sweep.json',
  scores: 'scores',
  summary: 'summary.json',
  development: 'development.json',
  report: 'report.md',
  page: 'report.html',
  forest: 'forest.svg',
  expected: EXPECTED_FILE,
  log: 'study.log',
} as const;

/** Folder of the studies and sweeps of a workspace folder. */
export function studiesFolderOf(workspaceFolder: string): string {
  return path.join(workspaceFolder, '.masklab', 'studies');
}

/** Reads `study.json`. Throws `UserInput` for a folder without a readable one. */
export async function readStudy(folder: string): Promise<Study> {
  const { value, problem: reason } = await readJsonFile(
    studySchema,
    path.join(folder, STUDY_FILES.study),
  );
  if (value !== null) return value;
  throw inputError(problem('study.notAStudy', { folder, reason }));
}

/** Reads `sweep.json`. Throws `UserInput` for a folder without a readable one. */
export async function readSweep(folder: string): Promise<Sweep> {
  const { value, problem: reason } = await readJsonFile(
    sweepSchema,
    path.join(folder, STUDY_FILES.sweep),
  );
  if (value !== null) return value;
  throw inputError(problem('sweep.notASweep', { folder, reason }));
}

/** Reads a JSON file of a study; `null` with a reason for one that is missing or invalid. */
export function readJsonFile<T>(schema: z.ZodType<T>, file: string): Promise<JsonFile<T>> {
  return new StampedFiles((content, name) => parseJson(schema, content, name)).read(file);
}

export function writeSweep(folder: string, sweep: Sweep): Promise<void> {
  return writeJsonAtomically(path.join(folder, STUDY_FILES.sweep), sweep);
}

export function writeStudy(folder: string, study: Study): Promise<void> {
  return writeJsonAtomically(path.join(folder, STUDY_FILES.study), study);
}

/** Directory of a run of a study or sweep. */
export function runDirectoryIn(
  folder: string,
  { runsFolder }: Pick<Study | Sweep, 'runsFolder'>,
  run: string,
): string {
  return path.join(path.resolve(folder, runsFolder), run);
}

/** Folder of the scores of a run's model, or of one mask of it. */
export function scoresFolderOf(folder: string, run: string, mask?: string): string {
  return path.join(folder, STUDY_FILES.scores, run, ...(mask === undefined ? [] : [mask]));
}

/** Scores of a run's model; null while there are none. */
export async function readModelScores(folder: string, run: string): Promise<ModelScores | null> {
  const { value } = await readJsonFile(
    modelScoresSchema,
    path.join(scoresFolderOf(folder, run), STUDY_FILES.summary),
  );
  return value;
}

/** Scores of the models that have finished. */
export async function readStudyScores(folder: string, { runs }: Study): Promise<StudyScores> {
  const scores = new Map<string, ModelScores>();
  for (const { run } of runs) {
    const found = await readModelScores(folder, run);
    if (found !== null) scores.set(run, found);
  }
  return scores;
}

/** Folders of the studies and sweeps in a studies folder, newest first. */
export async function listStudyFolders(studiesFolder: string): Promise<string[]> {
  return (await listRunDirectories(studiesFolder)).filter((folder) =>
    [STUDY_FILES.study, STUDY_FILES.sweep].some((name) => fs.existsSync(path.join(folder, name))),
  );
}
