import * as vscode from 'vscode';
import type { DisposableStore } from '../../platform/disposables.js';
import { colorVariable, lineColor, stepColors, type Side } from './explanationScale.js';

/** Decorations of the steps of each side, weakest first. */
export type StepDecorations = Readonly<Record<Side, readonly vscode.TextEditorDecorationType[]>>;

export function stepDecorations(disposables: DisposableStore): StepDecorations {
  return {
    supports: stepsOf('supports', disposables),
    against: stepsOf('against', disposables),
  };
}

/**
 * Thicker lines and stronger colors for stronger words. The lines of the sides differ in kind, too. They
 * are those of text, because high contrast draws a border where a border below the word would be.
 */
function stepsOf(side: Side, disposables: DisposableStore): vscode.TextEditorDecorationType[] {
  return stepColors(side).map((color, step) => {
    const line = side === 'supports' ? 'solid' : 'dashed';
    return disposables.add(
      vscode.window.createTextEditorDecorationType({
        backgroundColor: new vscode.ThemeColor(color),
        textDecoration: `underline ${line} ${step + 1}px var(${colorVariable(lineColor(side))})`,
        overviewRulerColor: new vscode.ThemeColor(lineColor(side)),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      }),
    );
  });
}
