import * as vscode from 'vscode';
import { POLICY_GALLERY } from '../../../core/masking/policy/gallery.js';
import { say } from '../../platform/editorWords.js';
import { findPolicies, policyFile, unsavedPolicy, type PolicySource } from './policySource.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';

interface PolicyItem extends vscode.QuickPickItem {
  readonly source?: PolicySource;
}

/** Asks for a policy of the workspace or the gallery; `null` if the person cancels. */
export async function pickPolicy(question: {
  readonly title: string;
  readonly placeHolder: string;
  /** Folder of a policy from the gallery, to which paths in it are relative. */
  readonly folder: vscode.Uri;
}): Promise<PolicySource | null> {
  const files = (await findPolicies()).map((uri): PolicyItem => {
    const source = policyFile(uri);
    const description = vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..'));
    return { label: `$(json) ${withoutMarkup(source.label)}`, description, source };
  });
  const gallery = POLICY_GALLERY.map(({ id, name, description, text }): PolicyItem => ({
    label: `$(sparkle) ${say(name)}`,
    detail: say(description),
    source: unsavedPolicy({ name: id, text }, question.folder),
  }));
  const separator = (label: string): PolicyItem => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const items = [
    ...(files.length === 0
      ? []
      : [separator(vscode.l10n.t('Policies in this workspace')), ...files]),
    separator(vscode.l10n.t('Ready-made policies')),
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
