import * as vscode from 'vscode';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import type { DataWorkerRequest } from '../../../protocol/dataWorker.js';

/** File name suffix of policies. */
export const POLICY_SUFFIX = '.mask.json';
const POLICY_GLOB = `**/*${POLICY_SUFFIX}`;
const MOST_POLICIES = 200;

/** Policy of a preview: a file, including unsaved changes, or an entry of the gallery. */
export interface PolicySource {
  /** `null` for a policy without a file. */
  readonly uri: vscode.Uri | null;
  /** Name to show. */
  readonly label: string;
  read(): Promise<PolicyText>;
}

/** Policy as it is sent to the data worker. */
export type PolicyText = DataWorkerRequest<'checkPolicy'>['policy'];

export function policyFile(uri: vscode.Uri): PolicySource {
  return {
    uri,
    label: uri.path.split('/').at(-1)!,
    read: async () => {
      // The editor can still have the text of a deleted file in memory.
      if (uri.scheme === 'file') await refuseDeleted(uri);
      return policyTextOf(await vscode.workspace.openTextDocument(uri));
    },
  };
}

async function refuseDeleted(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    const policy = vscode.workspace.asRelativePath(uri);
    throw inputError(problem('masking.policyDeleted', { policy }));
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

/** Policy without a file; paths of lists in it are relative to `folder`. */
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

/** Policies of the workspace, sorted by path. */
export async function findPolicies(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(POLICY_GLOB, undefined, MOST_POLICIES);
  return found.sort((a, b) => a.path.localeCompare(b.path));
}
