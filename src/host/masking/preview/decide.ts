import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { isTrustedForWriting } from '../../platform/trust.js';
import {
  decidePlace,
  decideWord,
  setSeed,
  type Decision,
  type Place,
} from '../policies/editPolicy.js';
import type { MaskingPreview } from './maskingPreview.js';
import { createPolicyFile } from '../policies/newPolicy.js';
import { policyFile } from '../policies/policySource.js';
import type { PreviewController } from './previewController.js';
import type { DecideArguments } from './previewMarkdown.js';
import { notify } from '../../platform/notify.js';

const argumentsSchema = z.object({
  uri: z.string(),
  word: z.string().min(1),
}) satisfies z.ZodType<DecideArguments>;

/** Characters of the line recorded on either side of a place, to find it again after edits. */
const CONTEXT_CHARACTERS = 24;
/** Longer selections are passages, which are masked only in their place. */
const LONGEST_PHRASE = 60;

/**
 * Adds a word or the selection to the policy of a preview, to be always or never masked. Creates a
 * file for a policy without one.
 */
export async function decide(
  controller: PreviewController,
  decision: Decision,
  argument: unknown,
): Promise<void> {
  const given = argumentsSchema.safeParse(argument);
  if (given.success) {
    const { uri, word } = given.data;
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    const preview = controller.of(document);
    if (preview !== undefined) await edit(preview, (text) => decideWord(text, word, decision));
    return;
  }
  await decideSelection(controller.active(), decision);
}

/** Writes the seed of a rerolled preview into the policy. */
export async function keepSeed(preview: MaskingPreview): Promise<void> {
  const { seed } = preview;
  if (seed === null) return;
  if (!(await isTrustedForWriting())) return;
  await edit(preview, (text) => setSeed(text, seed));
  preview.resetSeed();
}

async function decideSelection(preview: MaskingPreview, decision: Decision): Promise<void> {
  const editor = vscode.window.activeTextEditor!;
  const selection = trimmed(editor);
  if (selection === null) {
    void notify('info', vscode.l10n.t('Select a word or a passage in the text first.'));
    return;
  }
  const text = editor.document.getText(selection);
  const isPhrase = selection.isSingleLine && text.length <= LONGEST_PHRASE;
  const scope = isPhrase ? await askScope(text, decision) : 'here';
  if (scope === 'everywhere') await edit(preview, (policy) => decideWord(policy, text, decision));
  if (scope === 'here') {
    await edit(preview, (policy, file) =>
      decidePlace(policy, placeOf(editor.document, selection, file), decision),
    );
  }
}

async function askScope(text: string, decision: Decision): Promise<'everywhere' | 'here' | null> {
  const items = [
    { label: vscode.l10n.t('Everywhere “{0}” occurs', text), scope: 'everywhere' as const },
    { label: vscode.l10n.t('Only in this place'), scope: 'here' as const },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title:
      decision === 'always'
        ? vscode.l10n.t('Always Mask Selection')
        : vscode.l10n.t('Never Mask Selection'),
  });
  return picked?.scope ?? null;
}

/** The selection without surrounding whitespace; `null` if nothing is selected. */
function trimmed({ document, selection }: vscode.TextEditor): vscode.Range | null {
  const text = document.getText(selection);
  const start = document.offsetAt(selection.start) + text.length - text.trimStart().length;
  const end = start + text.trim().length;
  return end > start
    ? new vscode.Range(document.positionAt(start), document.positionAt(end))
    : null;
}

function placeOf(document: vscode.TextDocument, range: vscode.Range, policy: string): Place {
  const before = document.lineAt(range.start.line).text.slice(0, range.start.character);
  const after = document.lineAt(range.end.line).text.slice(range.end.character);
  return {
    file: path.relative(path.dirname(policy), document.uri.fsPath).replaceAll('\\', '/'),
    text: document.getText(range),
    before: before.slice(-CONTEXT_CHARACTERS),
    after: after.slice(0, CONTEXT_CHARACTERS),
  };
}

/**
 * Changes the text of the policy, and saves it unless it had unsaved changes before. Throws
 * `UserInput` if the editor rejects either.
 */
async function edit(
  preview: MaskingPreview,
  change: (text: string, file: string) => string,
): Promise<void> {
  const uri = preview.policy.uri ?? (await giveFile(preview));
  const document = await vscode.workspace.openTextDocument(uri);
  const { isDirty } = document;
  const before = document.getText();
  const after = change(before, uri.fsPath);
  if (after === before) return;
  const workspaceEdit = new vscode.WorkspaceEdit();
  const { from, to, text } = smallestChange(before, after);
  const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
  workspaceEdit.replace(uri, range, text);
  const isChanged = await vscode.workspace.applyEdit(workspaceEdit);
  if (isChanged && (isDirty || (await document.save()))) return;
  const policy = preview.policy.label;
  throw inputError(
    isChanged
      ? problem('masking.policyNotSaved', { policy })
      : problem('masking.policyNotChanged', { policy }),
  );
}

async function giveFile(preview: MaskingPreview): Promise<vscode.Uri> {
  const { text, file } = await preview.policy.read();
  const folder = vscode.Uri.file(path.dirname(file));
  const uri = await createPolicyFile({ id: preview.policy.label, text }, folder);
  preview.use(policyFile(uri));
  void notify(
    'info',
    vscode.l10n.t('Policy file created: {0}.', vscode.workspace.asRelativePath(uri)),
  );
  return uri;
}

/** Omits the equal text at both ends, so that cursors in the policy keep their places. */
function smallestChange(before: string, after: string): { from: number; to: number; text: string } {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - from;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { from, to: before.length - tail, text: after.slice(from, after.length - tail) };
}
