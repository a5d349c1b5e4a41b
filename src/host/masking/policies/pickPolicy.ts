import * as vscode from 'vscode';
import { POLICY_GALLERY } from '../../../core/masking/policy/gallery.js';
import { findPolicies, policyFile, unsavedPolicy, type PolicySource } from './policySource.js';

interface PolicyItem extends vscode.QuickPickItem {
  readonly source?: PolicySource;
}

/** Asks for a policy: one of the workspace, the last one first, or one of the gallery. */
export async function pickPolicy(question: {
  readonly title: string;
  readonly placeHolder: string;
  /** Lists that a policy of the gallery might name would lie here. */
  readonly folder: vscode.Uri;
}): Promise<PolicySource | null> {
  const files = (await findPolicies()).map((uri): PolicyItem => {
    const source = policyFile(uri);
    const description = vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..'));
    return { label: `$(json) ${source.label}`, description, source };
  });
  const gallery = POLICY_GALLERY.map(({ id, name, description, text }): PolicyItem => ({
    label: `$(sparkle) ${name}`,
    detail: description,
    source: unsavedPolicy({ name: id, text }, question.folder),
  }));
  const separator = (label: string): PolicyItem => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const items = [
    ...(files.length === 0 ? [] : [separator('In this workspace'), ...files]),
    separator('Ready-made'),
    ...gallery,
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: question.title,
    placeHolder: question.placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.source ?? null;
}
