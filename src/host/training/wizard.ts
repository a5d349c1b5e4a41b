import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { askForModel, NEW_MODEL, type ModelPlaces } from '../models/modelPicker.js';
import { findPolicies } from '../masking/policies/policySource.js';
import { emptyDataProblem } from '../platform/emptyData.js';
import { BACK } from '../platform/question.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import type { RunStore } from '../runs/runStore.js';
import { isForText, labelsOf, NO_ANSWERS, TEXT_ALONE, type Answers } from './wizardAnswers.js';
import type { Plan } from './wizardAnswers.js';
import { CurrentInspection, dataQuestion, folderOf, withColumnsRead } from './dataQuestion.js';
import { labeledDataQuestions, labelFolderQuestion, readingQuestions } from './choiceQuestions.js';
import { labelQuestions } from './labelQuestions.js';
import { readLastAnswers, rememberAnswers } from './lastAnswers.js';
import {
  maskingOf,
  maskingQuestion,
  policyChoice,
  savePolicies,
  savePolicy,
} from './maskingQuestion.js';
import { askSeries, type SeriesQuestion } from './questionSeries.js';
import { nameQuestion, timeText } from './nameQuestion.js';
import {
  estimateToCreate,
  runOfPlan,
  type NamelessPlan,
  type RunRequestDependencies,
} from './runRequest.js';

export interface WizardOptions extends RunRequestDependencies, ModelPlaces {
  readonly runStore: RunStore;
  readonly bundledModel: string;
  /** Keeps the answers for the next time in this workspace. */
  readonly memory: vscode.Memento;
}

/** Answers that the caller already has. */
export interface GivenAnswers {
  /** `null` for all folders of the workspace: the data decides which of them keeps the run. */
  readonly folder: vscode.WorkspaceFolder | null;
  /** Data; empty if it is to be asked for. */
  readonly paths: readonly string[];
  readonly policy: vscode.Uri | null;
}

/** Asks what a run needs, with the answers of the last time as defaults; `null` if dismissed. */
export async function askForPlan(
  options: WizardOptions,
  { folder, paths, policy }: GivenAnswers,
): Promise<Plan | null> {
  const { bundledModel, dataClient, memory } = options;
  const title = vscode.l10n.t('Fine-tune on workspace data');
  const last = readLastAnswers(memory);
  const isTextAlone = policy !== null;
  const inspections = new CurrentInspection(dataClient, { bundledModel, isTextAlone });
  const given = { inspections, isTextAlone };
  let plan: Plan | null = null;
  try {
    if (policy !== null) await savePolicy(policy);
    const known: Answers = {
      ...NO_ANSWERS,
      folder: folder ?? (paths.length > 0 ? folderOf(paths, workspaceFoldersOnDisk()) : null),
      paths: paths.length > 0 ? paths : null,
      masking: policy === null ? null : policyChoice(folder, policy),
    };
    if (known.folder !== null && known.paths !== null) {
      const chosen = { folder: known.folder, paths: known.paths };
      const empty = await emptyDataProblem(dataClient, chosen);
      if (empty !== null) throw inputError(empty);
    }
    const initial = known.paths === null ? known : await withColumnsRead(known, given);
    const isThere = last.paths?.every((file) => existsSync(file)) === true;
    const data = {
      title,
      dataClient,
      ...given,
      last: isThere ? last : { ...last, paths: undefined },
    };
    const hasPolicies = (await findPolicies()).length > 0;
    const namelessPlanOf: PlanOf = (answered) => namelessPlan(answered, given);
    const answers = await askSeries(
      [
        dataQuestion(data),
        labelFolderQuestion({ title, inspections }),
        ...readingQuestions({ title, inspections }),
        ...labelQuestions({ title, inspections, last }),
        ...labeledDataQuestions({ title, inspections }),
        maskingQuestion(title, { last, hasPolicies }),
        modelQuestion(title, options, namelessPlanOf),
        nameQuestion(title, options, namelessPlanOf),
      ],
      initial,
    );
    if (answers === null) return null;
    await rememberAnswers(memory, {
      ...(paths.length > 0 || answers.paths === null ? {} : { paths: [...answers.paths] }),
      ...(answers.data == null ? {} : { columns: answers.columns ?? undefined }),
      ...(answers.task === null || answers.task === 'otherColumns'
        ? {}
        : { task: answers.task.kind }),
      ...(answers.masking === null || policy !== null || isForText(answers) !== true
        ? {}
        : { masking: maskingOf(answers.masking) }),
      model: answers.model === NEW_MODEL ? '' : (answers.model ?? undefined),
    });
    plan = planOf(answers, given);
    if (plan !== null) await savePolicies([plan.masking.masking], plan.folder.uri.fsPath);
    return plan;
  } finally {
    if (plan === null) inspections.dispose();
  }
}

/** The plan that follows from the answers so far; `null` while folder or model are open. */
type PlanOf = (known: Answers) => NamelessPlan | null;

interface Given {
  readonly inspections: CurrentInspection;
  readonly isTextAlone: boolean;
}

function planOf(answers: Answers, given: Given): Plan | null {
  const { name, estimatedSeconds, ending } = answers;
  const nameless = namelessPlan(answers, given);
  return name === null || nameless === null
    ? null
    : { ...nameless, name, estimatedSeconds, ending };
}

function namelessPlan(answers: Answers, { inspections, isTextAlone }: Given): NamelessPlan | null {
  const { folder, masking, model } = answers;
  if (folder === null || model === null) return null;
  return {
    folder,
    inspection: inspections.of(answers),
    labels: isTextAlone ? TEXT_ALONE : labelsOf(answers),
    choices: answers.choices,
    masking: masking ?? {},
    model,
  };
}

function modelQuestion(
  title: string,
  options: WizardOptions,
  planOf: PlanOf,
): SeriesQuestion<Answers> {
  const { runStore, bundledModel, memory, modelStore, addFromHub } = options;
  return {
    isAsked: () => true,
    ask: async (known, { totalStepsFor, ...place }) => {
      const isText = isForText(known) === true;
      const { model: last } = readLastAnswers(memory);
      const isUsable = last !== undefined && (last === '' ? isText : existsSync(last));
      const model = await askForModel(
        {
          title,
          placeHolder: vscode.l10n.t('Select the model to train'),
          ...{ bundledModel, modelStore, addFromHub },
          runs: runStore.list(),
          withClassifiers: !isText,
        },
        {
          place: { title, ...place },
          totalSteps: totalStepsFor(known),
          last: !isUsable ? undefined : last === '' ? NEW_MODEL : last,
          withNew: isText,
          timeOfNew: async (signal) => {
            const plan = planOf({ ...known, model: NEW_MODEL });
            const estimate =
              plan &&
              (await estimateToCreate(options, () => runOfPlan(plan), { signal }).catch(
                () => null,
              ));
            return estimate && timeText(estimate);
          },
        },
      );
      return model === null || model === BACK ? model : { ...known, model };
    },
  };
}
