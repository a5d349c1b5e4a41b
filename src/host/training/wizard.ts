import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { suggestName } from '../../core/runs/runId.js';
import { askForModel, NEW_MODEL } from '../models/modelPicker.js';
import type { DataClient } from '../platform/dataClient.js';
import { sayProblem } from '../platform/editorWords.js';
import { askText, BACK, pickOne } from '../platform/question.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { MAX_NAME_LENGTH } from '../runs/askRunName.js';
import type { RunStore } from '../runs/runStore.js';
import { isForText, labelsOf, NO_ANSWERS, TEXT_ALONE, type Answers } from './wizardAnswers.js';
import type { LabelChoice, MaskingChoice } from './wizardAnswers.js';
import type { DataInspection } from './dataInspection.js';
import { CurrentInspection, dataQuestion, withColumnsRead } from './dataQuestion.js';
import { labelQuestions } from './labelQuestions.js';
import { readLastAnswers, rememberAnswers } from './lastAnswers.js';
import { maskingOf, maskingQuestion, policyChoice, savePolicy } from './maskingQuestion.js';
import { askSeries, type SeriesQuestion } from './questionSeries.js';
import { warningOf } from './warningOf.js';

export interface WizardOptions {
  readonly runStore: RunStore;
  readonly bundledModel: string;
  readonly dataClient: DataClient;
  /** Keeps the answers for the next time in this workspace. */
  readonly memory: vscode.Memento;
}

/** Answers that the caller already has. */
export interface GivenAnswers {
  /** `null` if the person has to choose among the workspace's folders. */
  readonly folder: vscode.WorkspaceFolder | null;
  /** Data; empty if it is to be asked for. */
  readonly paths: readonly string[];
  readonly policy: vscode.Uri | null;
}

/** Everything that a run is made from. */
export interface Plan {
  readonly folder: vscode.WorkspaceFolder;
  readonly inspection: DataInspection;
  readonly labels: LabelChoice;
  readonly masking: MaskingChoice;
  readonly model: string | typeof NEW_MODEL;
  readonly name: string;
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
      folder,
      paths: paths.length > 0 ? paths : null,
      masking: policy === null ? null : policyChoice(folder, policy),
    };
    const initial =
      folder === null || known.paths === null ? known : await withColumnsRead(known, given);
    const isThere = last.paths?.every((file) => existsSync(file)) === true;
    const data = {
      title,
      dataClient,
      ...given,
      last: isThere ? last : { ...last, paths: undefined },
    };
    const answers = await askSeries(
      [
        folderQuestion(title, given),
        dataQuestion(data),
        ...labelQuestions({ title, inspections, last }),
        maskingQuestion(title, last),
        modelQuestion(title, options),
        nameQuestion(title, { ...options, ...given }),
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
      ...(answers.masking === null || policy !== null
        ? {}
        : { masking: maskingOf(answers.masking) }),
      model: answers.model === NEW_MODEL ? '' : (answers.model ?? undefined),
    });
    plan = planOf(answers, given);
    return plan;
  } finally {
    if (plan === null) inspections.dispose();
  }
}

interface Given {
  readonly inspections: CurrentInspection;
  readonly isTextAlone: boolean;
}

function planOf(answers: Answers, { inspections, isTextAlone }: Given): Plan | null {
  const { folder, masking, model, name } = answers;
  if (folder === null || model === null || name === null) return null;
  return {
    folder,
    inspection: inspections.of(answers),
    labels: isTextAlone ? TEXT_ALONE : labelsOf(answers),
    masking: masking ?? {},
    model,
    name,
  };
}

function folderQuestion(title: string, given: Given): SeriesQuestion<Answers> {
  return {
    isAsked: ({ folder }) => folder === null,
    ask: async (known, { totalStepsFor, ...place }) => {
      const picked = await pickOne({
        title,
        placeHolder: vscode.l10n.t('Select the folder that keeps the run'),
        items: workspaceFoldersOnDisk().map((folder) => ({
          label: folder.name,
          description: folder.uri.fsPath,
          folder,
        })),
        place: { title, ...place },
        totalSteps: () => totalStepsFor(known),
      });
      if (picked === null || picked === BACK) return picked;
      const answered = { ...known, folder: picked.folder };
      return known.paths === null ? answered : withColumnsRead(answered, given);
    },
  };
}

function modelQuestion(
  title: string,
  { runStore, bundledModel, memory }: WizardOptions,
): SeriesQuestion<Answers> {
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
          bundledModel,
          runs: runStore.list(),
          withClassifiers: !isText,
        },
        {
          place: { title, ...place },
          totalSteps: totalStepsFor(known),
          last: !isUsable ? undefined : last === '' ? NEW_MODEL : last,
          withNew: isText,
        },
      );
      return model === null || model === BACK ? model : { ...known, model };
    },
  };
}

function nameQuestion(
  title: string,
  { dataClient, inspections, isTextAlone }: WizardOptions & Given,
): SeriesQuestion<Answers> {
  return {
    isAsked: () => true,
    ask: async (known, { totalStepsFor, ...place }) => {
      const warning = await warningOf(dataClient, {
        inspection: inspections.of(known),
        labels: isTextAlone ? TEXT_ALONE : labelsOf(known),
        modelFolder: known.model === NEW_MODEL ? null : known.model,
      });
      const prompt = vscode.l10n.t('Name the run and press Enter to start training');
      const name = await askText({
        place: { title, ...place },
        totalSteps: totalStepsFor(known),
        prompt: warning === null ? prompt : `${sayProblem(warning)} ${prompt}`,
        value: suggestName(Math.random),
        problemOf: (value) => {
          if (value.trim() === '') return vscode.l10n.t('Enter a name for the run.');
          return value.length > MAX_NAME_LENGTH
            ? vscode.l10n.t('Enter at most {0} characters.', MAX_NAME_LENGTH)
            : null;
        },
      });
      return name === null || name === BACK ? name : { ...known, name: name.trim() };
    },
  };
}
