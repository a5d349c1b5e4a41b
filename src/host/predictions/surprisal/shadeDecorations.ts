import * as vscode from 'vscode';
import { SHADE_COLORS } from './surprisalScale.js';

const RULER_COLOR = new vscode.ThemeColor('masklab.surprisalOverviewRuler');

/** Lines that tell the shades apart without colors, weakest first; none below the strongest two. */
const LINES: readonly vscode.DecorationRenderOptions[] = [
  {},
  {},
  {},
  {},
  { borderStyle: 'dotted', borderWidth: '0 0 1px 0' },
  { borderStyle: 'solid', borderWidth: '0 0 1px 0' },
];

/** Lines of themes without backgrounds, weakest first. */
const CONTRAST_LINES: readonly vscode.DecorationRenderOptions[] = [
  { borderStyle: 'dotted', borderWidth: '0 0 1px 0' },
  { borderStyle: 'dashed', borderWidth: '0 0 1px 0' },
  { borderStyle: 'solid', borderWidth: '0 0 1px 0' },
  { borderStyle: 'solid', borderWidth: '0 0 2px 0' },
  { borderStyle: 'double', borderWidth: '0 0 4px 0' },
  { borderStyle: 'solid', borderWidth: '1px 1px 3px 1px' },
];

/** Whether a kind of theme shows lines instead of backgrounds. */
export function hasHighContrast(kind: vscode.ColorThemeKind): boolean {
  const { HighContrast, HighContrastLight } = vscode.ColorThemeKind;
  return kind === HighContrast || kind === HighContrastLight;
}

/** One decoration type per shade, weakest first, for a kind of theme. */
export function shadeDecorations(kind: vscode.ColorThemeKind): vscode.TextEditorDecorationType[] {
  const isContrast = hasHighContrast(kind);
  return SHADE_COLORS.map((id, shade) => {
    const color = new vscode.ThemeColor(id);
    return vscode.window.createTextEditorDecorationType({
      ...(isContrast
        ? { ...CONTRAST_LINES[shade], borderColor: color }
        : {
            backgroundColor: color,
            ...LINES[shade],
            borderColor: RULER_COLOR,
            borderRadius: '2px',
          }),
      overviewRulerColor: RULER_COLOR,
      overviewRulerLane: vscode.OverviewRulerLane.Center,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    });
  });
}
