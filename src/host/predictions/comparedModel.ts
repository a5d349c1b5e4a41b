import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelClient } from '../models/modelClient.js';
import { pickModelFolder, type ModelPlaces } from '../models/modelPicker.js';
import { nameOfModel, type ModelSelection, type NamedModel } from '../models/modelSelection.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { isTrustedForModels } from '../platform/trust.js';
import type { RunStore } from '../runs/runStore.js';

const STATE_KEY = 'masklab.comparedModel';
/** Set while hovers show a second model, for the command that ends it. */
const IS_COMPARING = 'masklab.isComparingHovers';

/**
 * The second model of hovers, as selected last in this workspace. Restricted Mode has none. The disk is
 * read only when something may have changed.
 */
export class ComparedModel implements vscode.Disposable {
  private named: Promise<NamedModel | null> = Promise.resolve(null);
  private readonly trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    this.refresh();
  });

  constructor(private readonly memory: vscode.Memento) {
    this.refresh();
  }

  /** The model; `null` if there is none. */
  current(): Promise<NamedModel | null> {
    return this.named;
  }

  async select(folder: string | null): Promise<void> {
    await this.memory.update(STATE_KEY, folder ?? undefined);
    this.refresh();
  }

  /** Checks whether the selected folder is still there. */
  refresh(): void {
    const folder = this.folder();
    void vscode.commands.executeCommand('setContext', IS_COMPARING, folder !== null);
    this.named =
      folder === null
        ? Promise.resolve(null)
        : nameOfModel(folder).then((name) => ({ folder, name }));
  }

  dispose(): void {
    this.trust.dispose();
  }

  /** The selected folder, if it is still there. */
  private folder(): string | null {
    const folder = this.memory.get<unknown>(STATE_KEY);
    if (typeof folder !== 'string' || !vscode.workspace.isTrusted) return null;
    return fs.existsSync(path.join(folder, 'config.json')) ? folder : null;
  }
}

export interface ComparisonDependencies extends ModelPlaces {
  readonly comparedModel: ComparedModel;
  readonly modelSelection: ModelSelection;
  readonly modelClient: ModelClient;
  readonly runStore: RunStore;
  readonly registerCommand: RegisterCommand;
}

/** Registers the commands that show a second model in hovers and take it away. */
export function registerComparison(deps: ComparisonDependencies): Disposable {
  const disposables = new DisposableStore();
  disposables.add(deps.registerCommand(COMMANDS.compareHovers, () => pickComparedModel(deps)));
  disposables.add(
    deps.registerCommand(COMMANDS.stopComparingHovers, () => deps.comparedModel.select(null)),
  );
  return disposables;
}

async function pickComparedModel(deps: ComparisonDependencies): Promise<void> {
  if (!(await isTrustedForModels())) return;
  const { runStore, modelSelection, modelClient, comparedModel } = deps;
  await runStore.ready();
  const shown = await comparedModel.current();
  const folder = await pickModelFolder({
    title: vscode.l10n.t('Compare Hovers With Another Model'),
    placeHolder: vscode.l10n.t('Model to show beside the one in use'),
    ...{ modelStore: deps.modelStore, addFromHub: deps.addFromHub },
    bundledModel: modelSelection.bundledFolder,
    runs: runStore.list(),
    ...(shown !== null && { current: shown.folder }),
  });
  if (folder === null) return;
  modelClient.forgetCrashes();
  // Fails with its reason for a model that cannot be loaded, or predicts no words.
  const request = { modelFolder: folder, lane: 'interactive', kind: 'masked-lm' } as const;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Masklab: Loading the model'),
    },
    () => modelClient.call('describeModel', request),
  );
  await comparedModel.select(folder);
}
