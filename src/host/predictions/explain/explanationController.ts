import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import { spelledText } from '../../../core/predict/spelledText.js';
import { DisposableStore } from '../../platform/disposables.js';
import { markdownString } from '../../platform/markdownString.js';
import { bestWord, fillOfMask } from '../fillOfMask.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { readHoverSettings } from '../hoverSettings.js';
import { maskTokenOf } from '../maskToken.js';
import { windowAt } from '../textWindow.js';
import type { PlaceToExplain } from './explainedPlace.js';
import { placeHover, wordHover } from './explanationMarkdown.js';
import { gradientShares, sideOf, SIDES, stepBounds, stepOf } from './explanationScale.js';
import type { PendingExplanation, ShownExplanation } from './shownExplanation.js';
import { stepDecorations, type StepDecorations } from './stepDecorations.js';

/** Mask of a model that has none, whose server refuses the request. */
const ANY_MASK = '[MASK]';

/** Decorates the context words that a prediction leans on, until it is cleared or the text changes. */
export class ExplanationController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly steps: StepDecorations;
  private readonly place: vscode.TextEditorDecorationType;
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  /** Fires when an explanation is asked for, shown or cleared. */
  readonly onDidChange = this.changed.event;
  private explanation: ShownExplanation | null = null;
  private running: (PendingExplanation & { readonly abort: AbortController }) | null = null;

  constructor(private readonly dependencies: HoverDependencies) {
    this.steps = stepDecorations(this.disposables);
    this.place = this.disposables.add(
      vscode.window.createTextEditorDecorationType({
        ...{ borderWidth: '1px', borderStyle: 'solid', borderRadius: '2px' },
        borderColor: new vscode.ThemeColor('masklab.explainedBorder'),
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      }),
    );
    this.disposables.add(
      dependencies.modelSelection.onDidChange((change) => {
        // An explanation that is being read names its checkpoint, and stays.
        if (change === 'model') this.clear();
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.follow(document, contentChanges);
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.current?.document === document) this.clear();
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
    );
  }

  get shown(): ShownExplanation | null {
    return this.explanation;
  }

  get pending(): PendingExplanation | null {
    return this.running;
  }

  /** Shows the explanation of a place, or clears it if it is already shown. */
  async toggle({ editor, range, word }: PlaceToExplain): Promise<void> {
    const { document } = editor;
    const { current } = this;
    const isSame =
      current?.document === document && current.place.isEqual(range) && current.asked === word;
    this.clear();
    if (isSame) return;
    const abort = new AbortController();
    const original = document.getText(range);
    const running = { ...{ document, place: range, original }, asked: word, abort };
    this.running = running;
    this.changed.fire(undefined);
    try {
      const explanation = await this.explain(running, abort.signal);
      if (this.running !== running) return;
      this.explanation = explanation;
    } catch (thrown) {
      if (toAppErrorData(thrown).code !== 'Cancelled' && this.running === running) throw thrown;
    } finally {
      if (this.running === running) {
        this.running = null;
        this.draw();
        this.changed.fire(undefined);
      }
    }
  }

  clear(): void {
    if (this.current === null) return;
    this.running?.abort.abort();
    this.running = null;
    this.explanation = null;
    this.draw();
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.running?.abort.abort();
    this.disposables.dispose();
  }

  private get current(): PendingExplanation | null {
    return this.running ?? this.explanation;
  }

  private async explain(
    { document, place, original, asked }: PendingExplanation,
    signal: AbortSignal,
  ): Promise<ShownExplanation> {
    const { modelClient, modelSelection, documentWords } = this.dependencies;
    const { folder: modelFolder, name: modelName } = await modelSelection.current(document.uri);
    const lane = 'interactive' as const;
    const words = documentWords.of(document);
    // The word that is shown beside the mask, from the server's cache.
    const { topK, neverSuggest } = readHoverSettings();
    const request = { modelFolder, topK, words, neverSuggest, lane, signal };
    const fill =
      asked === undefined
        ? await fillOfMask(modelClient, { document, range: place }, request)
        : null;
    const word = asked ?? (fill === null ? null : bestWord(fill));
    const { text, offset } = windowAt(document, place);
    const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
    const spelled = spelledText(text, maskToken ?? ANY_MASK);
    const at = document.offsetAt(place.start) - offset;
    const { words: explained, ...facts } = await modelClient.call(
      'explainPrediction',
      {
        ...{ modelFolder, text: spelled.text, lane, words },
        ...spelled.spelled({ start: at, end: at + original.length }),
        ...(word !== null && { word }),
      },
      signal,
    );
    const shares = gradientShares(explained);
    return {
      ...{ document, place, original, asked, facts: { ...facts, modelName } },
      words: explained.map(({ occlusion, gradient, ...ofSpelled }, i) => {
        const { start, end } = spelled.written(ofSpelled);
        const from = document.positionAt(offset + start);
        const range = new vscode.Range(from, document.positionAt(offset + end));
        return { text: text.slice(start, end), range, occlusion, gradient, share: shares[i]! };
      }),
    };
  }

  /** Clears what an edit has made wrong, and moves what is below it. */
  private follow(
    document: vscode.TextDocument,
    changes: readonly vscode.TextDocumentContentChangeEvent[],
  ): void {
    const { current } = this;
    if (current?.document !== document || changes.length === 0) return;
    const { explanation } = this;
    // Before there is an answer, it is not known how far the context reaches.
    if (explanation === null) {
      this.clear();
      return;
    }
    const ranges = [current.place, ...explanation.words.map(({ range }) => range)];
    const first = Math.min(...ranges.map(({ start }) => start.line));
    const last = Math.max(...ranges.map(({ end }) => end.line));
    const isBelow = changes.every(({ range }) => range.start.line > last);
    if (isBelow) return;
    const isAbove = changes.every(({ range }) => range.end.line < first);
    if (!isAbove) {
      this.clear();
      return;
    }
    const lines = changes.reduce(
      (sum, { range, text }) =>
        sum + text.split('\n').length - 1 - (range.end.line - range.start.line),
      0,
    );
    const moved = (range: vscode.Range): vscode.Range =>
      new vscode.Range(range.start.translate(lines), range.end.translate(lines));
    this.explanation = {
      ...explanation,
      place: moved(explanation.place),
      words: explanation.words.map((word) => ({ ...word, range: moved(word.range) })),
    };
    this.draw();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const shown = this.explanation?.document === editor.document ? this.explanation : null;
      const words = shown?.words ?? [];
      const bounds = stepBounds(words);
      for (const side of SIDES) {
        this.steps[side].forEach((decoration, step) => {
          const drawn = words.filter(
            ({ occlusion }) => sideOf(occlusion) === side && stepOf(occlusion, bounds) === step,
          );
          editor.setDecorations(
            decoration,
            drawn.map((word) => ({
              range: word.range,
              hoverMessage: markdownString(wordHover(word, shown!)),
            })),
          );
        });
      }
      const hovers =
        shown === null
          ? []
          : [{ range: shown.place, hoverMessage: markdownString(placeHover(shown)) }];
      editor.setDecorations(this.place, hovers);
    }
  }
}
