import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { groupThousands } from '../../core/format.js';
import { clozeQuestionsIn } from '../../core/predict/clozeQuestions.js';
import { masksIn } from '../../core/predict/spelledMasks.js';
import { DisposableStore } from '../platform/disposables.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { HoverDependencies } from './hoverProvider.js';
import { isAssistedIn, isTooLong, MOST_CHARACTERS, proseIn, proseOfLine } from './documentProse.js';
import type { PredictionLimits } from './limits/predictionLimits.js';
import { readHoverSettings } from './hoverSettings.js';
import { bestWord, fillOfMask } from './fillOfMask.js';
import { onVisibleTextChange } from './visibleText.js';

const DEBOUNCE_MILLISECONDS = 120;

/**
 * Keeps a fill at the end of a wrapped line within the editor: text that decorations add is not wrapped
 * with the line.
 */
const STAYS_IN_SIGHT = 'none; display: inline-block; position: sticky; right: 16px';

/** Maximum number of masks to fill on one screen. */
const MOST_FILLS = 200;

/** Shows the best fill of each visible mask token as ghost text after it. */
export class InlineFillController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly decoration: vscode.TextEditorDecorationType;
  private readonly pending = new Map<vscode.TextEditor, AbortController>();
  private readonly visible: ReturnType<typeof onVisibleTextChange>;

  constructor(
    private readonly dependencies: HoverDependencies & { readonly limits: PredictionLimits },
  ) {
    this.decoration = this.disposables.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        after: {
          color: new vscode.ThemeColor('masklab.fill'),
          backgroundColor: new vscode.ThemeColor('masklab.fillBackground'),
          border: '1px solid',
          borderColor: new vscode.ThemeColor('masklab.fillBorder'),
          fontStyle: 'italic',
          margin: '0 0 0 0.4ch',
          textDecoration: STAYS_IN_SIGHT,
        },
      }),
    );
    this.visible = this.disposables.add(
      onVisibleTextChange((editor) => void this.update(editor), DEBOUNCE_MILLISECONDS),
    );
    this.disposables.add(
      dependencies.modelSelection.onDidChange(() => {
        this.visible.all();
      }),
    );
    this.visible.all();
  }

  /** Updates all visible editors, for example after a change of settings. */
  refresh(): void {
    this.visible.all();
  }

  dispose(): void {
    for (const controller of this.pending.values()) controller.abort();
    this.disposables.dispose();
  }

  private async update(editor: vscode.TextEditor): Promise<void> {
    this.pending.get(editor)?.abort();
    const controller = new AbortController();
    this.pending.set(editor, controller);
    const { version } = editor.document;
    try {
      const fills = await this.fillsInSight(editor, controller.signal);
      if (controller.signal.aborted || editor.document.version !== version) return;
      editor.setDecorations(this.decoration, fills);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled') return;
      editor.setDecorations(this.decoration, []);
      this.dependencies.log.warn(`no inline fills: ${JSON.stringify(error)}`);
    } finally {
      if (this.pending.get(editor) === controller) this.pending.delete(editor);
    }
  }

  private async fillsInSight(
    editor: vscode.TextEditor,
    signal: AbortSignal,
  ): Promise<vscode.DecorationOptions[]> {
    const { document, visibleRanges } = editor;
    const { isEnabled, topK, neverSuggest } = readHoverSettings();
    const { modelClient, modelSelection, documentWords, limits } = this.dependencies;
    const isAssisted = isAssistedIn(document);
    limits.set(document, 'length', isAssisted && isTooLong(document) ? tooLongText() : null);
    if (!isEnabled || !isAssisted) {
      limits.set(document, 'fills', null);
      return [];
    }
    const masks = visibleRanges.flatMap((range) =>
      withoutQuestions(document, range, maskRanges(document, range)),
    );
    limits.set(document, 'fills', fillsText(masks.length));
    const request = {
      modelFolder: modelSelection.modelFolder(document.uri),
      topK,
      words: documentWords.of(document),
      neverSuggest,
      lane: 'visible',
      signal,
    } as const;
    const fills: vscode.DecorationOptions[] = [];
    for (const range of masks.slice(0, MOST_FILLS)) {
      const fill = await fillOfMask(modelClient, { document, range }, request);
      const best = fill === null ? null : bestWord(fill);
      if (fill === null || best === null) continue;
      const contentText = fill.lowConfidence && fill.targets === null ? `${best}?` : best;
      fills.push({ range, renderOptions: { after: { contentText } } });
    }
    return fills;
  }
}

function tooLongText(): string {
  const most = groupThousands(MOST_CHARACTERS, EDITOR_WORDS.locale);
  return vscode.l10n.t('No predictions in files of more than {0} characters', most);
}

/** Text of the limit for so many masks in view; `null` if all of them are filled. */
export function fillsText(masks: number): string | null {
  return masks > MOST_FILLS
    ? vscode.l10n.t('Fills of the first {0} of {1} masks in view', MOST_FILLS, masks)
    : null;
}

/** Lines below a blank on which its choices can be. */
const CHOICE_LINES = 10;

/** Leaves out blanks that have choices, whose answers are shown only on request. */
function withoutQuestions(
  document: vscode.TextDocument,
  { start, end }: vscode.Range,
  masks: readonly vscode.Range[],
): vscode.Range[] {
  if (masks.length === 0) return [];
  const last = document.lineAt(Math.min(document.lineCount - 1, end.line + CHOICE_LINES));
  const from = new vscode.Position(start.line, 0);
  const offset = document.offsetAt(from);
  const text = proseIn(document, new vscode.Range(from, last.range.end));
  const blanks = new Set(
    clozeQuestionsIn(text).flatMap(({ blank, isListed }) => (isListed ? [] : offset + blank.start)),
  );
  return masks.filter((mask) => !blanks.has(document.offsetAt(mask.start)));
}

/** Ranges of the masks on the lines of a range. */
function maskRanges(document: vscode.TextDocument, range: vscode.Range): vscode.Range[] {
  const ranges: vscode.Range[] = [];
  for (let line = range.start.line; line <= range.end.line; line++) {
    for (const { start, end } of masksIn(proseOfLine(document, line))) {
      ranges.push(new vscode.Range(line, start, line, end));
    }
  }
  return ranges;
}
