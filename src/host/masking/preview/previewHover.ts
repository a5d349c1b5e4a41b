import * as vscode from 'vscode';
import { abortSignalOf } from '../../platform/cancellation.js';
import { markdownString } from '../../platform/markdownString.js';
import { maskAt } from './planQueries.js';
import type { PreviewController } from './previewController.js';
import { LINKED_COMMANDS, maskMarkdown } from './previewMarkdown.js';

/** Says of a masked word which rule masks it, and what stands in its place. */
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
    const at = maskAt(plan.masks, document.offsetAt(position));
    if (at === null) return null;
    const start = plan.masks.starts[at]!;
    const range = new vscode.Range(
      document.positionAt(start),
      document.positionAt(plan.masks.ends[at]!),
    );
    const replacementText = await preview
      .replacementAt(start, abortSignalOf(token))
      .catch(() => null);
    const masked = {
      uri: document.uri.toString(),
      word: document.getText(range),
      rule: plan.masks.rules[at]!,
      replacement: plan.masks.replacements[at]!,
      replacementText,
    };
    return new vscode.Hover(markdownString(maskMarkdown(masked, plan), LINKED_COMMANDS), range);
  }
}
