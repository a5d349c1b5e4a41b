/** Puts backslashes in front of whatever Markdown, a table, HTML or an icon could be made of. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&')
      // Icons are made of the text that Markdown leaves, which has no backslashes any more.
      .replaceAll('\\$\\(', '\\$\u2060\\(')
      .replaceAll('&', '&amp;')
      // Marks that turn the direction of writing around would turn the text behind as well.
      .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
      // An address by itself is a link, too.
      .replaceAll('://', '&#58;//')
      .replace(/\s+/g, ' ')
  );
}

/** Text between backticks, which neither a backtick nor an empty line in it can end. */
export function inlineCode(text: string): string {
  return `\`${text.replaceAll('`', "'").replace(/\s+/g, ' ')}\``;
}
