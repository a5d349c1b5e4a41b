import path from 'node:path';
import * as vscode from 'vscode';
import type { RunFile } from '../../core/specs/runFile.js';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import { findPolicies, POLICY_SUFFIX } from '../masking/policies/policySource.js';
import { say } from '../platform/editorWords.js';
import { BACK, pickOne } from '../platform/question.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import { trainingOptions } from '../platform/settings.js';
import { isForText, type Answers, type MaskingChoice } from './wizardAnswers.js';
import type { LastAnswers } from './lastAnswers.js';
import type { SeriesQuestion } from './questionSeries.js';

interface MaskingItem extends vscode.QuickPickItem {
  readonly choice?: MaskingChoice;
}

/**
 * Asks for the words that a model learns to predict, unless a policy or a setting says it. With labels,
 * it asks for those that are masked in training, if the workspace has a policy.
 */
export function maskingQuestion(
  title: string,
  { last, hasPolicies }: { readonly last: LastAnswers; readonly hasPolicies: boolean },
): SeriesQuestion<Answers> {
  return {
    isAsked: ({ folder, masking, ...known }) => {
      if (masking !== null) return false;
      if (folder !== null && trainingOptions(folder.uri).masking !== undefined) return false;
      const isText = isForText(known);
      return isText === false ? hasPolicies : isText;
    },
    ask: async (known, { totalStepsFor, ...place }) => {
      const isText = isForText(known) === true;
      const items = await itemsOf(known.folder, isText);
      const picked = await pickOne<MaskingItem>({
        title,
        placeHolder: isText
          ? vscode.l10n.t('Select the words that the model learns to predict')
          : vscode.l10n.t('Words that the policy finds are masked in training, not in evaluation.'),
        items,
        active:
          // With labels, nothing is masked unless it is asked for.
          last.masking === undefined || !isText
            ? undefined
            : items.find(
                ({ choice }) => choice !== undefined && maskingOf(choice) === last.masking,
              ),
        place: { title, ...place },
        totalSteps: () => totalStepsFor(known),
      });
      return picked === null || picked === BACK
        ? picked
        : { ...known, masking: picked.choice ?? {} };
    },
  };
}

/** Masking as a text that can be remembered; empty for the default. */
export function maskingOf({ masking }: MaskingChoice): string {
  return masking ?? '';
}

async function itemsOf(
  folder: vscode.WorkspaceFolder | null,
  isText: boolean,
): Promise<MaskingItem[]> {
  const files = (await findPolicies()).map((uri): MaskingItem => ({
    label: `$(json) ${withoutMarkup(path.posix.basename(uri.path, POLICY_SUFFIX))}`,
    description: vscode.workspace.asRelativePath(uri),
    choice: policyChoice(folder, uri),
  }));
  const gallery = POLICY_GALLERY.map(({ id, name, description }): MaskingItem => ({
    label: `$(sparkle) ${say(name)}`,
    detail: say(description),
    choice: { masking: id },
  }));
  return [
    isText
      ? {
          label: `$(symbol-misc) ${vscode.l10n.t('Any words')}`,
          description: vscode.l10n.t('15% of the tokens at random'),
          choice: {},
        }
      : {
          label: `$(circle-slash) ${vscode.l10n.t('No words')}`,
          description: vscode.l10n.t('The texts are not masked'),
          choice: {},
        },
    ...(files.length === 0
      ? []
      : [separator(vscode.l10n.t('Policies in this workspace')), ...files]),
    separator(vscode.l10n.t('Ready-made policies')),
    ...gallery,
  ];
}

function separator(label: string): MaskingItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Masking by a policy file, named as on the command line. */
export function policyChoice(
  folder: vscode.WorkspaceFolder | null,
  policy: vscode.Uri,
): MaskingChoice {
  if (folder === null) return { masking: policy.fsPath };
  const relative = path.relative(folder.uri.fsPath, policy.fsPath);
  return { masking: relative.startsWith('..') ? policy.fsPath : relative };
}

/** Names of the policies of a run file: paths from its folder, or ready-made ones. */
export function policiesOf({ options }: Pick<RunFile, 'options'>): (string | undefined)[] {
  return [options.masking, options.debiasWords];
}

/** Saves the policies that a run names, by paths from a folder, where they have unsaved changes. */
export async function savePolicies(
  names: readonly (string | undefined)[],
  folder: string,
): Promise<void> {
  for (const name of names) {
    // A ready-made policy is not an open file.
    if (name !== undefined) await savePolicy(vscode.Uri.file(path.resolve(folder, name)));
  }
}

/** Saves a policy with unsaved changes, since runs read files. */
export async function savePolicy(policy: vscode.Uri): Promise<void> {
  const open = vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && uri.toString() === policy.toString(),
  );
  await open?.save();
}
