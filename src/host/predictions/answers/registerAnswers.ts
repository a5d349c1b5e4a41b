import * as vscode from 'vscode';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { notify } from '../../platform/notify.js';
import { isAssistedIn } from '../documentProse.js';
import type { HoverDependencies } from '../hoverProvider.js';
import type { PredictionLimits } from '../limits/predictionLimits.js';
import { AnswerController } from './answerController.js';
import { questionsAt, questionsOf } from './questionsOf.js';

/** Context key for the key and the palette entry that clear the probabilities. */
const IS_SHOWN = 'masklab.areAnswersShown';
/** Questions that are answered at once. */
const MOST_QUESTIONS = 200;
/** Signs of a question on a line; without one, the document is not searched. */
const SIGNS = /_{3}|\[mask|<mask|<\|mask| · |\b[a-h1-8][).]/iu;

/** Registers the command and the code action that show how likely each answer to a question is. */
export function registerAnswers(
  deps: HoverDependencies & {
    readonly registerCommand: RegisterCommand;
    readonly limits: PredictionLimits;
  },
): Disposable {
  const disposables = new DisposableStore();
  const controller = disposables.add(new AnswerController(deps));
  disposables.add(
    controller.onDidChange(() => {
      const document = vscode.window.activeTextEditor?.document;
      const isShown = document !== undefined && controller.isShownIn(document);
      void vscode.commands.executeCommand('setContext', IS_SHOWN, isShown);
    }),
  );
  disposables.add(
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      const isShown = editor !== undefined && controller.isShownIn(editor.document);
      void vscode.commands.executeCommand('setContext', IS_SHOWN, isShown);
    }),
  );
  disposables.add(
    deps.registerCommand(COMMANDS.showAnswers, (argument) =>
      showAnswers(controller, deps.limits, { isAtCursor: argument === AT_CURSOR }),
    ),
  );
  disposables.add(
    deps.registerCommand(COMMANDS.clearAnswers, () => {
      controller.clear();
    }),
  );
  disposables.add(
    vscode.languages.registerCodeActionsProvider({ scheme: '*' }, new AnswerActions(), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
  return disposables;
}

/** Argument of the command for the question at the cursor alone. */
const AT_CURSOR = 'atCursor';

/** Shows the answers to the questions of the selection or the file, or hides those that are shown. */
async function showAnswers(
  controller: AnswerController,
  limits: PredictionLimits,
  { isAtCursor }: { readonly isAtCursor: boolean },
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document, selection } = editor;
  if (controller.isShownIn(document) && !isAtCursor) {
    controller.clear();
    return;
  }
  const { text, questions } = questionsOf(document);
  const range = {
    start: document.offsetAt(selection.start),
    end: document.offsetAt(selection.end),
  };
  const asked = isAtCursor || !selection.isEmpty ? questionsAt(questions, range) : questions;
  if (asked.length === 0) {
    void notify(
      'info',
      vscode.l10n.t(
        'There is no question with choices here. Write them behind a blank, such as ____ (a) fox (b) dog, or in a mask, such as [MASK:fox|dog].',
      ),
    );
    return;
  }
  limits.set(
    document,
    'answers',
    asked.length > MOST_QUESTIONS
      ? vscode.l10n.t('Answers of the first {0} of {1} questions', MOST_QUESTIONS, asked.length)
      : null,
  );
  await controller.show(document, { text, questions: asked.slice(0, MOST_QUESTIONS) });
}

/** Offers to show the answers to the question at the cursor. */
class AnswerActions implements vscode.CodeActionProvider {
  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (!isAssistedIn(document) || !SIGNS.test(document.lineAt(range.start.line).text)) return [];
    const { questions } = questionsOf(document);
    const place = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    if (questionsAt(questions, place).length === 0) return [];
    const title = vscode.l10n.t('Show How Likely Each Answer Is');
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { title, command: COMMANDS.showAnswers, arguments: [AT_CURSOR] };
    return [action];
  }
}
