import * as vscode from 'vscode';
import * as z from 'zod';
import { AppError } from '../../core/errors.js';

const argumentsSchema = z.object({
  uri: z.string(),
  range: z.tuple([z.int().min(0), z.int().min(0), z.int().min(0), z.int().min(0)]),
  original: z.string(),
  replacement: z.string(),
});

/**
 * Replaces a word from a hover's link, unless the text has changed under it since. Throws
 * `UserInput` where the editor refuses the edit.
 */
export async function replaceWord(argument: unknown): Promise<void> {
  const parsed = argumentsSchema.safeParse(argument);
  if (!parsed.success) return;
  const { uri, range: place, original, replacement } = parsed.data;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const range = new vscode.Range(...place);
  if (document.getText(range) !== original) {
    // Nobody waits for the message to be dismissed.
    void vscode.window.showInformationMessage(
      `“${original}” is no longer there. Hover over the word again to replace it.`,
    );
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, replacement);
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `“${original}” could not be replaced.`,
      remedy: 'Check that the file can be edited, then hover over the word again.',
    },
  });
}
