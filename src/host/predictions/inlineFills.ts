import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { DisposableStore } from '../platform/disposables.js';
import type { HoverDependencies } from './hoverProvider.js';
import { readHoverSettings } from './hoverSettings.js';
import { maskTokenOf, possibleMasks } from './maskSpellings.js';
import { onVisibleTextChange } from './visibleText.js';
import { windowAt } from './textWindow.js';

const DEBOUNCE_MILLISECONDS = 120;

/** Maximum number of masks to fill on one screen. */
const MOST_FILLS = 200;

/** Shows the best fill of each visible mask token as ghost text after it. */
export class InlineFillController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly decoration: vscode.TextEditorDecorationType;
  private readonly pending = new Map<vscode.TextEditor, AbortController>();
  private readonly visible: ReturnType<typeof onVisibleTextChange>;

  constructor(private readonly dependencies: HoverDependencies) {
    this.decoration = this.disposables.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        after: {
          color: new vscode.ThemeColor('masklab.fill'),
          fontStyle: 'italic',
          margin: '0 0 0 0.4ch',
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
    const { isEnabled, languages, topK } = readHoverSettings();
    if (!isEnabled || !languages.includes(document.languageId)) return [];
    const masks = visibleRanges.flatMap((range) => masksIn(document, range)).slice(0, MOST_FILLS);
    if (masks.length === 0) return [];

    const { modelClient, modelSelection } = this.dependencies;
    const modelFolder = modelSelection.modelFolder;
    const lane = 'visible';
    const spelling = await maskTokenOf(modelClient, modelFolder, { lane, signal });
    const fills: vscode.DecorationOptions[] = [];
    for (const range of masks.filter((mask) => document.getText(mask) === spelling)) {
      // The hover sends the same request, so it shows the same fill from the server's cache.
      const { text, offset } = windowAt(document, range);
      const within = {
        start: document.offsetAt(range.start) - offset,
        end: document.offsetAt(range.end) - offset,
      };
      const request = { modelFolder, text, topK, within, lane } as const;
      const { masks: filled } = await modelClient.call('fillMasks', request, signal);
      const [fill] = filled;
      const best = fill?.candidates[0];
      if (fill === undefined || best === undefined) continue;
      const contentText = fill.lowConfidence ? `${best.word}?` : best.word;
      fills.push({ range, renderOptions: { after: { contentText } } });
    }
    return fills;
  }
}

function masksIn(document: vscode.TextDocument, range: vscode.Range): vscode.Range[] {
  const masks: vscode.Range[] = [];
  for (let line = range.start.line; line <= range.end.line; line++) {
    for (const { start, end } of possibleMasks(document.lineAt(line).text)) {
      masks.push(new vscode.Range(line, start, line, end));
    }
  }
  return masks;
}
