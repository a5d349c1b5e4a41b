import fs from 'node:fs';
import path from 'node:path';
import type { ProblemAt } from '../../core/jsonDocument/documentProblem.js';
import type { StudyFile } from '../../core/experiments/study/studyFile.js';
import { AppError, problemOf } from '../../core/errors.js';
import { modelReferenceIn } from '../../core/hub/repository.js';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import { problem } from '../../core/messages/message.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { globOf } from '../data/readers/globs.js';
import { namedModelFolder } from './namedModel.js';

type Path = ProblemAt['path'];

/** Problems of the data, model and policy that a run file names, relative to its folder. */
export function runFilePlaceProblems(
  { data, model, newModel, options }: RunFile,
  folder: string,
  at: Path = [],
): ProblemAt[] {
  const vocabulary = newModel?.vocabulary;
  const { masking, shiftedData = [], debiasWords, debiasModel } = options;
  return [
    ...data.flatMap((given, i) => dataProblems(given, folder, [...at, 'data', i])),
    ...(model === undefined ? [] : modelProblems(model, folder, [...at, 'model'])),
    ...(vocabulary?.kind === 'given'
      ? missing(vocabulary.path, folder, [...at, 'newModel', 'vocabulary', 'path'])
      : []),
    ...policyProblems(masking, folder, [...at, 'masking']),
    ...shiftedData.flatMap((given, i) => dataProblems(given, folder, [...at, 'shiftedData', i])),
    ...policyProblems(debiasWords, folder, [...at, 'debiasWords']),
    ...(debiasModel === undefined
      ? []
      : modelProblems(debiasModel, folder, [...at, 'debiasModel'])),
  ];
}

/** Problems of the data, model and policies that a study file names, relative to its folder. */
export function studyFilePlaceProblems(
  { run, arms, masks = [] }: StudyFile,
  folder: string,
): ProblemAt[] {
  return [
    ...runFilePlaceProblems(run, folder, ['run']),
    ...arms.flatMap(({ masking }, i) => policyProblems(masking, folder, ['arms', i, 'masking'])),
    ...masks.flatMap((mask, i) => policyProblems(mask, folder, ['masks', i])),
  ];
}

function missing(given: string, folder: string, at: Path): ProblemAt[] {
  if (fs.existsSync(path.resolve(folder, given))) return [];
  return [{ path: at, problem: problem('runFile.pathNotFound', { path: given }) }];
}

function dataProblems(given: string, folder: string, at: Path): ProblemAt[] {
  // A glob that excludes may match nothing.
  if (given.startsWith('!') || fs.existsSync(path.resolve(folder, given))) return [];
  const { isGlob, base } = globOf(given);
  if (!isGlob) return missing(given, folder, at);
  if (fs.existsSync(path.resolve(folder, base))) return [];
  return [{ path: at, problem: problem('runFile.nothingMatches', { glob: given }) }];
}

/** Files of which a folder with a run or a model has one. */
const MODEL_FILES = [RUN_FILES.spec, 'config.json'];

function modelProblems(given: string, folder: string, at: Path): ProblemAt[] {
  if (modelReferenceIn(given) !== null && !fs.existsSync(path.resolve(folder, given))) {
    return cacheProblems(given, folder, at);
  }
  const absent = missing(given, folder, at);
  if (absent.length > 0) return absent;
  const model = path.resolve(folder, given);
  return MODEL_FILES.some((name) => fs.existsSync(path.join(model, name)))
    ? []
    : [{ path: at, problem: problem('runFile.notAModel', { path: given }) }];
}

/** Problems of a model that is named as on the hub: it must be in the shared cache. */
function cacheProblems(given: string, folder: string, at: Path): ProblemAt[] {
  try {
    namedModelFolder(given, folder);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return [{ path: at, problem: problemOf(thrown.data) }];
  }
}

function policyProblems(given: unknown, folder: string, at: Path): ProblemAt[] {
  if (typeof given !== 'string' || POLICY_GALLERY.some(({ id }) => id === given)) return [];
  if (fs.existsSync(path.resolve(folder, given))) return [];
  const gallery = { list: POLICY_GALLERY.map(({ id }) => id), join: 'or' } as const;
  return [{ path: at, problem: problem('masking.policyNotFound', { policy: given, gallery }) }];
}
