import * as vscode from 'vscode';
import { POLICY_GALLERY, type GalleryPolicy } from '../../../core/masking/policy/gallery.js';
import { AppError } from '../../../core/errors.js';
import { chooseWorkspaceFolder } from '../../platform/workspace.js';
import { POLICY_SUFFIX } from './policySource.js';

/** Makes a policy file from an entry of the gallery and opens it. Never overwrites a file. */
export async function newPolicy(folder: vscode.Uri | undefined): Promise<void> {
  const items = POLICY_GALLERY.map((entry) => ({
    label: entry.name,
    detail: entry.description,
    entry,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'New masking policy',
    placeHolder: 'What should it start from? Everything in it can be changed.',
    matchOnDetail: true,
  });
  if (picked === undefined) return;
  const uri = await createPolicyFile(picked.entry, folder ?? (await targetFolder()));
  await vscode.window.showTextDocument(uri);
}

/** Writes a policy under a name that is free, `bert.mask.json` or `bert-2.mask.json` and so on. */
export async function createPolicyFile(
  { id, text }: Pick<GalleryPolicy, 'id' | 'text'>,
  folder: vscode.Uri,
): Promise<vscode.Uri> {
  for (let count = 1; count < 1000; count++) {
    const name = `${id}${count === 1 ? '' : `-${count}`}${POLICY_SUFFIX}`;
    const uri = vscode.Uri.joinPath(folder, name);
    const edit = new vscode.WorkspaceEdit();
    // Refused, not overwritten, where the file is there.
    edit.createFile(uri, { contents: new TextEncoder().encode(text) });
    if (!(await exists(uri)) && (await vscode.workspace.applyEdit(edit))) return uri;
  }
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `No policy could be made in ${folder.fsPath}.`,
      remedy: 'Choose another folder, or make this one writable.',
    },
  });
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
