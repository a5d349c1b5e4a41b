import * as vscode from 'vscode';
import * as z from 'zod';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import type { HoverDependencies } from '../hoverProvider.js';
import type { WorkspaceWords } from '../workspaceWords.js';
import { IgnoredWords } from './ignoredWords.js';
import { SuggestionController, type ShownSuggestion } from './suggestionController.js';
import { addIgnored } from './suggestionSettings.js';

/** Arguments of `masklab.ignoreSuggestion`: a word, and the document in which it is ignored; everywhere if `null`. */
const ignoreSchema = z.object({ word: z.string().min(1).max(200), uri: z.string().nullable() });

/** Registers the suggestions for words and their quick fixes. */
export function registerSuggestions(
  deps: HoverDependencies & {
    readonly workspaceWords: Pick<WorkspaceWords, 'countOf'>;
    readonly registerCommand: RegisterCommand;
    readonly memory: vscode.Memento;
  },
): Disposable {
  const disposables = new DisposableStore();
  const ignoredWords = new IgnoredWords(deps.memory);
  const controller = disposables.add(new SuggestionController({ ...deps, ignoredWords }));
  disposables.add(
    vscode.languages.registerCodeActionsProvider(
      { scheme: '*' },
      {
        provideCodeActions: (document, range) =>
          controller.at(document, range).flatMap((found) => actionsFor(document, found)),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
  disposables.add(
    deps.registerCommand(COMMANDS.ignoreSuggestion, async (argument: unknown) => {
      const parsed = ignoreSchema.safeParse(argument);
      if (!parsed.success) return;
      const { word, uri } = parsed.data;
      if (uri === null) await addIgnored(word);
      else await ignoredWords.add(vscode.Uri.parse(uri, true), word);
      controller.refresh();
    }),
  );
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      const isConcerned = ['masklab.suggestions', 'masklab.hover'].some((section) =>
        event.affectsConfiguration(section),
      );
      if (isConcerned) controller.refresh();
    }),
  );
  return disposables;
}

function actionsFor(
  { uri }: vscode.TextDocument,
  { word, replacement, range, diagnostic }: ShownSuggestion,
): vscode.CodeAction[] {
  const action = (title: string): vscode.CodeAction => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.diagnostics = [diagnostic];
    return made;
  };
  const replace = action(vscode.l10n.t('Replace with “{0}”', replacement));
  replace.edit = new vscode.WorkspaceEdit();
  replace.edit.replace(uri, range, replacement);
  replace.isPreferred = true;
  const ignore = (title: string, place: string | null): vscode.CodeAction => {
    const made = action(title);
    made.command = {
      title,
      command: COMMANDS.ignoreSuggestion,
      arguments: [{ word, uri: place }],
    };
    return made;
  };
  return [
    replace,
    ignore(vscode.l10n.t('Ignore “{0}” in this file', word), uri.toString()),
    ignore(vscode.l10n.t('Always ignore “{0}”', word), null),
  ];
}
