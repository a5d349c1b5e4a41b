import { inputError, toAppErrorData, type AppErrorData } from '../../core/errors.js';
import type { ProblemAt } from '../../core/jsonDocument/documentProblem.js';
import type { ProblemId } from '../../core/messages/catalogue.js';
import type { Problem } from '../../core/messages/message.js';
import type { LaunchField } from '../../core/specs/launchDraft.js';
import { POLICY_SUFFIX } from '../masking/policies/policySource.js';
import { LAUNCH_PARTS, type LaunchProblem } from '../../protocol/launchPanelMessages.js';

const FIELDS: ReadonlySet<string> = new Set(LAUNCH_PARTS);

/** Fields of problems that name none. */
const FIELD_OF_PROBLEM: Readonly<Partial<Record<ProblemId, LaunchField>>> = {
  'training.unknownMetric': 'earlyStopping',
  'runs.learningRateSetAndSearched': 'learningRate',
  'runs.nothingToTrainOn': 'heldOut',
  'runs.foldWithFileSplits': 'ignoreSplitNames',
  'runs.truncationWithoutTexts': 'truncation',
  'runs.windowsWithoutLabels': 'truncation',
  'runs.strideTooLong': 'stride',
  'runs.maskedExamplesWithoutLabels': 'maskedExamples',
  'runs.packingWithoutMasking': 'packing',
  'runs.debiasTask': 'debias',
  'runs.debiasWordsEmpty': 'debiasWords',
  'runs.maskerLastLayer': 'method',
  'runs.newModelTask': 'task',
  'runs.newModelMethod': 'method',
  'runs.newModelBatchSize': 'batchSize',
  'runs.newModelLearningRate': 'findLearningRate',
  'runs.noLearningRateFound': 'findLearningRate',
};

/** Problems of a run file that name its folder, as the page says them. */
const ON_PAGE: Readonly<Partial<Record<ProblemId, ProblemId>>> = {
  'runFile.pathNotFound': 'launch.pathNotFound',
  'runFile.nothingMatches': 'launch.nothingMatches',
  'runFile.notAModel': 'launch.notAModel',
};

/** Problems of single fields, which have the field first in their path. */
export function problemsOfFields(found: readonly ProblemAt[]): LaunchProblem[] {
  return found.map(({ path: [first], problem }) => ({
    field: fieldNamed(first),
    error: inputError({ ...problem, id: ON_PAGE[problem.id] ?? problem.id }).data,
  }));
}

/** The reason why no run can be created from a draft. */
export function problemOfRun(thrown: unknown): LaunchProblem {
  const error = toAppErrorData(thrown);
  return { field: fieldOf(error), error };
}

function fieldNamed(name: unknown): LaunchField | null {
  return typeof name === 'string' && FIELDS.has(name) ? (name as LaunchField) : null;
}

function fieldOf(error: AppErrorData): LaunchField | null {
  if (error.code === 'Model') return 'model';
  if (error.code === 'Data') {
    return error.details.file.endsWith(POLICY_SUFFIX) ? 'masking' : 'data';
  }
  return error.code === 'UserInput' ? fieldOfProblem(error.details.problem) : null;
}

function fieldOfProblem(problem: Problem): LaunchField | null {
  const { id, args } = problem;
  const option = fieldNamed(args['option']);
  if (option !== null) return option;
  const known = FIELD_OF_PROBLEM[id];
  if (known !== undefined) return known;
  if (id.startsWith('masking.')) return 'masking';
  return id.startsWith('data.') ? 'data' : null;
}
