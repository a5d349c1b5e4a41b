import * as vscode from 'vscode';
import { POLICY_GALLERY, type GalleryPolicy } from '../../../core/masking/policy/gallery.js';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { say } from '../../platform/editorWords.js';
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

/** Writes a policy under the first unused name: `bert.mask.json`, `bert-2.mask.json` and so on. */
export async function createPolicyFile(
  { id, text }: Pick<GalleryPolicy, 'id' | 'text'>,
  folder: vscode.Uri,
): Promise<vscode.Uri> {
  for (let count = 1; count < 1000; count++) {
    const name = `${id}${count === 1 ? '' : `-${count}`}${POLICY_SUFFIX}`;
    const uri = vscode.Uri.joinPath(folder, name);
    const edit = new vscode.WorkspaceEdit();
    // Fails instead of overwriting if the file exists.
    edit.createFile(uri, { contents: new TextEncoder().encode(text) });
    if (!(await exists(uri)) && (await vscode.workspace.applyEdit(edit))) return uri;
  }
  throw inputError(problem('masking.policyNotCreated', { folder: folder.fsPath }));
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

async function targetFolder(): Promise<vscode.Uri> {
  return (await chooseWorkspaceFolder(vscode.window.activeTextEditor?.document.uri)).uri;
}
