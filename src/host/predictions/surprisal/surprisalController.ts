import * as vscode from 'vscode';
import { toAppErrorData, type AppErrorData } from '../../../core/errors.js';
import { wordsIn } from '../../../core/text/words.js';
import { DisposableStore } from '../../platform/disposables.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { readHoverSettings } from '../hoverSettings.js';
import { onVisibleTextChange } from '../visibleText.js';
import { paragraphBlocks } from './paragraphBlocks.js';
import { SHADE_COLORS, shadeBounds, shadeOf } from './surprisalScale.js';
import { readThreshold } from './surprisalSettings.js';

const DEBOUNCE_MILLISECONDS = 250;

/** Number of lines outside the visible range that are included as context of a paragraph. */
const LINES_OUT_OF_SIGHT = 20;

/** Maximum number of words per request. */
const MOST_WORDS = 2000;

const STATE_KEY = 'masklab.isSurprisalShown';

/** A word with the bits that decide its shade. */
export interface ScoredRange {
  readonly bits: number;
  readonly range: vscode.Range;
}

/** Scores of the words in sight of an editor. */
export interface EditorShading {
  readonly words: readonly ScoredRange[];
  /** Number of words that the model cannot score. */
  readonly unscored: number;
  readonly isComplete: boolean;
  readonly error: AppErrorData | null;
}

const NOT_SCORED: EditorShading = { words: [], unscored: 0, isComplete: false, error: null };

