import * as vscode from 'vscode';
import { USUAL_DIALECT } from '../../../core/data/fileDialect.js';
import { documentFormatOf } from '../../../core/data/documentRows.js';
import { toAppErrorData } from '../../../core/errors.js';
import { rowsToClassify, type RowToClassify } from '../../../core/data/rowsToClassify.js';
import type { RunSpec } from '../../../core/runs/schema.js';
import { readsPairs } from '../../../core/specs/runFacts.js';
import { runModelFolder } from '../../../node/runs/runDirectory.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import type { ModelClient } from '../../models/modelClient.js';
import { DisposableStore } from '../../platform/disposables.js';
import type { Reporter } from '../../platform/reporter.js';
import { onVisibleTextChange } from '../../predictions/visibleText.js';
import { PredictedTexts } from './predictedTexts.js';
import { rowHover, rowLabel } from './rowLabel.js';

const DEBOUNCE_MILLISECONDS = 250;
/** Longest document whose rows are classified, in characters. */
const MOST_CHARACTERS = 5_000_000;
/** Longest text that is sent; models read far less of it. */
const LONGEST_TEXT = 100_000;

/** The classifier in use. */
export interface RowClassifier {
  readonly run: RunSummary;
  /** `null` for a run of another tool. */
  readonly spec: RunSpec | null;
}

interface Use extends RowClassifier {
  readonly predictions: PredictedTexts;
}

/** Shows predictions behind the rows of tables while it is switched on: in view, and a screen around. */
export class RowLabelController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly quiet = this.labels('descriptionForeground');
  // The color of warnings in editors is for lines: as text on white, it is hard to read.
  private readonly different = this.labels('editorWarning.foreground', 'list.warningForeground');
  private readonly visible: ReturnType<typeof onVisibleTextChange>;
  private readonly pending = new Map<vscode.TextEditor, AbortController>();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  /** Fires when it is switched on or off. */
  readonly onDidChange = this.changed.event;
  private use: Use | null = null;

  constructor(
    private readonly modelClient: Pick<ModelClient, 'call'>,
    private readonly reporter: Pick<Reporter, 'error'>,
  ) {
    this.visible = this.disposables.add(
      onVisibleTextChange((editor) => void this.update(editor), DEBOUNCE_MILLISECONDS),
    );
  }

  /** The classifier in use; `null` while switched off. */
  get classifier(): RowClassifier | null {
    return this.use;
  }

  turnOn({ run, spec }: RowClassifier): void {
    this.abortAll();
    const modelFolder = runModelFolder(run.directory);
    const predictions = new PredictedTexts(async (texts, signal) => {
      const request = {
        modelFolder,
        texts: texts.map((text) => ({ ...text })),
        lane: 'visible',
      } as const;
      return (await this.modelClient.call('classify', request, signal)).predictions;
    });
    this.use = { run, spec, predictions };
    this.visible.all();
    this.changed.fire(undefined);
  }

  turnOff(): void {
    if (this.use === null) return;
    this.abortAll();
    this.use = null;
    for (const editor of vscode.window.visibleTextEditors) this.draw(editor, []);
    this.changed.fire(undefined);
  }

  /** Whether it is known which column of a table has its texts. */
  hasTexts(document: vscode.TextDocument, classifier: RowClassifier): boolean {
    return this.textsOf(document, classifier, { first: 0, last: 0 }) !== null;
  }

  dispose(): void {
    this.abortAll();
    this.disposables.dispose();
  }

  private abortAll(): void {
    for (const controller of this.pending.values()) controller.abort();
    this.pending.clear();
  }

  private async update(editor: vscode.TextEditor): Promise<void> {
    const { use } = this;
    if (use === null) return;
    this.pending.get(editor)?.abort();
    const controller = new AbortController();
    this.pending.set(editor, controller);
    const { signal } = controller;
    try {
      await this.classifyRows(editor, use, signal);
    } catch (thrown) {
      if (toAppErrorData(thrown).code === 'Cancelled' || signal.aborted) return;
      this.turnOff();
      void this.reporter.error(thrown);
    } finally {
      if (this.pending.get(editor) === controller) this.pending.delete(editor);
    }
  }

  private async classifyRows(
    editor: vscode.TextEditor,
    use: Use,
    signal: AbortSignal,
  ): Promise<void> {
    const { document, visibleRanges } = editor;
    const { version } = document;
    const first = Math.min(...visibleRanges.map(({ start }) => start.line));
    const last = Math.max(...visibleRanges.map(({ end }) => end.line));
    if (first > last) return;
    const margin = last - first + 1;
    const around = { first: Math.max(0, first - margin), last: last + margin };
    const near = this.textsOf(document, use, around) ?? [];
    const isInView = ({ end }: RowToClassify): boolean => {
      const { line } = document.positionAt(end);
      return line >= first && line <= last;
    };
    const inView = near.filter(isInView);
    const show = (): void => {
      if (!signal.aborted && document.version === version) this.draw(editor, near);
    };
    show();
    await use.predictions.load([...inView, ...near], { signal, onKnown: show });
  }

  private textsOf(
    document: vscode.TextDocument,
    { run, spec }: RowClassifier,
    { first, last }: { readonly first: number; readonly last: number },
  ): RowToClassify[] | null {
    const format = documentFormatOf(document.uri.path);
    if (format === null) return null;
    const text = document.getText();
    if (text.length > MOST_CHARACTERS) return null;
    const texts = rowsToClassify(text, {
      ...{ format, file: document.uri.path },
      dialect: spec?.data.reading.dialect ?? USUAL_DIALECT,
      labelled: spec?.data.labelled ?? null,
      readsPairs: run.facts !== null && readsPairs(run.facts),
      from: document.offsetAt(new vscode.Position(first, 0)),
      lastLine: last + 1,
    });
    return (
      texts?.map((row) => ({
        ...row,
        text: row.text.slice(0, LONGEST_TEXT),
        pair: row.pair?.slice(0, LONGEST_TEXT) ?? null,
      })) ?? null
    );
  }

  private draw(editor: vscode.TextEditor, rows: readonly RowToClassify[]): void {
    const { document } = editor;
    const [quiet, different]: [vscode.DecorationOptions[], vscode.DecorationOptions[]] = [[], []];
    for (const row of rows) {
      const prediction = this.use?.predictions.of(row);
      if (this.use === null || prediction === undefined) continue;
      const { text, differs } = rowLabel(prediction, row.labels);
      const { end } = document.lineAt(document.positionAt(row.end)).range;
      (differs ? different : quiet).push({
        range: new vscode.Range(end, end),
        renderOptions: { after: { contentText: text } },
        hoverMessage: rowHover(prediction, { modelName: this.use.run.name }),
      });
    }
    editor.setDecorations(this.quiet, quiet);
    editor.setDecorations(this.different, different);
  }

  private labels(color: string, onLight = color): vscode.TextEditorDecorationType {
    return this.disposables.add(
      vscode.window.createTextEditorDecorationType({
        after: { color: new vscode.ThemeColor(color), margin: '0 0 0 2em' },
        light: { after: { color: new vscode.ThemeColor(onLight) } },
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      }),
    );
  }
}
