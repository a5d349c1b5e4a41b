import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import { groupThousands } from '../../../core/format.js';
import { excessOf } from '../../../core/predict/excessScale.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { findSurprising, type Direction, type SurprisingWord } from './findSurprising.js';
import { linesOf, type SurprisalController } from './surprisalController.js';
import { shadeBounds } from './surprisalScale.js';

/** Searches that take less time show no progress. */
const DELAY_MILLISECONDS = 300;
const MESSAGE_MILLISECONDS = 5000;

/** Moves to the next or previous surprising word, also beyond what is in view. */
export class SurprisalNavigator implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.surprisalSearch', vscode.StatusBarAlignment.Left),
  );
  private search = new AbortController();

  constructor(private readonly controller: SurprisalController) {
    this.item.name = vscode.l10n.t('Search for surprising words');
    this.item.command = COMMANDS.stopSurprisalSearch;
    this.item.tooltip = vscode.l10n.t('Stop Searching');
  }

  async go(direction: Direction): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !this.controller.isFor(editor.document)) return;
    this.stop();
    this.search = new AbortController();
    const { signal } = this.search;
    const { version } = editor.document;
    try {
      const found = await this.find(editor, direction, signal);
      if (!signal.aborted && editor.document.version === version) show(editor, found, direction);
    } catch (thrown) {
      if (toAppErrorData(thrown).code !== 'Cancelled') throw thrown;
    } finally {
      if (this.search.signal === signal) this.stop();
    }
  }

  stop(): void {
    this.search.abort();
    this.item.hide();
  }

  dispose(): void {
    this.stop();
    this.disposables.dispose();
  }

  private async find(
    editor: vscode.TextEditor,
    direction: Direction,
    signal: AbortSignal,
  ): Promise<SurprisingWord | null> {
    const { controller } = this;
    const { document, selection } = editor;
    const percentile = controller.percentileOf(document);
    const [bound = Infinity] = shadeBounds(percentile, controller.shadingOf(editor).scale);
    const started = performance.now();
    return findSurprising({
      lines: linesOf(document),
      from: selection.start,
      direction,
      isSurprising: (word) => (excessOf(word) ?? -Infinity) >= bound,
      score: (block) => controller.score(document, block, { lane: 'visible', signal }),
      onLine: (line) => {
        if (performance.now() - started < DELAY_MILLISECONDS) return;
        const number = groupThousands(line + 1, EDITOR_WORDS.locale);
        const text = vscode.l10n.t('Searching for surprising words: line {0}', number);
        this.item.text = `$(sync~spin) ${text}`;
        this.item.show();
      },
    });
  }
}

function show(editor: vscode.TextEditor, found: SurprisingWord | null, direction: Direction): void {
  if (found === null) {
    say(vscode.l10n.t('This document has no surprising words.'));
    return;
  }
  const { start, end, isWrapped } = found;
  editor.selection = new vscode.Selection(start.line, start.character, end.line, end.character);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (!isWrapped) return;
  say(
    direction === 'next'
      ? vscode.l10n.t('Continued at the beginning of the document.')
      : vscode.l10n.t('Continued at the end of the document.'),
  );
}

function say(text: string): void {
  vscode.window.setStatusBarMessage(text, MESSAGE_MILLISECONDS);
}
