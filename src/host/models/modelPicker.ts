import path from 'node:path';
import * as vscode from 'vscode';
import type { RunStore } from '../runs/runStore.js';
import type { LocalModel } from '../../core/hub/localModel.js';
import { say } from '../platform/editorWords.js';
import { isTrustedForModels } from '../platform/trust.js';
import type { AddFromHub } from './hub/addFromHub.js';
import type { LocalModelStore } from './localModelStore.js';
import { collectModels, type ModelChoice, type ModelsInput } from './collectModels.js';
import type { ModelClient } from './modelClient.js';
import type { ModelSelection } from './modelSelection.js';
import { selectChecked } from './selectChecked.js';
import {
  BACK,
  pickOne,
  replaceItem,
  replaceItems,
  type Outcome,
  type Place,
} from '../platform/question.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

/** Sources of models beside runs and the bundled one. */
export interface ModelPlaces {
  readonly modelStore: Pick<LocalModelStore, 'list'>;
  readonly addFromHub: Pick<AddFromHub, 'ask'>;
}

export interface ModelQuestion extends Omit<ModelsInput, 'cached'>, ModelPlaces {
  readonly title: string;
  readonly placeHolder: string;
}

/** Answer for a new model that the run creates. */
export const NEW_MODEL = Symbol('a new model');

interface Item<Answer> extends vscode.QuickPickItem {
  /** Absent for separators and for items that ask further. */
  readonly answer?: Answer;
  /** Asks for a folder in another way; `null` returns to the question. */
  readonly ask?: () => Promise<string | null>;
}
type ModelItem = Item<string>;

const ICONS: Record<ModelChoice['origin'], string> = {
  bundled: '$(package)',
  run: '$(beaker)',
  cache: '$(database)',
  folder: '$(folder)',
};

/** Asks for a model; `null` if the person dismisses the question. Enter accepts the bundled one. */
export async function pickModelFolder(question: ModelQuestion): Promise<string | null> {
  const outcome = await ask(question, itemsOf(question));
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
  const known: Item<string | typeof NEW_MODEL>[] = itemsOf(question);
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
  question: ModelQuestion,
  items: readonly Item<Answer>[],
  series?: Pick<ModelSeries, 'place' | 'totalSteps'> & { readonly last: Answer | undefined },
  keepUpToDate?: (pick: vscode.QuickPick<Item<Answer>>) => vscode.Disposable,
): Promise<Outcome<Answer | string>> {
  const { title, placeHolder } = question;
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
      keepUpToDate: (pick) => {
        const others = keepUpToDate?.(pick);
        const cached = addCached(pick, question);
        return new vscode.Disposable(() => {
          others?.dispose();
          cached.dispose();
        });
      },
    });
    if (picked === null || picked === BACK) return picked;
    if (picked.answer !== undefined) return picked.answer;
    const folder = (await picked.ask?.()) ?? null;
    // Within a series, a dismissed dialog returns to the question that opened it.
    if (folder !== null) return folder;
    if (series === undefined) return null;
  }
}

async function browse(title: string): Promise<string | null> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title,
    openLabel: vscode.l10n.t('Use This Model'),
  });
  return chosen?.[0]?.fsPath ?? null;
}

/** Adds the models of the shared cache once they are listed, before the ways to find others. */
function addCached<Answer>(
  pick: vscode.QuickPick<Item<Answer | string>>,
  question: ModelQuestion,
): vscode.Disposable {
  let isOpen = true;
  const add = (models: readonly LocalModel[]): void => {
    const known = new Set(pick.items.map(({ answer }) => answer));
    const found = itemsFrom('cache', collectModels({ ...question, cached: models })).filter(
      ({ answer }) => !known.has(answer),
    );
    if (!isOpen || found.length === 0) return;
    const { Separator } = vscode.QuickPickItemKind;
    const at = pick.items.findIndex(({ label, kind }) => kind === Separator && label === '');
    replaceItems(pick, [
      ...pick.items.slice(0, at),
      separator(vscode.l10n.t('In the shared cache')),
      ...found,
      ...pick.items.slice(at),
    ]);
  };
  // The others can be selected without this list.
  question.modelStore.list().then(add, () => undefined);
  return new vscode.Disposable(() => {
    isOpen = false;
  });
}

function separator(label: string): ModelItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function itemsFrom(origin: ModelChoice['origin'], models: readonly ModelChoice[]): ModelItem[] {
  return models
    .filter((model) => model.origin === origin)
    .map(({ name, description, folder, isCurrent }) => ({
      label: `${ICONS[origin]} ${withoutMarkup(name)}`,
      description: [
        ...(isCurrent ? [`$(check) ${vscode.l10n.t('in use')}`] : []),
        ...description.map(say),
      ].join(' · '),
      answer: folder,
    }));
}

function itemsOf(question: ModelQuestion): ModelItem[] {
  const models = collectModels(question);
  const from = (origin: ModelChoice['origin']): ModelItem[] => itemsFrom(origin, models);
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
      ask: () => browse(question.title),
    },
    {
      label: `$(cloud-download) ${vscode.l10n.t('Add From Hub…')}`,
      description: vscode.l10n.t('search, check and download a model'),
      ask: () => question.addFromHub.ask(),
    },
  ];
}

/** Asks for the model for hovers and selects it. Rejects with `Model` for an unusable model. */
export async function pickHoverModel({
  modelSelection,
  modelClient,
  runStore,
  ...places
}: ModelPlaces & {
  readonly modelSelection: ModelSelection;
  readonly modelClient: ModelClient;
  readonly runStore: RunStore;
}): Promise<void> {
  if (!(await isTrustedForModels())) return;
  await runStore.ready();
  const folder = await pickModelFolder({
    title: vscode.l10n.t('Select a Model for Hovers'),
    placeHolder: vscode.l10n.t('Model that predicts words in this workspace'),
    ...{ modelStore: places.modelStore, addFromHub: places.addFromHub },
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
