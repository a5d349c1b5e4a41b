import * as vscode from 'vscode';
import { cancelled } from '../../core/errors.js';
import { formatProbability, joinSentences } from '../../core/format.js';
import type { Unread } from '../../core/predict/unreadText.js';
import { masksIn } from '../../core/predict/spelledMasks.js';
import type { RegisterCommand } from '../platform/commands.js';
import { abortSignalOf } from '../platform/cancellation.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import {
  bestWord,
  choicesOf,
  fillOfMask,
  fillsOfMasks,
  type FilledMask,
  type FillRequest,
  type SentenceFills,
} from './fillOfMask.js';
import { questionsOf } from './answers/questionsOf.js';
import type { HoverDependencies } from './hoverProvider.js';
import { isAssistedIn, proseIn, proseOfLine } from './documentProse.js';
import { readHoverSettings } from './hoverSettings.js';
import { maskAt } from './predictedPlace.js';
import { tellUnread } from './unreadReason.js';

/** Characters of a source that are sent; models read far fewer. */
const MOST_SOURCE = 2000;

/** Set while the cursor touches a mask, for the key that accepts its fill. */
const AT_MASK = 'masklab.isAtMask';

/** Registers the ways to put a predicted word in the place of a mask: a command, its key, and code actions. */
export function registerAcceptFill(
  deps: HoverDependencies & { readonly registerCommand: RegisterCommand },
): Disposable {
  const disposables = new DisposableStore();
  const update = (): void => {
    const editor = vscode.window.activeTextEditor;
    const isAtMask =
      editor !== undefined && isAssistedIn(editor.document) && masksAt(editor).length > 0;
    void vscode.commands.executeCommand('setContext', AT_MASK, isAtMask);
  };
  disposables.add(vscode.window.onDidChangeTextEditorSelection(update));
  disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
  disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(update));
  disposables.add(deps.registerCommand(COMMANDS.acceptFill, () => acceptFills(deps)));
  disposables.add(deps.registerCommand(COMMANDS.fillAllMasks, () => fillAllMasks(deps)));
  disposables.add(deps.registerCommand(COMMANDS.fillFromLineAbove, () => fillFromLineAbove(deps)));
  const selector = { scheme: '*' };
  disposables.add(
    vscode.languages.registerCodeActionsProvider(selector, new FillActions(deps), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
  return disposables;
}

/** Replaces each mask at a cursor of the active editor by its best prediction, in one step of Undo. */
async function acceptFills(deps: HoverDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const place = { document: editor.document, parts: [{ ranges: masksAt(editor) }] };
  const { signal } = new AbortController();
  const { filled, isStale } = await fillRanges(deps, place, { lane: 'interactive', signal });
  if (isStale) void notify('info', staleText());
  else if (filled === 0) {
    void notify('info', vscode.l10n.t('There is no prediction for a mask at the cursor.'));
  }
}

/**
 * Replaces each mask of the active editor by its best prediction, in one step of Undo, but not blanks of
 * questions with choices. Nothing is replaced if it is cancelled.
 */
export async function fillAllMasks(deps: HoverDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document } = editor;
  const found = masksIn(proseIn(document));
  const { questions } = questionsOf(document);
  const blanks = new Set(questions.flatMap((one) => (one.isListed ? [] : one.blank.start)));
  const masks = found
    .filter(({ start }) => !blanks.has(start))
    .map(
      ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
    );
  if (masks.length === 0) {
    void notify(
      'info',
      found.length === 0
        ? vscode.l10n.t('This file has no masks. Write [MASK] or ____ in place of a word.')
        : vscode.l10n.t(
            'All masks of this file have choices beside them. Run “Show Answer Probabilities” to see how likely each choice is.',
          ),
    );
    return;
  }
  const title = vscode.l10n.t('Filling {0} masks', masks.length);
  const { filled, doubtful, isStale } = await followInNotification(title, (report, signal) =>
    fillRanges(
      deps,
      { document, parts: [{ ranges: masks }] },
      {
        lane: 'visible',
        signal,
        onProgress: (done) => {
          const message = vscode.l10n.t('{0} of {1}', done, masks.length);
          report({ message, percent: (100 * done) / masks.length });
        },
      },
    ),
  );
  if (isStale) void notify('info', staleText());
  else tellFilled({ filled, doubtful, masks: masks.length });
}

function staleText(): string {
  return vscode.l10n.t(
    'The file was changed before all predictions were there, so no mask was filled. Run the command again.',
  );
}

/** Says how many masks have no prediction, and of how many words the model was not sure. */
function tellFilled({
  filled,
  doubtful,
  masks,
}: Pick<Filled, 'filled' | 'doubtful'> & { readonly masks: number }): void {
  const notes = [
    ...(filled < masks
      ? [vscode.l10n.t('Filled {0} of {1} masks. The others have no prediction.', filled, masks)]
      : []),
    ...(doubtful > 0
      ? [vscode.l10n.t('Check the words: the model had low confidence in {0} of them.', doubtful)]
      : []),
  ];
  if (notes.length > 0) void notify('info', joinSentences(...notes));
}

/**
 * Replaces the masks on the lines of the cursors by their best predictions given the line above, such as
 * the source of a translation, in one step of Undo.
 */
export async function fillFromLineAbove(deps: HoverDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document, selections } = editor;
  const lines = new Set(selections.map(({ active }) => active.line));
  const parts = [...lines]
    .sort((a, b) => a - b)
    .flatMap((line) => masksBelowSource(document, line));
  if (parts.length === 0) {
    void notify(
      'info',
      vscode.l10n.t(
        'Place the cursor in a line with masks, such as [MASK] or ____, and write the source in the line above.',
      ),
    );
    return;
  }
  const { name } = await deps.modelSelection.current(document.uri);
  const title = vscode.l10n.t('Fill From the Line Above');
  const { filled, doubtful, isStale, unread } = await followInNotification(
    title,
    (_report, signal) => fillRanges(deps, { document, parts }, { lane: 'interactive', signal }),
  );
  if (isStale) {
    void notify('info', staleText());
  } else if (filled === 0 && unread !== null) {
    void tellUnread(unread, name);
  } else {
    tellFilled({ filled, doubtful, masks: parts.flatMap(({ ranges }) => ranges).length });
  }
}

