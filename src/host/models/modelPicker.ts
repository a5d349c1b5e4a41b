import * as vscode from 'vscode';
import type { RunStore } from '../runs/runStore.js';
import { isTrustedForModels } from '../platform/trust.js';
import { collectModels, type ModelChoice, type ModelsInput } from './collectModels.js';
import type { ModelClient } from './modelClient.js';
import type { ModelSelection } from './modelSelection.js';
import { selectChecked } from './selectChecked.js';

export interface ModelQuestion extends ModelsInput {
  readonly title: string;
  readonly placeHolder: string;
}

/** Instead of a model that there is: one that the run makes. */
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

/** Asks for a model; null when the person backs out. Enter takes the bundled one. */
export async function pickModelFolder(question: ModelQuestion): Promise<string | null> {
  return ask(question, itemsOf(collectModels(question)));
}

/** Asks for a model to train, where a new one is among the choices. */
export async function pickModelOrNew(
  question: ModelQuestion,
): Promise<string | typeof NEW_MODEL | null> {
  return ask<string | typeof NEW_MODEL>(question, [
    ...itemsOf(collectModels(question)),
    {
      label: '$(sparkle) A new model, from nothing',
      description: 'trains a vocabulary and new weights on this text: megabytes and hours of it',
      answer: NEW_MODEL,
    },
  ]);
}

async function ask<Answer>(
  { title, placeHolder }: ModelQuestion,
  items: readonly Item<Answer>[],
): Promise<Answer | string | null> {
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return null;
  if (picked.answer !== undefined) return picked.answer;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title,
    openLabel: 'Use this model',
  });
  return chosen?.[0]?.fsPath ?? null;
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
        label: `${ICONS[origin]} ${name}`,
        description: isCurrent ? `$(check) in use · ${description}` : description,
        answer: folder,
      }));
  const runs = from('run');
  return [
    ...from('bundled'),
    ...(runs.length === 0 ? [] : [separator('Models of earlier runs')]),
    ...runs,
    separator(''),
    ...from('folder'),
    {
      label: '$(folder-opened) Browse for a model folder…',
      description: 'config.json, tokenizer.json, model.safetensors',
    },
  ];
}

/** Lets the person choose the model of the hovers. Rejects with `Model` for one that is unusable. */
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
    title: 'Model for hovers',
    placeHolder: 'Which model predicts words in this workspace?',
    bundledModel: modelSelection.bundledFolder,
    runs: runStore.list(),
    current: modelSelection.modelFolder,
  });
  if (folder === null) return;
  modelClient.forgetCrashes();
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Masklab: loading the model' },
    () => selectChecked(folder, { modelClient, modelSelection }),
  );
}
