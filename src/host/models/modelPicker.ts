import path from 'node:path';
import * as vscode from 'vscode';
import type { RunStore } from '../runs/runStore.js';
import { say } from '../platform/editorWords.js';
import { isTrustedForModels } from '../platform/trust.js';
import { collectModels, type ModelChoice, type ModelsInput } from './collectModels.js';
import type { ModelClient } from './modelClient.js';
import type { ModelSelection } from './modelSelection.js';
import { selectChecked } from './selectChecked.js';
import { BACK, pickOne, replaceItem, type Outcome, type Place } from '../platform/question.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

export interface ModelQuestion extends ModelsInput {
  readonly title: string;
  readonly placeHolder: string;
}

/** Answer for a new model that the run creates. */
export const NEW_MODEL = Symbol('a new model');

interface Item<Answer> extends vscode.QuickPickItem {
  /** Absent for separators and for the item that opens a folder dialog. */
  readonly answer?: Answer;
}
type ModelItem = Item<string>;

const ICONS: Record<ModelChoice['origin'], string> = {
  bundled: '$(package)',
  run: '$(beaker)',
  folder: '$(folder)',
};

/** Asks for a model; `null` if the person dismisses the question. Enter accepts the bundled one. */
export async function pickModelFolder(question: ModelQuestion): Promise<string | null> {
  const outcome = await ask(question, itemsOf(collectModels(question)));
  return outcome === BACK ? null : outcome;
}

/** Position of the question in a series, and the answer of the last time. */
export interface ModelSeries {
  readonly place: Place;
  readonly totalSteps: number | undefined;
  readonly last: string | typeof NEW_MODEL | undefined;
  /** Also offers a new model, which the run makes. */
  readonly withNew: boolean;
  /** Says how long a new model would train; `null` if that cannot be estimated. */
  readonly timeOfNew: (signal: AbortSignal) => Promise<string | null>;
}

/** Asks for a model to train, as a question of a series. Enter accepts that of the last time. */
export async function askForModel(
  question: ModelQuestion,
  series: ModelSeries,
): Promise<Outcome<string | typeof NEW_MODEL>> {
  const known: Item<string | typeof NEW_MODEL>[] = itemsOf(collectModels(question));
  const { last } = series;
  const isListed = known.some(({ answer }) => answer === last);
  const own =
    typeof last !== 'string' || isListed
      ? []
      : [
          {
            label: `$(history) ${withoutMarkup(path.basename(last))}`,
            description: vscode.l10n.t('used last time'),
            answer: last,
          },
        ];
  const fromScratch: Item<string | typeof NEW_MODEL> = {
    label: `$(sparkle) ${vscode.l10n.t('A new model, from scratch')}`,
    description: vscode.l10n.t('trains a vocabulary and new weights; needs megabytes of text'),
    answer: NEW_MODEL,
  };
  return ask<string | typeof NEW_MODEL>(
    question,
    [...known, ...own, ...(series.withNew ? [fromScratch] : [])],
    series,
    (pick) => {
      const abort = new AbortController();
      if (series.withNew) {
        void series.timeOfNew(abort.signal).then((time) => {
          if (time === null || abort.signal.aborted) return;
          const description = `${time} · ${fromScratch.description ?? ''}`;
          replaceItem(pick, fromScratch, { ...fromScratch, description });
        });
      }
      return new vscode.Disposable(() => {
        abort.abort();
      });
    },
  );
}

async function ask<Answer>(
  { title, placeHolder }: ModelQuestion,
  items: readonly Item<Answer>[],
  series?: Pick<ModelSeries, 'place' | 'totalSteps'> & { readonly last: Answer | undefined },
  keepUpToDate?: (pick: vscode.QuickPick<Item<Answer>>) => vscode.Disposable,
): Promise<Outcome<Answer | string>> {
  for (;;) {
    const picked = await pickOne({
      title,
      placeHolder,
      items,
      active:
        series?.last === undefined
          ? undefined
          : items.find(({ answer }) => answer !== undefined && answer === series.last),
      place: series?.place,
      totalSteps: () => series?.totalSteps,
      ...(keepUpToDate === undefined ? {} : { keepUpToDate }),
    });
    if (picked === null || picked === BACK) return picked;
    if (picked.answer !== undefined) return picked.answer;
    const chosen = await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title,
      openLabel: vscode.l10n.t('Use This Model'),
    });
    const folder = chosen?.[0]?.fsPath;
    // Within a series, a dismissed dialog returns to the question that opened it.
    if (folder !== undefined) return folder;
    if (series === undefined) return null;
  }
}

function itemsOf(models: readonly ModelChoice[]): ModelItem[] {
  const separator = (label: string): ModelItem => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const from = (origin: ModelChoice['origin']): ModelItem[] =>
    models
      .filter((model) => model.origin === origin)
      .map(({ name, description, folder, isCurrent }) => ({
        label: `${ICONS[origin]} ${withoutMarkup(name)}`,
        description: [
          ...(isCurrent ? [`$(check) ${vscode.l10n.t('in use')}`] : []),
          ...description.map(say),
        ].join(' · '),
        answer: folder,
      }));
  const runs = from('run');
  return [
    ...from('bundled'),
    ...(runs.length === 0 ? [] : [separator(vscode.l10n.t('Models of earlier runs'))]),
    ...runs,
    separator(''),
    ...from('folder'),
    {
      label: `$(folder-opened) ${vscode.l10n.t('Browse for a model folder…')}`,
      description: 'config.json, tokenizer.json, model.safetensors',
    },
  ];
}

/** Asks for the model for hovers and selects it. Rejects with `Model` for an unusable model. */
export async function pickHoverModel({
  modelSelection,
  modelClient,
  runStore,
}: {
  readonly modelSelection: ModelSelection;
  readonly modelClient: ModelClient;
  readonly runStore: RunStore;
}): Promise<void> {
  if (!(await isTrustedForModels())) return;
  await runStore.ready();
  const folder = await pickModelFolder({
    title: vscode.l10n.t('Select a Model for Hovers'),
    placeHolder: vscode.l10n.t('Model that predicts words in this workspace'),
    bundledModel: modelSelection.bundledFolder,
    runs: runStore.list(),
    current: modelSelection.modelFolder(vscode.window.activeTextEditor?.document.uri),
  });
  if (folder === null) return;
  modelClient.forgetCrashes();
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Masklab: Loading the model'),
    },
    () => selectChecked(folder, { modelClient, modelSelection }),
  );
}