/** Shades visible words by their surprisal while switched on, also after a reload of the window. */
export class SurprisalController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly shades: readonly vscode.TextEditorDecorationType[];
  private readonly pending = new Map<vscode.TextEditor, AbortController>();
  private readonly visible: ReturnType<typeof onVisibleTextChange>;
  private readonly shadings = new WeakMap<vscode.TextEditor, EditorShading>();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  /** Fires when shading is switched on or off, and when words are scored or shaded differently. */
  readonly onDidChange = this.changed.event;
  private triedThreshold: number | null = null;
  private isShown: boolean;

  constructor(
    private readonly dependencies: HoverDependencies,
    private readonly memory: vscode.Memento,
  ) {
    this.isShown = memory.get<unknown>(STATE_KEY) === true;
    this.shades = SHADE_COLORS.map((color) =>
      this.disposables.add(
        vscode.window.createTextEditorDecorationType({
          backgroundColor: new vscode.ThemeColor(color),
          borderRadius: '2px',
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      ),
    );
    this.visible = this.disposables.add(
      onVisibleTextChange((editor) => void this.update(editor), DEBOUNCE_MILLISECONDS),
    );
    this.disposables.add(
      dependencies.modelSelection.onDidChange(() => {
        this.visible.all();
      }),
    );
    if (this.isShown) this.visible.all();
  }

  get isOn(): boolean {
    return this.isShown;
  }

  /** Whether words of a document are shaded while shading is on. */
  isFor({ languageId }: vscode.TextDocument): boolean {
    return readHoverSettings().languages.includes(languageId);
  }

  /** Scores of an editor, whatever the threshold. */
  shadingOf(editor: vscode.TextEditor): EditorShading {
    return this.shadings.get(editor) ?? NOT_SCORED;
  }

  /** Threshold in bits from which words of a document are shaded. */
  thresholdOf({ uri }: vscode.TextDocument): number {
    return this.triedThreshold ?? readThreshold(uri);
  }

  async turn(isOn: boolean): Promise<void> {
    if (isOn === this.isShown) return;
    this.isShown = isOn;
    if (isOn) {
      this.visible.all();
    } else {
      for (const controller of this.pending.values()) controller.abort();
      for (const editor of vscode.window.visibleTextEditors) this.show(editor, NOT_SCORED);
    }
    this.changed.fire(undefined);
    await this.memory.update(STATE_KEY, isOn || undefined);
  }

  /** Shades by another threshold until `null` restores that of the settings. */
  tryThreshold(threshold: number | null): void {
    this.triedThreshold = threshold;
    this.redraw();
  }

  /** Draws known scores again, for example after a change of the threshold. */
  redraw(): void {
    for (const editor of vscode.window.visibleTextEditors) this.draw(editor);
    this.changed.fire(undefined);
  }

  /** Updates all visible editors, for example after a change of settings. */
  refresh(): void {
    this.visible.all();
    this.changed.fire(undefined);
  }

  dispose(): void {
    for (const controller of this.pending.values()) controller.abort();
    this.disposables.dispose();
  }

  private async update(editor: vscode.TextEditor): Promise<void> {
    if (!this.isShown) return;
    this.pending.get(editor)?.abort();
    const controller = new AbortController();
    this.pending.set(editor, controller);
    const { version } = editor.document;
    const words: ScoredRange[] = [];
    let unscored = 0;
    try {
      for (const block of this.blocksInSight(editor)) {
        const scored = await this.scoresOf(editor.document, block, controller.signal);
        if (controller.signal.aborted || editor.document.version !== version) return;
        words.push(...scored.words);
        unscored += scored.unscored;
        this.show(editor, { words, unscored, isComplete: false, error: null });
      }
      this.show(editor, { words, unscored, isComplete: true, error: null });
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled') return;
      this.show(editor, { words: [], unscored: 0, isComplete: true, error });
      this.dependencies.log.warn(`no surprisal shading: ${JSON.stringify(error)}`);
    } finally {
      if (this.pending.get(editor) === controller) this.pending.delete(editor);
    }
  }

  private blocksInSight({ document, visibleRanges }: vscode.TextEditor): vscode.Range[] {
    if (!this.isFor(document)) return [];
    const textOf = (line: number): string => document.lineAt(line).text;
    return visibleRanges.flatMap((range) => {
      let first = range.start.line;
      let last = range.end.line;
      // Start at the beginning of a paragraph, so that scrolling does not change the blocks.
      for (let i = 0; i < LINES_OUT_OF_SIGHT && first > 0 && textOf(first).trim(); i++) first--;
      for (
        let i = 0;
        i < LINES_OUT_OF_SIGHT && last + 1 < document.lineCount && textOf(last).trim();
        i++
      ) {
        last++;
      }
      return paragraphBlocks({ textOf, first, last })
        .filter((block) => block.last >= range.start.line && block.first <= range.end.line)
        .map((block) => new vscode.Range(block.first, 0, block.last, textOf(block.last).length));
    });
  }

  private async scoresOf(
    document: vscode.TextDocument,
    block: vscode.Range,
    signal: AbortSignal,
  ): Promise<Pick<EditorShading, 'words' | 'unscored'>> {
    const { modelClient, modelSelection } = this.dependencies;
    const text = document.getText(block);
    const words = wordsIn(text).slice(0, MOST_WORDS);
    if (words.length === 0) return { words: [], unscored: 0 };
    const scored = await modelClient.call(
      'scoreWords',
      { modelFolder: modelSelection.modelFolder(document.uri), text, words, lane: 'visible' },
      signal,
    );
    const offset = document.offsetAt(block.start);
    const ranges = scored.words.flatMap(({ start, end, surprisal: bits }) => {
      if (bits === null) return [];
      const from = document.positionAt(offset + start);
      return [{ bits, range: new vscode.Range(from, document.positionAt(offset + end)) }];
    });
    return { words: ranges, unscored: words.length - ranges.length };
  }

  private show(editor: vscode.TextEditor, shading: EditorShading): void {
    this.shadings.set(editor, shading);
    this.draw(editor);
    this.changed.fire(undefined);
  }

  private draw(editor: vscode.TextEditor): void {
    const bounds = shadeBounds(this.thresholdOf(editor.document));
    const { words } = this.shadingOf(editor);
    this.shades.forEach((decoration, shade) => {
      const ranges = words
        .filter(({ bits }) => shadeOf(bits, bounds) === shade)
        .map(({ range }) => range);
      editor.setDecorations(decoration, ranges);
    });
  }
}
