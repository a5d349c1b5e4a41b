import path from 'node:path';
import * as vscode from 'vscode';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import type { RunOptions } from '../../core/runs/options.js';
import { findPolicies, POLICY_SUFFIX } from '../masking/policies/policySource.js';
import { trainingOptions } from '../platform/settings.js';

const TITLE = 'Fine-tune on workspace data: what to mask';

/** How words are masked: nothing where a run says it itself. */
export type MaskingChoice = Pick<RunOptions, 'masking'>;

interface MaskingItem extends vscode.QuickPickItem {
  readonly choice?: MaskingChoice;
}

/**
 * Asks for the masking policy of a run on running text, BERT's first; null when the person backs
 * out. Nothing is asked where a setting names one.
 */
export async function pickMasking(folder: vscode.WorkspaceFolder): Promise<MaskingChoice | null> {
  if (trainingOptions(folder.uri).masking !== undefined) return {};
  const picked = await vscode.window.showQuickPick(await itemsOf(folder), {
    title: TITLE,
    placeHolder: 'Which words should the model learn to predict?',
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.choice ?? null;
}

async function itemsOf(folder: vscode.WorkspaceFolder): Promise<MaskingItem[]> {
  const files = (await findPolicies()).map((uri): MaskingItem => ({
    label: `$(json) ${path.posix.basename(uri.path, POLICY_SUFFIX)}`,
    description: vscode.workspace.asRelativePath(uri),
    choice: policyChoice(folder, uri),
  }));
  const gallery = POLICY_GALLERY.map(({ id, name, description }): MaskingItem => ({
    label: `$(sparkle) ${name}`,
    detail: description,
    choice: { masking: id },
  }));
  return [
    { label: '$(symbol-misc) Any words', description: '15% of the tokens at random', choice: {} },
    ...(files.length === 0 ? [] : [separator('Policies of this workspace'), ...files]),
    separator('Ready-made policies'),
    ...gallery,
  ];
}

function separator(label: string): MaskingItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** A run that is masked by a policy file, named as a person would on the command line. */
export function policyChoice(folder: vscode.WorkspaceFolder, policy: vscode.Uri): MaskingChoice {
  const relative = path.relative(folder.uri.fsPath, policy.fsPath);
  return { masking: relative.startsWith('..') ? policy.fsPath : relative };
}

/** Runs read files: what is still unsaved of a policy is saved first. */
export async function savePolicy(policy: vscode.Uri): Promise<void> {
  const open = vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && uri.toString() === policy.toString(),
  );
  await open?.save();
}
