const TEXT = /[^\r\n]/g;

/** Replaces text by spaces, and leaves its line breaks, so that offsets remain. */
export function blank(text: string): string {
  return text.replaceAll(TEXT, ' ');
}

/** Replaces each match of a pattern by spaces of its length. */
export function blankEach(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, blank);
}
