import * as vscode from 'vscode';
import { groupThousands, joinSentences } from '../../core/format.js';
import type { Cloze } from '../../core/predict/cloze.js';
import { clozeSheet, type ClozeWords } from '../../core/predict/clozeSheet.js';
import { abortSignalOf } from '../platform/cancellation.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import type { Disposable } from '../platform/disposables.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import { notify } from '../platform/notify.js';
import { proseIn } from './documentProse.js';
import { readHoverSettings } from './hoverSettings.js';
import type { HoverDependencies } from './hoverProvider.js';
import type { PredictionLimits } from './limits/predictionLimits.js';

/** Text of which an exercise is made; the rest of a longer one is left out. */
const MOST_CHARACTERS = 20_000;
const MOST_BLANKS = 30;
const SEED = 1;

type ClozeDependencies = HoverDependencies & { readonly limits: PredictionLimits };

/** Registers the command that makes a fill-in-the-blank exercise of a selection or a file. */
export function registerClozeExercise(
  deps: ClozeDependencies & { readonly registerCommand: RegisterCommand },
): Disposable {
  return deps.registerCommand(COMMANDS.makeCloze, () => makeExercise(deps));
}

async function makeExercise({
  modelClient,
  modelSelection,
  limits,
}: ClozeDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document, selection } = editor;
  const whole = proseIn(document, selection.isEmpty ? undefined : selection);
  const text = whole.slice(0, MOST_CHARACTERS);
  const modelFolder = modelSelection.modelFolder(document.uri);
  const neverSuggest = [...readHoverSettings().neverSuggest];
  const cloze = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Making a cloze exercise'),
      cancellable: true,
    },
    (progress, token) => {
      let shown = 0;
      return modelClient.follow(
        'makeCloze',
        { modelFolder, text, blanks: MOST_BLANKS, neverSuggest, seed: SEED, lane: 'background' },
        {
          signal: abortSignalOf(token),
          onProgress: ({ done, total }) => {
            const percent = Math.floor((100 * done) / Math.max(1, total));
            progress.report({ increment: percent - shown });
            shown = percent;
          },
        },
      );
    },
  );
  if (cloze.blanks.length === 0) {
    void notify(
      'info',
      vscode.l10n.t(
        'No word of the text can be left out. Select more text, in sentences of the language of the model.',
      ),
    );
    return;
  }
  const isCut = text.length < whole.length;
  limits.set(document, 'cloze', clozeText({ isCut, blanks: cloze.blanks.length }));
  const content = clozeSheet({ text, cloze, seed: SEED }, wordsOf(cloze, isCut));
  const sheet = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
  await vscode.window.showTextDocument(sheet, { viewColumn: vscode.ViewColumn.Beside });
}

/** Text of the limit that an exercise has reached; `null` if there is none. */
export function clozeText(found: {
  readonly isCut: boolean;
  readonly blanks: number;
}): string | null {
  if (found.blanks >= MOST_BLANKS) {
    return vscode.l10n.t('Exercise with the first {0} blanks', MOST_BLANKS);
  }
  if (!found.isCut) return null;
  const most = groupThousands(MOST_CHARACTERS, EDITOR_WORDS.locale);
  return vscode.l10n.t('Exercise of the first {0} characters', most);
}

function wordsOf({ solved }: Cloze, isCut: boolean): ClozeWords {
  const { of, withContext, withoutContext } = solved;
  return {
    title: vscode.l10n.t('Fill in the Blanks'),
    choices: vscode.l10n.t('Choices'),
    key: vscode.l10n.t('Key'),
    alsoRight: (words) => vscode.l10n.t('also right: {0}', words),
    note: joinSentences(
      vscode.l10n.t(
        'The model itself prefers the answer to the other choices in {0} of {1} blanks given the sentences around them, and in {2} given the blank alone.',
        ...[withContext, of, withoutContext],
      ),
      vscode.l10n.t('It does not know whether a sentence is true: check key and choices.'),
      ...(isCut
        ? [vscode.l10n.t('Made of the first {0} characters of the text.', MOST_CHARACTERS)]
        : []),
    ),
  };
}
