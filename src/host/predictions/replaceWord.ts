import * as vscode from 'vscode';
import * as z from 'zod';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { notify } from '../platform/notify.js';

const argumentsSchema = z.object({
  uri: z.string(),
  range: z.tuple([z.int().min(0), z.int().min(0), z.int().min(0), z.int().min(0)]),
  original: z.string(),
  replacement: z.string(),
});

/**
 * Replaces a word from a link in a hover, unless the text has changed since. Throws `UserInput` if
 * the editor rejects the edit.
 */
export async function replaceWord(argument: unknown): Promise<void> {
  const parsed = argumentsSchema.safeParse(argument);
  if (!parsed.success) return;
  const { uri, range: place, original, replacement } = parsed.data;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const range = new vscode.Range(...place);
  if (document.getText(range) !== original) {
    // Do not wait for the message to be dismissed.
    void notify(
      'info',
      vscode.l10n.t(
        '"{0}" is no longer at this place. Hover over the word again to replace it.',
        original,
      ),
    );
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, replacement);
  if (await vscode.workspace.applyEdit(edit)) return;
  throw inputError(problem('models.wordNotReplaced', { word: original }));
}
