import * as vscode from 'vscode';
import { formatShare } from '../../core/format.js';
import { renderProblem } from '../../core/messages/render.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { imbalanceOf } from '../../core/profile/profileWarnings.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import { BACK, pickOne } from '../platform/question.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import { trainingOptions } from '../platform/settings.js';
import { withColumnsRead, type CurrentInspection } from './dataQuestion.js';
import type { SeriesQuestion } from './questionSeries.js';
import { isForText, type Answers, type DataChoices } from './wizardAnswers.js';

export interface ChoiceQuestions {
  readonly title: string;
  readonly inspections: CurrentInspection;
}

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choices: DataChoices;
}

/** Question that only some data needs. */
interface Choice {
  /** Option that the question decides; a setting decides it, too. */
  readonly option: keyof DataChoices;
  readonly isNeeded: (data: DataSnapshot, task: TaskSpec | null) => boolean;
  readonly placeHolder: (data: DataSnapshot) => string;
  /** The default comes first. */
  readonly items: (data: DataSnapshot, task: TaskSpec | null) => readonly ChoiceItem[];
}

/** Share of the rows that must be longer than a sequence for the question about them. */
const MANY_LONGER = 0.05;

/** Asks how tables are read, where it is not clear: whether they have a header, and splits by name. */
export function readingQuestions(options: ChoiceQuestions): readonly SeriesQuestion<Answers>[] {
  return [HEADER, SPLITS].map((choice) => choiceQuestion(choice, options));
}

/** Asks about look-alike labels, imbalanced labels and long texts, once the task is known. */
export function labeledDataQuestions(options: ChoiceQuestions): readonly SeriesQuestion<Answers>[] {
  return [LOOK_ALIKES, IMBALANCE, LONG_TEXTS].map((choice) => {
    const question = choiceQuestion(choice, options);
    return {
      ...question,
      isAsked: (known: Answers) => {
        const isText = isForText(known);
        return isText === false ? question.isAsked(known) : isText === null ? null : false;
      },
    };
  });
}

/** Asks whether the names of the folders of running text are its labels, where they may be. */
export function labelFolderQuestion({
  title,
  inspections,
}: ChoiceQuestions): SeriesQuestion<Answers> {
  return {
    isAsked: ({ data, labelFolders, choices }) =>
      data === undefined ? null : labelFolders.length > 0 && !('format' in choices),
    ask: async (known, { totalStepsFor, ...place }) => {
      const items: readonly ChoiceItem[] = [
        {
          label: vscode.l10n.t('Train on the text only'),
          detail: vscode.l10n.t('Masked language modeling, without labels'),
          choices: { format: undefined },
        },
        { ...labelFolderItem(known.labelFolders), choices: { format: 'folders' } },
      ];
      const picked = await pickOne<ChoiceItem>({
        title,
        placeHolder: vscode.l10n.t('Select whether the folders are labels'),
        items,
        place: { title, ...place },
        totalSteps: (item) =>
          item?.choices.format === undefined
            ? totalStepsFor({ ...known, choices: { ...known.choices, format: undefined } })
            : undefined,
      });
      if (picked === null || picked === BACK) return picked;
      const chosen = { ...known, choices: { ...known.choices, ...picked.choices } };
      return withColumnsRead(chosen, { inspections, isTextAlone: false });
    },
  };
}

/** The choice that the names of folders are labels. */
export function labelFolderItem(folders: readonly string[]): vscode.QuickPickItem {
  const names = folders.map((name) => withoutMarkup(name));
  return {
    label: vscode.l10n.t('Use the names of the folders as labels'),
    detail: vscode.l10n.t('Each file is one example: {0}', shownNames(names)),
  };
}

const SHOWN_NAMES = 8;

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return names.length > SHOWN_NAMES ? `${shown}, …` : shown;
}

function choiceQuestion(
  { option, isNeeded, placeHolder, items }: Choice,
  { title, inspections }: ChoiceQuestions,
): SeriesQuestion<Answers> {
  return {
    isAsked: ({ data, choices, folder, task }) => {
      if (data === undefined) return null;
      if (data === null || folder === null || option in choices) return false;
      const isOpen = trainingOptions(folder.uri)[option] === undefined;
      return isOpen && isNeeded(data, task === 'otherColumns' ? null : task);
    },
    ask: async (known, { totalStepsFor, ...place }) => {
      const { data } = known;
      const task = known.task === 'otherColumns' ? null : known.task;
      if (data == null) throw new RangeError('the data has no columns');
      const picked = await pickOne<ChoiceItem>({
        title,
        placeHolder: placeHolder(data),
        items: items(data, task),
        place: { title, ...place },
        totalSteps: (item) =>
          totalStepsFor({ ...known, choices: { ...known.choices, ...item?.choices } }),
      });
      if (picked === null || picked === BACK) return picked;
      const chosen = { ...known, choices: { ...known.choices, ...picked.choices } };
      const read = await withColumnsRead(chosen, { inspections, isTextAlone: false });
      if (task === null) return read;
      const [first = null] = read.data?.tasks ?? [];
      return { ...read, task: read.data?.tasks.find(({ kind }) => kind === task.kind) ?? first };
    },
  };
}

