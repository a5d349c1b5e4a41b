import path from 'node:path';
import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { snapshotOf } from '../../core/hub/repository.js';
import type { LocalModel } from '../../core/hub/localModel.js';
import { problem } from '../../core/messages/message.js';
import { COMMANDS } from '../platform/contributions.js';
import type { DataClient } from '../platform/dataClient.js';
import { plural } from '../platform/editorWords.js';
import { confirm, notify } from '../platform/notify.js';
import type { RunStore } from '../runs/runStore.js';
import { sharedCacheFolder } from './hub/editorHubAccess.js';
import type { ModelSelection } from './modelSelection.js';
import type { LocalModelStore } from './localModelStore.js';
import { sizeText } from './modelTexts.js';

export interface ModelDeletionOptions {
  readonly dataClient: Pick<DataClient, 'call'>;
  readonly modelStore: Pick<LocalModelStore, 'refresh'>;
  readonly modelSelection: Pick<ModelSelection, 'modelFolders' | 'select'>;
  readonly runStore: Pick<RunStore, 'live'>;
}

/** Deletes models, after a question that says how much space that frees. */
export class ModelDeletion {
  constructor(private readonly options: ModelDeletionOptions) {}

  async delete(model: LocalModel): Promise<void> {
    if (model.origin === 'run') {
      // The run keeps the model; deleted runs can be restored.
      await vscode.commands.executeCommand(COMMANDS.deleteRun, path.dirname(model.folder));
      return;
    }
    const live = this.options.runStore.live().filter(({ name }) => model.usedBy.includes(name));
    if (live.length > 0) {
      throw inputError(
        problem('hub.usedByRun', {
          name: model.name,
          runs: live.map(({ name }) => name).join(', '),
        }),
      );
    }
    const isDeleted =
      model.origin === 'cache' ? await this.deleteCached(model) : await this.deleteFolder(model);
    if (!isDeleted) return;
    const { modelSelection, modelStore } = this.options;
    if (modelSelection.modelFolders().includes(model.folder)) await modelSelection.select('');
    await modelStore.refresh();
  }

  private async deleteCached(model: LocalModel): Promise<boolean> {
    const snapshot = snapshotOf(model.folder);
    if (snapshot === null) return false;
    const { dataClient } = this.options;
    const request = { ...snapshot, cacheFolder: sharedCacheFolder() };
    const { freedBytes, sharedBytes } = await dataClient.call('planRemoval', request);
    const isSure = await ask(model, [
      vscode.l10n.t('This frees {0} in the shared cache.', sizeText(freedBytes)),
      ...(sharedBytes === 0
        ? []
        : [
            vscode.l10n.t('{0} are kept, because other revisions use them.', sizeText(sharedBytes)),
          ]),
      vscode.l10n.t('Python tools and other programs that use the cache lose the model too.'),
    ]);
    if (!isSure) return false;
    tellFreed(model, await dataClient.call('removeModel', request));
    return true;
  }

  private async deleteFolder(model: LocalModel): Promise<boolean> {
    const { folder } = model;
    const bytes = await this.options.dataClient.call('measureFolder', { folder });
    const uri = vscode.Uri.file(folder);
    const size = sizeText(bytes);
    if (vscode.workspace.getConfiguration('files').get<boolean>('enableTrash', true)) {
      const move = vscode.l10n.t('Move to Trash');
      const fact = vscode.l10n.t(
        'This moves the folder {0} with everything in it, {1}, to the trash.',
        ...[folder, size],
      );
      if (!(await ask(model, [fact], move))) return false;
      try {
        await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
        void notify('info', vscode.l10n.t('{0} was moved to the trash.', model.name));
        return true;
      } catch {
        // Remote machines and some file systems have no trash.
      }
    }
    const fact = vscode.l10n.t(
      'There is no trash here. This permanently deletes the folder {0} with everything in it, {1}.',
      ...[folder, size],
    );
    if (!(await ask(model, [fact], vscode.l10n.t('Delete Permanently')))) return false;
    await vscode.workspace.fs.delete(uri, { recursive: true });
    tellFreed(model, bytes);
    return true;
  }
}

function tellFreed({ name }: LocalModel, bytes: number): void {
  void notify('info', vscode.l10n.t('{0} was deleted, which freed {1}.', name, sizeText(bytes)));
}

async function ask(
  { name, usedBy }: LocalModel,
  facts: readonly string[],
  remove = vscode.l10n.t('Delete'),
): Promise<boolean> {
  const detail = [
    ...facts,
    ...(usedBy.length === 0
      ? []
      : [
          plural(
            usedBy.length,
            vscode.l10n.t(
              '{0} run started from it and needs it to be repeated: {1}.',
              usedBy.length,
              usedBy.join(', '),
            ),
            vscode.l10n.t(
              '{0} runs started from it and need it to be repeated: {1}.',
              usedBy.length,
              usedBy.join(', '),
            ),
          ),
        ]),
  ].join('\n\n');
  return (await confirm(vscode.l10n.t('Delete the model {0}?', name), detail, remove)) === remove;
}
