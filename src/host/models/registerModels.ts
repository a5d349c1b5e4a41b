import path from 'node:path';
import * as vscode from 'vscode';
import { referenceOfModel, type LocalModel } from '../../core/hub/localModel.js';
import { COMMANDS } from '../platform/contributions.js';
import type { RegisterCommand } from '../platform/commands.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { notify } from '../platform/notify.js';
import { isTrustedForModels, isTrustedForServing } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import { revealFolder } from '../runs/revealFolder.js';
import type { AddFromHub } from './hub/addFromHub.js';
import type { HubAccess } from './hub/editorHubAccess.js';
import { askForToken, removeToken } from './hub/hubToken.js';
import type { Download, ModelDownloads } from './hub/modelDownloads.js';
import type { ModelClient } from './modelClient.js';
import type { ModelForms } from './modelForms.js';
import { ModelDeletion, type ModelDeletionOptions } from './modelDeletion.js';
import type { ModelSelection } from './modelSelection.js';
import type { LocalModelStore } from './localModelStore.js';
import { selectChecked } from './selectChecked.js';
import { copySnippet } from './serving/copySnippet.js';
import type { ServedModels } from './serving/servedModels.js';
import { ModelNode, ModelsView } from './view/modelsView.js';

/** A model by its folder, and by its name on the hub if it has one. */
interface ModelPlace {
  readonly folder: string;
  readonly reference: string | null;
}

export interface ModelsOptions extends ModelDeletionOptions {
  readonly access: HubAccess;
  readonly addFromHub: AddFromHub;
  readonly downloads: ModelDownloads;
  readonly modelStore: LocalModelStore;
  readonly modelSelection: ModelSelection;
  readonly modelClient: ModelClient;
  readonly servedModels: ServedModels;
  readonly modelForms: ModelForms;
  /** Opens the page of a new run that starts from a model. */
  readonly newRunWith: (folder: vscode.WorkspaceFolder, model: ModelPlace) => Promise<void>;
  readonly registerCommand: RegisterCommand;
  readonly onError: (thrown: unknown) => void;
}

/** Registers the Models view, its commands, and those of the hub. */
export function registerModels(options: ModelsOptions): Disposable {
  const { access, addFromHub, downloads, modelStore, registerCommand, onError } = options;
  const disposables = new DisposableStore();
  disposables.add(new ModelsView(options));
  disposables.add(
    downloads.onDidFinish(() => {
      modelStore.refresh().catch(onError);
    }),
  );
  disposables.add(registerCommand(COMMANDS.addFromHub, () => addFromHub.ask()));
  disposables.add(registerCommand(COMMANDS.setHubToken, () => askForToken(access)));
  disposables.add(registerCommand(COMMANDS.removeHubToken, () => removeToken(access)));
  disposables.add(registerCommand(COMMANDS.refreshModels, () => modelStore.refresh()));
  for (const command of modelCommands(options)) {
    disposables.add(
      registerCommand(command.id, async (target) => {
        const model = await modelOf(target, modelStore);
        if (model !== undefined) await command.run(model);
      }),
    );
  }
  for (const command of downloadCommands(options)) {
    disposables.add(
      registerCommand(command.id, async (target) => {
        const download = target instanceof ModelNode ? target.row.target : null;
        if (download !== null && 'leftBytes' in download) await command.run(download);
      }),
    );
  }
  downloads.offerInterrupted((model) => addFromHub.resume(model)).catch(onError);
  return disposables;
}

interface Command<Target> {
  readonly id: (typeof COMMANDS)[keyof typeof COMMANDS];
  readonly run: (target: Target) => unknown;
}

function modelCommands(options: ModelsOptions): Command<LocalModel>[] {
  const deletion = new ModelDeletion(options);
  return [
    {
      id: COMMANDS.useModelForHovers,
      run: async ({ folder }) => {
        if (!(await isTrustedForModels())) return;
        options.modelClient.forgetCrashes();
        await selectChecked(folder, options);
      },
    },
    {
      id: COMMANDS.fineTuneModel,
      run: async (model) => {
        const { folder, origin } = model;
        const place = await chooseWorkspaceFolder(vscode.Uri.file(folder));
        const reference = origin === 'cache' ? referenceOfModel(model) : null;
        await options.newRunWith(place, { folder, reference });
      },
    },
    {
      id: COMMANDS.showModelCard,
      run: ({ folder }) =>
        vscode.commands.executeCommand(
          'markdown.showPreview',
          vscode.Uri.file(path.join(folder, 'README.md')),
        ),
    },
    { id: COMMANDS.revealModel, run: ({ folder }) => revealFolder(vscode.Uri.file(folder)) },
    {
      id: COMMANDS.copyModelPath,
      run: async ({ folder }) => {
        await vscode.env.clipboard.writeText(folder);
        void notify('info', vscode.l10n.t('The path is in the clipboard.'));
      },
    },
    {
      id: COMMANDS.copyModelSnippet,
      run: (model) => copySnippet(model, options.servedModels.all().get(model.folder) ?? null),
    },
    {
      id: COMMANDS.serveModel,
      run: async ({ folder, name }) => {
        if (await isTrustedForServing()) await options.servedModels.serve(folder, name);
      },
    },
    {
      id: COMMANDS.stopServing,
      run: ({ folder }) => {
        options.servedModels.stop(folder);
      },
    },
    {
      id: COMMANDS.copyServedAddress,
      run: async ({ folder }) => {
        const url = options.servedModels.all().get(folder)?.url;
        if (url == null) return;
        await vscode.env.clipboard.writeText(url);
        void notify('info', vscode.l10n.t('The address is in the clipboard.'));
      },
    },
    { id: COMMANDS.deleteModel, run: (model) => deletion.delete(model) },
  ];
}

function downloadCommands({ addFromHub, downloads }: ModelsOptions): Command<Download>[] {
  return [
    {
      id: COMMANDS.pauseDownload,
      run: ({ model }) => {
        downloads.pause(model);
      },
    },
    { id: COMMANDS.continueDownload, run: ({ model }) => addFromHub.resume(model) },
    { id: COMMANDS.discardDownload, run: ({ model }) => downloads.discard(model) },
  ];
}

/** The model of a row, or in a folder that a notification names. */
async function modelOf(
  target: unknown,
  modelStore: LocalModelStore,
): Promise<LocalModel | undefined> {
  if (target instanceof ModelNode) {
    const model = target.row.target;
    return model !== null && 'origin' in model ? model : undefined;
  }
  const folder = (target as { readonly folder?: unknown } | null | undefined)?.folder;
  if (typeof folder !== 'string') return undefined;
  await modelStore.refresh();
  return modelStore.get(folder);
}