const HEADER: Choice = {
  option: 'noHeader',
  isNeeded: (data) => headerDoubt(data) !== null,
  placeHolder: (data) =>
    vscode.l10n.t('Does the table have column names? Its first line: {0}', headerDoubt(data) ?? ''),
  items: () => [
    {
      label: vscode.l10n.t('The first line has column names'),
      choices: { noHeader: false },
    },
    { label: vscode.l10n.t('The first line is a row'), choices: { noHeader: true } },
  ],
};

/** First line of a table that looks like a row; `null` without one. */
function headerDoubt({ warnings }: DataSnapshot): string | null {
  for (const warning of warnings) {
    const { line } = warning.args;
    if (warning.id === 'data.firstLineIsRow' && typeof line === 'string') return line;
  }
  return null;
}

const SPLITS: Choice = {
  option: 'ignoreSplitNames',
  isNeeded: ({ files }) => files.some(({ split }) => split !== undefined),
  placeHolder: () => vscode.l10n.t('Select how the data is split'),
  items: ({ files }) => {
    const named = files.filter(({ split }) => split !== undefined);
    const names = named.map(({ path: file }) => vscode.workspace.asRelativePath(file));
    return [
      {
        label: vscode.l10n.t('Follow the names of files and folders'),
        detail: withoutMarkup(names.slice(0, SHOWN_FILES).join(', ')),
        choices: { ignoreSplitNames: false },
      },
      {
        label: vscode.l10n.t('Split all rows at random'),
        choices: { ignoreSplitNames: true },
      },
    ];
  },
};
const SHOWN_FILES = 4;

const LOOK_ALIKES: Choice = {
  option: 'mergeLabels',
  isNeeded: ({ lookAlikes }) => lookAlikes.length > 0,
  placeHolder: () => vscode.l10n.t('Some labels differ only in their spelling'),
  items: ({ lookAlikes }) => [
    {
      label: vscode.l10n.t('Merge them into the most frequent spelling'),
      detail: withoutMarkup(
        lookAlikes
          .slice(0, SHOWN_GROUPS)
          .map(({ spellings }) =>
            spellings.map(({ label, count }) => `${label} (${count})`).join(', '),
          )
          .join('; '),
      ),
      choices: { mergeLabels: true },
    },
    { label: vscode.l10n.t('Keep each spelling as a label'), choices: { mergeLabels: false } },
  ],
};

const SHOWN_GROUPS = 3;

const IMBALANCE: Choice = {
  option: 'classWeights',
  isNeeded: (data, task) =>
    task !== null && hasClassWeights(task) && imbalanceOf(data.summary) !== null,
  placeHolder: ({ summary }) => {
    const found = imbalanceOf(summary);
    return found === null ? '' : withoutMarkup(renderProblem(found, EDITOR_WORDS).message);
  },
  items: () => [
    {
      label: vscode.l10n.t('The same weight for all labels'),
      choices: { classWeights: undefined },
    },
    {
      label: vscode.l10n.t('Balanced class weights'),
      description: vscode.l10n.t(
        'Rare labels count more in training, so that more of them are found',
      ),
      choices: { classWeights: 'balanced' },
    },
  ],
};

/** Texts with several labels have no class weights. */
function hasClassWeights(task: TaskSpec): boolean {
  return 'classWeights' in task && !('multiLabel' in task && task.multiLabel);
}

const LONG_TEXTS: Choice = {
  option: 'truncation',
  isNeeded: (data) => shareOf(data, data.summary.lengths.longerRows) >= MANY_LONGER,
  placeHolder: (data) =>
    vscode.l10n.t(
      '{0} of the texts are longer than a sequence of {1} tokens',
      percent(data, data.summary.lengths.longerRows),
      data.summary.lengths.sequenceLength ?? 0,
    ),
  items: (data, task) => {
    const { sequenceLength, longerRows, rowsBeyondModel } = data.summary.lengths;
    const most = data.summary.model?.maxLength ?? 0;
    const cut = vscode.l10n.t('{0} of the texts are truncated', percent(data, longerRows));
    const longer: ChoiceItem = {
      label: vscode.l10n.t('Longer sequences of up to {0} tokens, which take more time', most),
      description: vscode.l10n.t('{0} of the texts are truncated', percent(data, rowsBeyondModel)),
      choices: { truncation: 'head', maxLength: most },
    };
    const bothEnds: ChoiceItem = {
      label: vscode.l10n.t('Keep the beginning and the end'),
      description: cut,
      choices: { truncation: 'head-tail' },
    };
    return [
      {
        label: vscode.l10n.t('Keep the beginning'),
        description: cut,
        choices: { truncation: 'head' },
      },
      ...(task !== null && objectiveOf(task).head === 'sequence' ? [bothEnds] : []),
      {
        label: vscode.l10n.t('Keep all, in overlapping windows, which take more time'),
        description: vscode.l10n.t('No text is truncated'),
        choices: { truncation: 'windows' },
      },
      ...(sequenceLength !== null && sequenceLength < most ? [longer] : []),
    ];
  },
};

function shareOf({ summary }: DataSnapshot, rows: number): number {
  const examined = summary.tableRecords * summary.examined.share;
  return examined === 0 ? 0 : Math.min(1, rows / examined);
}

function percent(data: DataSnapshot, rows: number): string {
  return formatShare(shareOf(data, rows));
}
