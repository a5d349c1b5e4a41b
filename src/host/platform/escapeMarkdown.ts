/** Puts backslashes in front of whatever Markdown, a table, HTML or an icon could be made of. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replace(/\s+/g, ' ');
}
