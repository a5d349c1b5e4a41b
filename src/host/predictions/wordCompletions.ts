import * as vscode from 'vscode';
import { formatProbability } from '../../core/format.js';
import { masksIn, spellMasks } from '../../core/predict/spelledMasks.js';
import type { Candidate } from '../../core/predict/candidate.js';
import { isUnspaced } from '../../core/text/spacedWords.js';
import { wordsIn } from '../../core/text/words.js';
import { abortSignalOf } from '../platform/cancellation.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { notify } from '../platform/notify.js';
import { fillAt } from './acceptFill.js';
import { isAssistedIn, proseOfLine } from './documentProse.js';
import { choicesOf, inContext, spareFor, suggested } from './fillOfMask.js';
import { generateText } from './generateText.js';
import type { HoverDependencies } from './hoverProvider.js';
import { readHoverSettings } from './hoverSettings.js';
import { maskTokenOf } from './maskToken.js';
import { maskAt } from './predictedPlace.js';
import { windowAt } from './textWindow.js';

/**
 * All documents, by a pattern: the editor then lists the words of open files, which fit a mask no better than
 * elsewhere, only where the model predicts none.
 */
const BEFORE_WORDS_OF_FILES: vscode.DocumentFilter = { scheme: '*', pattern: '**' };

/** Registers the list of words at a mask, and the words at the cursor that a command suggests. */
export function registerWordCompletions(
  deps: HoverDependencies & { readonly registerCommand: RegisterCommand },
): Disposable {
  const disposables = new DisposableStore();
  const selector = { scheme: '*' };
  const inline = new WordsAtCursor(deps);
  disposables.add(
    vscode.languages.registerCompletionItemProvider(BEFORE_WORDS_OF_FILES, new WordsAtMask(deps)),
  );
  disposables.add(vscode.languages.registerInlineCompletionItemProvider(selector, inline));
  disposables.add(deps.registerCommand(COMMANDS.suggestWord, () => inline.suggest()));
  disposables.add(
    deps.registerCommand(COMMANDS.generateText, () =>
      generateText(deps, (editor, texts) => inline.show(editor, texts)),
    ),
  );
  return disposables;
}

/** Lists the predictions for the mask at the cursor where the editor is asked for completions. */
class WordsAtMask implements vscode.CompletionItemProvider {
  constructor(private readonly deps: HoverDependencies) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    const range = isAssistedIn(document) ? maskAt(document, position) : null;
    if (range === null) return [];
    const place = { document, range };
    const fill = await fillAt(this.deps, place, abortSignalOf(token)).catch(() => null);
    if (fill === null || fill.unread !== null) return [];
    const choices = choicesOf(fill);
    const digits = String(choices.length).length;
    return choices.map(({ word, probability }, index) => {
      const item = new vscode.CompletionItem(
        { label: word, description: formatProbability(probability) },
        vscode.CompletionItemKind.Text,
      );
      item.range = range;
      item.filterText = document.getText(range);
      item.sortText = String(index).padStart(digits, '0');
      item.preselect = index === 0;
      return item;
    });
  }
}

/** More candidates than are shown, from which those that begin as the word at the cursor are taken. */
const CANDIDATES_WITH_BEGINNING = 100;
const BEGINNING = /(?:[\p{L}\p{N}]\p{M}*)*$/u;
const LETTER = /^[\p{L}\p{M}\p{N}]/u;
/** Characters around the cursor that are segmented, so that a very long line remains cheap. */
const REACH = 256;

/** Ghost text with the words at the cursor, only for the command that asks for it. */
class WordsAtCursor implements vscode.InlineCompletionItemProvider {
  private suggestions: {
    readonly document: vscode.TextDocument;
    readonly version: number;
    readonly position: vscode.Position;
    readonly items: vscode.InlineCompletionItem[];
  } | null = null;

  constructor(private readonly deps: HoverDependencies) {}

  async suggest(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return;
    const { document, selection } = editor;
    const { version } = document;
    const position = selection.active;
    const { signal } = new AbortController();
    const found = isAssistedIn(document)
      ? await wordsAt(this.deps, { document, position }, signal)
      : null;
    if (document.version !== version || !editor.selection.active.isEqual(position)) return;
    if (found === null || found.words.length === 0) {
      void notify('info', vscode.l10n.t('There is no prediction at the cursor.'));
      return;
    }
    const items = found.words.map((word) => new vscode.InlineCompletionItem(word, found.range));
    this.suggestions = { document, version, position, items };
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }

