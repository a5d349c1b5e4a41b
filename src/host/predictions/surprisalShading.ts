import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { wordsIn } from '../../core/text/words.js';
import { DisposableStore } from '../platform/disposables.js';
import type { HoverDependencies } from './hoverProvider.js';
import { readHoverSettings } from './hoverSettings.js';
import { paragraphBlocks, SHADE_COLORS, shadeOf } from './surprisal.js';
import { onVisibleTextChange } from './visibleText.js';

const DEBOUNCE_MILLISECONDS = 250;

/** Number of lines outside the visible range that are included as context of a paragraph. */
const LINES_OUT_OF_SIGHT = 20;

/** Maximum number of words per request. */
const MOST_WORDS = 2000;

/** Shades visible words by their surprisal while switched on. */
export class SurprisalController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly shades: readonly vscode.TextEditorDecorationType[];
  private readonly pending = new Map<vscode.TextEditor, AbortController>();
  private readonly visible: ReturnType<typeof onVisibleTextChange>;
  private isOn = false;

  constructor(private readonly dependencies: HoverDependencies) {
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
  }

  toggle(): void {
    this.isOn = !this.isOn;
    if (this.isOn) {
      this.visible.all();
      return;
    }
    for (const controller of this.pending.values()) controller.abort();
    for (const editor of vscode.window.visibleTextEditors) this.show(editor, []);
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
    if (!this.isOn) return;
    this.pending.get(editor)?.abort();
    const controller = new AbortController();
    this.pending.set(editor, controller);
    const { version } = editor.document;
    try {
      const shaded: ShadedWord[] = [];
      for (const block of this.blocksInSight(editor)) {
        shaded.push(...(await this.shadesOf(editor.document, block, controller.signal)));
        if (controller.signal.aborted || editor.document.version !== version) return;
        this.show(editor, shaded);
      }
      if (shaded.length === 0) this.show(editor, []);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled') return;
      this.show(editor, []);
      this.dependencies.log.warn(`no surprisal shading: ${JSON.stringify(error)}`);
    } finally {
      if (this.pending.get(editor) === controller) this.pending.delete(editor);
    }
  }

  private blocksInSight({ document, visibleRanges }: vscode.TextEditor): vscode.Range[] {
    if (!readHoverSettings().languages.includes(document.languageId)) return [];
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

  private async shadesOf(
    document: vscode.TextDocument,
    block: vscode.Range,
    signal: AbortSignal,
  ): Promise<ShadedWord[]> {
    const { modelClient, modelSelection } = this.dependencies;
    const text = document.getText(block);
    const words = wordsIn(text).slice(0, MOST_WORDS);
    if (words.length === 0) return [];
    const scored = await modelClient.call(
      'scoreWords',
      { modelFolder: modelSelection.modelFolder, text, words, lane: 'visible' },
      signal,
    );
    const offset = document.offsetAt(block.start);
    return scored.words.flatMap(({ start, end, surprisal }) => {
      const shade = surprisal === null ? -1 : shadeOf(surprisal);
      if (shade < 0) return [];
      const from = document.positionAt(offset + start);
      return [{ shade, range: new vscode.Range(from, document.positionAt(offset + end)) }];
    });
  }

  private show(editor: vscode.TextEditor, words: readonly ShadedWord[]): void {
    this.shades.forEach((decoration, shade) => {
      const ranges = words.filter((word) => word.shade === shade).map((word) => word.range);
      editor.setDecorations(decoration, ranges);
    });
  }
}

interface ShadedWord {
  readonly shade: number;
  readonly range: vscode.Range;
}
