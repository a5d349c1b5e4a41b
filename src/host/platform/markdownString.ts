import * as vscode from 'vscode';

/**
 * Markdown as the editor shows it, with icons. Foreign text in it must have passed
 * `escapeMarkdown`. Links may run the given commands and no others; with them come colors, whose
 * HTML the editor sanitizes.
 */
export function markdownString(
  markdown: string,
  commands: readonly string[] = [],
): vscode.MarkdownString {
  const content = new vscode.MarkdownString(markdown, true);
  if (commands.length > 0) {
    content.supportHtml = true;
    content.isTrusted = { enabledCommands: commands };
  }
  return content;
}
