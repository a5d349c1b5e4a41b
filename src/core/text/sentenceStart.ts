/** Space, quotes and marks between the start of a sentence and its first word. */
const OPENING = /[ \t"'“„‘«(¿¡*_~`]+$/u;
const SENTENCE_END = /[.!?…。！？]["'”’»)*_~`]*$/u;
const LIST_OR_HEADING = /^[ \t]*(?:[-*+>]|#{1,6}|\d{1,9}[.)])[ \t]*$/u;
const HEADING = /^[ \t]*#{1,6}[ \t]/u;

/** Whether a word that follows `before` begins a sentence, a paragraph, a list item or a heading. */
export function isSentenceStart(before: string): boolean {
  const text = before.replace(OPENING, '');
  const line = text.slice(text.lastIndexOf('\n') + 1);
  if (LIST_OR_HEADING.test(line)) return true;
  if (line !== '') return text.length < before.length && SENTENCE_END.test(text);
  const above = text.replace(/\r?\n$/, '');
  const lineAbove = above.slice(above.lastIndexOf('\n') + 1);
  // A line break within a paragraph begins nothing.
  return lineAbove.trim() === '' || HEADING.test(lineAbove) || SENTENCE_END.test(above.trimEnd());
}
