import * as vscode from 'vscode';
import { DisposableStore } from '../../platform/disposables.js';
import { maskIndicesWithin } from './planQueries.js';
import type { MaskingPreview } from './maskingPreview.js';
import { drawnStretches } from './stretchesInSight.js';
import { backgroundColor, borderColor, RULE_STYLES, styleOf } from './ruleStyles.js';

/** Draws masks in and around the visible part of editors that show a previewed document. */
export class PreviewDecorations implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly types: readonly vscode.TextEditorDecorationType[];

  constructor() {
    this.types = RULE_STYLES.map((style) =>
      this.disposables.add(
        vscode.window.createTextEditorDecorationType({
          backgroundColor: new vscode.ThemeColor(backgroundColor(style)),
          borderColor: new vscode.ThemeColor(borderColor(style)),
          borderStyle: style.borderStyle,
          borderWidth: style.borderWidth,
          borderRadius: '2px',
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      ),
    );
  }

  show(editor: vscode.TextEditor, preview: MaskingPreview): void {
    const plan = preview.currentPlan;
    if (plan === null) {
      // The masks move along with the text until the next plan arrives.
      if (preview.error !== null) this.clear(editor);
      return;
    }
    const { document } = editor;
    const ranges: vscode.Range[][] = this.types.map(() => []);
    for (const stretch of drawnStretches([editor])) {
      for (const at of maskIndicesWithin(plan.masks, stretch)) {
        const start = document.positionAt(plan.masks.starts[at]!);
        const end = document.positionAt(plan.masks.ends[at]!);
        ranges[styleOf(plan.masks.rules[at]!)]!.push(new vscode.Range(start, end));
      }
    }
    this.types.forEach((type, style) => {
      editor.setDecorations(type, ranges[style]!);
    });
  }

  clear(editor: vscode.TextEditor): void {
    for (const type of this.types) editor.setDecorations(type, []);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
