import * as vscode from 'vscode';
import { AppError } from '../../../core/errors.js';
import type { DataWorkerRequest } from '../../../protocol/dataWorker.js';

/** What a policy file is called. */
export const POLICY_SUFFIX = '.mask.json';
const POLICY_GLOB = `**/*${POLICY_SUFFIX}`;
const MOST_POLICIES = 200;

/** A policy that a preview follows: a file, with what is not saved yet, or one of the gallery. */
export interface PolicySource {
  /** Null for a policy that has no file yet. */
  readonly uri: vscode.Uri | null;
  /** What the person calls it. */
  readonly label: string;
  read(): Promise<PolicyText>;
}

/** What the data worker is told of a policy. */
export type PolicyText = DataWorkerRequest<'checkPolicy'>['policy'];

export function policyFile(uri: vscode.Uri): PolicySource {
  return {
    uri,
    label: uri.path.split('/').at(-1)!,
    read: async () => {
      // A deleted file may still be open, and its text in the editor's memory.
      if (uri.scheme === 'file') await refuseDeleted(uri);
      return policyTextOf(await vscode.workspace.openTextDocument(uri));
    },
  };
}

async function refuseDeleted(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `The policy ${vscode.workspace.asRelativePath(uri)} no longer exists.`,
        remedy: 'Restore the file, or preview another policy.',
      },
    });
  }
}

export function policyTextOf(document: vscode.TextDocument): PolicyText {
  const { uri } = document;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return {
    text: document.getText(),
    file: uri.fsPath,
    workspaceFolder: folder?.uri.fsPath ?? null,
  };
}

/** A policy that is only looked at; lists it might name would lie in `folder`. */
export function unsavedPolicy(
  { name, text }: { readonly name: string; readonly text: string },
  folder: vscode.Uri,
): PolicySource {
  const { fsPath: file } = vscode.Uri.joinPath(folder, `${name}${POLICY_SUFFIX}`);
  const policy = { text, file, workspaceFolder: folder.fsPath };
  return { uri: null, label: name, read: () => Promise.resolve(policy) };
}

export function isPolicyFile({ path }: vscode.Uri): boolean {
  return path.toLowerCase().endsWith(POLICY_SUFFIX);
}

/** The policies of the workspace, sorted by path. */
export async function findPolicies(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(POLICY_GLOB, undefined, MOST_POLICIES);
  return found.sort((a, b) => a.path.localeCompare(b.path));
}
