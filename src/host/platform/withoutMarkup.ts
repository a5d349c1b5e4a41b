/**
 * Foreign text for a prompt, an item of a list or the status bar, in which the editor would draw
 * `$(…)` as an icon and `[…](…)` as a link.
 */
export function withoutMarkup(text: string): string {
  return text.replaceAll('$(', '$\u200b(').replaceAll('](', ']\u200b(');
}