  /** Shows texts at the cursor as ghost text. */
  async show(editor: vscode.TextEditor, texts: readonly string[]): Promise<void> {
    const { document, selection } = editor;
    const position = selection.active;
    const range = new vscode.Range(position, position);
    const items = texts.map((text) => new vscode.InlineCompletionItem(text, range));
    this.suggestions = { document, version: document.version, position, items };
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }

  provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.InlineCompletionItem[] {
    const { suggestions } = this;
    const isHere =
      suggestions?.document === document &&
      suggestions.version === document.version &&
      suggestions.position.isEqual(position);
    return isHere ? suggestions.items : [];
  }
}

/** The words that can be at a position, best first, and the range of the beginning that is there. */
export async function wordsAt(
  deps: HoverDependencies,
  { document, position }: { document: vscode.TextDocument; position: vscode.Position },
  signal: AbortSignal,
): Promise<{ readonly words: readonly string[]; readonly range: vscode.Range } | null> {
  const line = proseOfLine(document, position.line);
  const beginning = beginningAt(line, position.character);
  if (beginning === null) return null;
  const begun = { document, position, beginning };
  const found = await wordsWithBeginning(deps, begun, signal);
  // Without spaces, the letters before the cursor may be a whole word, which another one follows.
  const isWhole = found?.words.length === 0 && isUnspaced(beginning.slice(-1));
  return isWhole ? wordsWithBeginning(deps, { ...begun, beginning: '' }, signal) : found;
}

/**
 * Letters before an offset of a line that begin the word there: the last word by segmentation in a script
 * without spaces. `null` within a word.
 */
export function beginningAt(line: string, offset: number): string | null {
  const before = line.slice(0, offset);
  const [run] = BEGINNING.exec(before)!;
  const [next] = LETTER.exec(line.slice(offset)) ?? [''];
  if (next !== '' && !isUnspaced(next)) return null;
  if (!isUnspaced(run) && (next === '' || run === '')) return run;
  const begun = run.slice(-REACH);
  const from = offset - begun.length;
  const isWithin = wordsIn(line.slice(from, offset + REACH)).some(
    ({ start, end }) => from + start < offset && offset < from + end,
  );
  return isWithin ? null : begun.slice(wordsIn(begun).at(-1)?.start ?? 0);
}

async function wordsWithBeginning(
  { modelClient, modelSelection, documentWords }: HoverDependencies,
  {
    document,
    position,
    beginning,
  }: { document: vscode.TextDocument; position: vscode.Position; beginning: string },
  signal: AbortSignal,
): Promise<{ readonly words: readonly string[]; readonly range: vscode.Range } | null> {
  const { topK, neverSuggest } = readHoverSettings();
  const range = new vscode.Range(position.translate(0, -beginning.length), position);
  const lane = 'interactive';
  const modelFolder = modelSelection.modelFolder(document.uri);
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
  if (maskToken === null) return null;
  const { text, offset } = windowAt(document, range);
  const start = document.offsetAt(range.start) - offset;
  const own = { start, end: start + beginning.length };
  const others = masksIn(text).filter(({ start: at, end }) => end <= start || at >= own.end);
  const masks = [...others, own].sort((a, b) => a.start - b.start);
  const spelled = spellMasks(text, masks, maskToken);
  const { masks: fills } = await modelClient.call(
    'fillMasks',
    {
      ...{ modelFolder, lane, text: spelled.text, words: documentWords.of(document) },
      topK: beginning === '' ? topK + spareFor(neverSuggest) : CANDIDATES_WITH_BEGINNING,
      within: spelled.masks[masks.indexOf(own)]!,
    },
    signal,
  );
  const [fill] = fills;
  if (fill === undefined || fill.unread !== null) return null;
  const candidates = inContext(fill.candidates, text, start);
  return {
    words: suggested(continuing(candidates, beginning), { neverSuggest, topK }).map(
      ({ word }) => beginning + word.slice(beginning.normalize('NFC').length),
    ),
    range,
  };
}

/** Candidates that begin as a word does, and are longer, with accents as the model writes them. */
function continuing(candidates: readonly Candidate[], beginning: string): Candidate[] {
  const small = beginning.normalize('NFC').toLowerCase();
  return candidates.filter(
    ({ word }) => word.length > small.length && word.toLowerCase().startsWith(small),
  );
}
