import * as vscode from 'vscode';
import * as z from 'zod';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import type { PredictionHoverProvider } from './hoverProvider.js';
import { addNeverSuggested } from './hoverSettings.js';

/** Arguments of `masklab.neverSuggest`: the words that a hover shows. */
const neverSuggestSchema = z.object({ words: z.array(z.string().min(1).max(200)).max(50) });

/** Registers the commands of hovers: the one that asks for a hover, and those of its links. */
export function registerHoverCommands(
  registerCommand: RegisterCommand,
  provider: () => PredictionHoverProvider,
): Disposable {
  const disposables = new DisposableStore();
  disposables.add(
    registerCommand(COMMANDS.showPredictions, async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) return;
      provider().expect(editor.document, editor.selection.active);
      await vscode.commands.executeCommand('editor.action.showHover');
    }),
  );
  disposables.add(
    registerCommand(COMMANDS.neverSuggest, async (argument: unknown) => {
      const parsed = neverSuggestSchema.safeParse(argument);
      const word = parsed.success
        ? await vscode.window.showQuickPick(parsed.data.words.map(withoutMarkup), {
            title: vscode.l10n.t('Never Suggest'),
            placeHolder: vscode.l10n.t(
              'Word to leave out of all predictions. The setting masklab.hover.neverSuggest lists them.',
            ),
          })
        : undefined;
      if (word !== undefined) await addNeverSuggested(word);
    }),
  );
  return disposables;
}
