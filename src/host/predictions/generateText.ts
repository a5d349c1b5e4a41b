import * as vscode from 'vscode';
import { MOST_WRITTEN } from '../../core/predict/maskPredict.js';
import { masksIn, spellMasks } from '../../core/predict/spelledMasks.js';
import { isUnspaced, joinedWords } from '../../core/text/spacedWords.js';
import { writtenAt } from '../../core/text/writtenWord.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import type { HoverDependencies } from './hoverProvider.js';
import { readHoverSettings } from './hoverSettings.js';
import { maskTokenOf } from './maskToken.js';
import { windowAt } from './textWindow.js';
import { tellUnread } from './unreadReason.js';

const WORDS = 8;
const TEXTS = 3;
const WRITING = { iterations: 10, temperature: 0.8, topP: 0.9 } as const;

/** Asks for a number of words and shows texts of so many words at the cursor. */
export async function generateText(
  { modelClient, modelSelection }: HoverDependencies,
  show: (editor: vscode.TextEditor, texts: readonly string[]) => Promise<void>,
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const words = await askForWords();
  if (words === null) return;
  const { document, selection } = editor;
  const { version } = document;
  const position = selection.active;
  const lane = 'interactive' as const;
  const { folder: modelFolder, name: modelName } = await modelSelection.current(document.uri);
  const { signal: never } = new AbortController();
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal: never });
  if (maskToken === null) return;
  const { text, offset } = windowAt(document, new vscode.Range(position, position));
  const at = document.offsetAt(position) - offset;
  const before = text.slice(0, at);
  const gap = isUnspacedAt(text, at) ? '' : ' ';
  const space = /\S$/u.test(before) ? gap : '';
  const skeleton = Array<string>(words).fill('[MASK]').join(gap);
  const first = at + space.length;
  const filled = before + space + skeleton + text.slice(at);
  const masks = masksIn(filled);
  const spelled = spellMasks(filled, masks, maskToken);
  const starts = spelled.masks
    .filter((_, i) => masks[i]!.start >= first && masks[i]!.end <= first + skeleton.length)
    .map(({ start }) => start);
  const neverSuggest = [...readHoverSettings().neverSuggest];
  const request = {
    ...{ modelFolder, text: spelled.text, starts, count: TEXTS, neverSuggest, lane, ...WRITING },
    seed: Math.floor(Math.random() * 2 ** 31),
  };
  const title = vscode.l10n.t('Generate Text With Masks');
  const { found, unread } = await followInNotification(title, (report, signal) =>
    modelClient.follow('maskPredict', request, {
      signal,
      onProgress: ({ done, total }) => {
        const message = vscode.l10n.t('{0} of {1}', done, total);
        report({ message, percent: (100 * done) / total });
      },
    }),
  );
  if (document.version !== version || !editor.selection.active.isEqual(position)) return;
  if (unread !== null) {
    void tellUnread(unread, modelName);
    return;
  }
  if (found.length === 0) {
    void notify('info', vscode.l10n.t('There is no prediction at the cursor.'));
    return;
  }
  await show(
    editor,
    found.map(
      ({ words: drawn }) =>
        space + joinedWords(drawn.map((word, i) => writtenAt(word, spelled.text, starts[i]!))),
    ),
  );
}

const LETTER = /\p{L}/u;
const LAST_LETTER = /\p{L}(?=\P{L}*$)/u;

/** Whether words are written without spaces at a place: by the letter before it, else by the one after. */
function isUnspacedAt(text: string, at: number): boolean {
  const [letter] = LAST_LETTER.exec(text.slice(0, at)) ?? LETTER.exec(text.slice(at)) ?? [''];
  return isUnspaced(letter);
}

async function askForWords(): Promise<number | null> {
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Generate Text With Masks'),
    prompt: vscode.l10n.t(
      'Number of words. A small masked model writes words that go together, not facts, and seldom more than a phrase.',
    ),
    value: String(WORDS),
    validateInput: (value) =>
      numberIn(value) === null
        ? vscode.l10n.t('Enter a whole number from 1 to {0}.', MOST_WRITTEN)
        : null,
  });
  return answer === undefined ? null : numberIn(answer);
}

function numberIn(value: string): number | null {
  const words = Number(value);
  return Number.isInteger(words) && words >= 1 && words <= MOST_WRITTEN ? words : null;
}