/** Masks of a line with the text above it; none without both. */
function masksBelowSource(document: vscode.TextDocument, line: number): Required<MasksToFill>[] {
  const ranges = masksIn(proseOfLine(document, line)).map(
    ({ start, end }) => new vscode.Range(line, start, line, end),
  );
  if (ranges.length === 0) return [];
  for (let above = line - 1; above >= 0; above--) {
    const source = proseOfLine(document, above).trim();
    if (source !== '') return [{ ranges, source: source.slice(0, MOST_SOURCE) }];
  }
  return [];
}

interface Filled {
  readonly filled: number;
  /** Number of the filled masks for which the model had low confidence. */
  readonly doubtful: number;
  /** Whether nothing was filled because the document had changed. */
  readonly isStale: boolean;
  /** Set if the model never read text like that around a mask. */
  readonly unread: Unread | null;
}

/** Masks of a document, and the text that is read before their line. */
interface MasksToFill {
  readonly ranges: readonly vscode.Range[];
  readonly source?: string;
}

/** Replaces masks by their best predictions, if they have one. */
async function fillRanges(
  { modelClient, modelSelection, documentWords }: HoverDependencies,
  place: { readonly document: vscode.TextDocument; readonly parts: readonly MasksToFill[] },
  {
    lane,
    signal,
    onProgress,
  }: Pick<FillRequest, 'lane' | 'signal'> & { readonly onProgress?: (done: number) => void },
): Promise<Filled> {
  const { document, parts } = place;
  const { version } = document;
  const { topK, neverSuggest } = readHoverSettings();
  const modelFolder = modelSelection.modelFolder(document.uri);
  const words = documentWords.of(document);
  const request = { modelFolder, topK, words, neverSuggest, lane, signal };
  const edit = new vscode.WorkspaceEdit();
  let filled = 0;
  let doubtful = 0;
  let unread: Unread | null = null;
  for (const { ranges, source } of parts) {
    const asked = { ...request, source };
    const fills = await fillsOfMasks(modelClient, { document, ranges }, asked, onProgress);
    fills.forEach((fill, i) => {
      unread ??= fill?.unread ?? null;
      const word = fill === null ? null : bestWord(fill);
      if (fill === null || word === null) return;
      edit.replace(document.uri, ranges[i]!, word);
      filled++;
      if (fill.lowConfidence && fill.targets === null) doubtful++;
    });
  }
  if (signal.aborted) throw cancelled();
  const isChanged = document.version !== version;
  if (filled === 0 && !isChanged) return { filled, doubtful, isStale: false, unread };
  const isDone = !isChanged && (await vscode.workspace.applyEdit(edit));
  return isDone
    ? { filled, doubtful, isStale: false, unread }
    : { filled: 0, doubtful: 0, isStale: true, unread };
}

/** Offers the predictions for a mask at the cursor in the menu of quick fixes. */
class FillActions implements vscode.CodeActionProvider {
  constructor(private readonly deps: HoverDependencies) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    { start }: vscode.Range,
    _context: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const range = isAssistedIn(document) ? maskAt(document, start) : null;
    if (range === null) return [];
    const signal = abortSignalOf(token);
    const fill = await fillAt(this.deps, { document, range }, signal).catch(() => null);
    if (fill === null || fill.unread !== null) return [];
    const together = fill.sentence === null ? [] : sentenceActions(document, fill.sentence);
    const alone = choicesOf(fill).map(({ word, probability }, index) => {
      const title = vscode.l10n.t('Fill in “{0}” ({1})', word, formatProbability(probability));
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, range, word);
      action.isPreferred = index === 0 && together.length === 0;
      return action;
    });
    return [...together, ...alone];
  }
}

/** Fills all masks of a sentence together. */
function sentenceActions(
  document: vscode.TextDocument,
  { ranges, fills }: SentenceFills,
): vscode.CodeAction[] {
  return fills.map(({ words, probability }, index) => {
    const title = vscode.l10n.t(
      'Fill the masks of this sentence: {0} ({1})',
      words.join(' · '),
      formatProbability(probability),
    );
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    ranges.forEach((range, i) => {
      action.edit!.replace(document.uri, range, words[i]!);
    });
    action.isPreferred = index === 0;
    return action;
  });
}

/** Predictions for the mask at a range, as all answers to a person request them. */
export function fillAt(
  { modelClient, modelSelection, documentWords }: HoverDependencies,
  place: { readonly document: vscode.TextDocument; readonly range: vscode.Range },
  signal: AbortSignal,
): Promise<FilledMask | null> {
  const modelFolder = modelSelection.modelFolder(place.document.uri);
  const { topK, neverSuggest } = readHoverSettings();
  const words = documentWords.of(place.document);
  const lane = 'interactive';
  return fillOfMask(modelClient, place, {
    ...{ modelFolder, topK, words, neverSuggest, lane, signal },
  });
}

/** Masks that the cursors of an editor touch, each once and in order. */
function masksAt({ document, selections }: vscode.TextEditor): vscode.Range[] {
  const masks = selections.flatMap(({ active }) => maskAt(document, active) ?? []);
  return masks
    .filter((mask, i) => masks.findIndex((other) => other.isEqual(mask)) === i)
    .sort((a, b) => a.start.compareTo(b.start));
}
