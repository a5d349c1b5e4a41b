/**
 * Letters that continue a word or number. Scripts without spaces, and those that attach particles to
 * numbers and addresses, do not.
 */
const CONTINUES = /[\p{N}_\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Deva}\p{M}]/u;

/** Whether a letter or digit is directly before or after. */
export function isPartOfWord(text: string, start: number, end: number): boolean {
  return continuesWord(text, start - 1) || continuesWord(text, end);
}

/** Whether there is a letter or digit at an offset. */
export function continuesWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code) || code <= 0x20) return false;
  return CONTINUES.test(text.charAt(at));
}

/** Ends the part of a path or address that a match is in: white space, quotes, brackets, lists. */
const OUTSIDE = /[\s"'`<>()[\]{},;|]/;
const LONGEST_LEFT = 80;

/** Text directly before an offset, without spaces, quotes or brackets. */
export function joinedBefore(text: string, at: number): string {
  let from = at;
  const least = Math.max(0, at - LONGEST_LEFT);
  while (from > least && !OUTSIDE.test(text.charAt(from - 1))) from--;
  return text.slice(from, at);
}
