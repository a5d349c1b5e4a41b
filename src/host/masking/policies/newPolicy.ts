import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { POLICY_GALLERY, type GalleryPolicy } from '../../../core/masking/policy/gallery.js';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { say } from '../../platform/editorWords.js';
import { storageError } from '../../../node/files/storage.js';
import { chooseWorkspaceFolder } from '../../platform/workspace.js';
import { POLICY_SUFFIX } from './policySource.js';

/** Creates a policy file from the gallery and opens it. Never overwrites a file. */
export async function newPolicy(folder: vscode.Uri | undefined): Promise<void> {
  const items = POLICY_GALLERY.map((entry) => ({
    label: say(entry.name),
    detail: say(entry.description),
    entry,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('New Masking Policy'),
    placeHolder: vscode.l10n.t('Select a policy to start from'),
    matchOnDetail: true,
  });
  if (picked === undefined) return;
  const uri = await createPolicyFile(picked.entry, folder ?? (await targetFolder()));
  await vscode.window.showTextDocument(uri);
}

/**
 * Writes a policy under the first unused name: `bert.mask.json`, `bert-2.mask.json` and so on. Not as
 * an edit of the workspace, which Undo in the new file would take back, with the file.
 */
export async function createPolicyFile(
  { id, text }: Pick<GalleryPolicy, 'id' | 'text'>,
  folder: vscode.Uri,
): Promise<vscode.Uri> {
  for (let count = 1; count < 1000; count++) {
    const name = `${id}${count === 1 ? '' : `-${count}`}${POLICY_SUFFIX}`;
    const uri = vscode.Uri.joinPath(folder, name);
    if (await wasCreated(uri, text)) return uri;
  }
  throw inputError(problem('masking.policyNotCreated', { folder: folder.fsPath }));
}

/** False if there is a file of that name already. */
async function wasCreated(uri: vscode.Uri, text: string): Promise<boolean> {
  try {
    await writeFile(uri.fsPath, text, { flag: 'wx' });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw storageError(uri.fsPath, thrown);
  }
}

async function targetFolder(): Promise<vscode.Uri> {
  return (await chooseWorkspaceFolder(vscode.window.activeTextEditor?.document.uri)).uri;
}
