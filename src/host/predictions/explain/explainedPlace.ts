import * as vscode from 'vscode';
import * as z from 'zod';
import { placeAtPosition } from '../predictedPlace.js';

const number = z.int().min(0);
/** Optional argument of the command that explains a prediction, as plain data for a command link. */
const argumentSchema = z.object({
  uri: z.string(),
  /** Zero-based [start line, start character, end line, end character] of the word or mask. */
  range: z.tuple([number, number, number, number]),
  /** Default: at a mask its best prediction, elsewhere the word itself. */
  word: z.string().min(1).max(1000).optional(),
});

/** Word or mask whose prediction is to be explained. */
export interface PlaceToExplain {
  readonly editor: vscode.TextEditor;
  readonly range: vscode.Range;
  readonly word: string | undefined;
}

/** The place that a link names, or the one at the cursor; `null` if there is none. */
export async function placeToExplain(argument: unknown): Promise<PlaceToExplain | null> {
  const parsed = argumentSchema.safeParse(argument);
  if (parsed.success) {
    const { uri, range, word } = parsed.data;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const editor = shown ?? (await vscode.window.showTextDocument(document));
    const valid = document.validateRange(new vscode.Range(...range));
    return valid.isEmpty ? null : { editor, range: valid, word };
  }
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return null;
  const place = placeAtPosition(editor.document, editor.selection.active);
  return place === null ? null : { editor, range: place.range, word: undefined };
}
