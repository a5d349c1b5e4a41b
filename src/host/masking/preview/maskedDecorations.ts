import * as vscode from 'vscode';
import { REPLACEMENTS } from '../../../protocol/preview.js';
import { DisposableStore } from '../../platform/disposables.js';
import type { MaskedDocuments } from './maskedDocuments.js';
import { maskIndicesWithin } from './planQueries.js';
import {
  REPLACEMENT_STYLES,
  replacementBackground,
  replacementBorder,
} from './replacementStyles.js';
import { drawnStretches } from './stretchesInSight.js';

/** Marks words of a masked text by their replacement: mask tokens, random words and kept words. */
export class MaskedDecorations implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly types: readonly vscode.TextEditorDecorationType[];

  constructor(private readonly masked: MaskedDocuments) {
    this.types = REPLACEMENTS.map((kind) => {
      const style = REPLACEMENT_STYLES[kind];
      return this.disposables.add(
        vscode.window.createTextEditorDecorationType({
          backgroundColor: new vscode.ThemeColor(replacementBackground(style)),
          borderColor: new vscode.ThemeColor(replacementBorder(style)),
          borderStyle: style.borderStyle,
          borderWidth: style.borderWidth,
          borderRadius: '2px',
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      );
    });
    const { window, workspace } = vscode;
    this.disposables.add(
      masked.onDidRender((uri) => {
        this.showAll(uri);
      }),
    );
    this.disposables.add(
      workspace.onDidChangeTextDocument(({ document }) => {
        this.showAll(document.uri);
      }),
    );
    this.disposables.add(
      window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.show(editor);
      }),
    );
    this.disposables.add(
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.show(textEditor);
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private showAll(uri: vscode.Uri): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() === uri.toString()) this.show(editor);
    }
  }

  private show(editor: vscode.TextEditor): void {
    const { document } = editor;
    if (!this.masked.isMasked(document)) return;
    const ranges: vscode.Range[][] = this.types.map(() => []);
    const shown = this.masked.shown(document);
    for (const stretch of shown === null ? [] : drawnStretches([editor])) {
      const { masks } = shown!;
      for (const at of maskIndicesWithin(masks, stretch)) {
        const start = document.positionAt(masks.starts[at]!);
        const end = document.positionAt(masks.ends[at]!);
        ranges[masks.replacements[at]!]!.push(new vscode.Range(start, end));
      }
    }
    this.types.forEach((type, kind) => {
      editor.setDecorations(type, ranges[kind]!);
    });
  }
}
