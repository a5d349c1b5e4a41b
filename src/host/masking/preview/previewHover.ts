import * as vscode from 'vscode';
import { abortSignalOf } from '../../platform/cancellation.js';
import { markdownString } from '../../platform/markdownString.js';
import type { PreviewController } from './previewController.js';
import { LINKED_COMMANDS, maskMarkdown } from './previewMarkdown.js';

/** Hovers on masked words with their rule and replacement. */
export class PreviewHoverProvider implements vscode.HoverProvider {
  constructor(private readonly controller: PreviewController) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    const preview = this.controller.of(document);
    const plan = preview?.currentPlan;
    if (preview === undefined || plan === null || plan === undefined) return null;
    const mask = await preview
      .maskAt(document.offsetAt(position), abortSignalOf(token))
      .catch(() => null);
    if (mask === null) return null;
    const range = new vscode.Range(document.positionAt(mask.start), document.positionAt(mask.end));
    const masked = {
      uri: document.uri.toString(),
      word: document.getText(range),
      rule: mask.rule,
      replacement: mask.replacement,
      replacementText: mask.text,
    };
    return new vscode.Hover(markdownString(maskMarkdown(masked, plan), LINKED_COMMANDS), range);
  }
}
