import type { CommandId } from './contributions.js';

/**
 * Markdown link that runs a command. `label` is Markdown: foreign text in it must be escaped. The link
 * works in a `markdownString` that allows the command.
 */
export function commandLink(
  label: string,
  command: CommandId,
  { argument, title }: { readonly argument?: unknown; readonly title?: string } = {},
): string {
  const query = argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument]))}`;
  // Parentheses would end the link early; `encodeURIComponent` leaves them alone.
  const target = query.replaceAll('(', '%28').replaceAll(')', '%29');
  return `[${label}](command:${command}${target}${title === undefined ? '' : ` "${title}"`})`;
}
