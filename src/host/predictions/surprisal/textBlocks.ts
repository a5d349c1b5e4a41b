/** Lines of a document. */
export interface Lines {
  readonly lineCount: number;
  textOf(line: number): string;
}

/** A part of a document that is scored separately. Its lines are joined by `\n`. */
export interface TextBlock {
  /** Line and character at which the text begins. */
  readonly line: number;
  readonly character: number;
  readonly lastLine: number;
  readonly text: string;
}

/** First and last line, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Lines that are searched for the end of a paragraph. */
const REACH = 200;
/** Characters from which on a paragraph is split. */
const MOST_CHARACTERS = 800;
const SENTENCE_END = /[.!?]["'”’)\]]*\s+|[。！？]/gu;

/** Extends a range to whole paragraphs, so that scrolling does not change the blocks. */
export function wholeParagraphs(lines: Lines, { first, last }: LineRange): LineRange {
  const isText = (line: number): boolean => lines.textOf(line).trim() !== '';
  let [start, end] = [first, last];
  while (start > 0 && first - start < REACH && isText(start) && isText(start - 1)) start--;
  while (end + 1 < lines.lineCount && end - last < REACH && isText(end) && isText(end + 1)) end++;
  return { first: start, last: end };
}

/**
 * Splits lines into blocks: paragraphs between blank lines, long ones into parts of about 800
 * characters, at line ends or within a long line at ends of sentences. Shades appear block by
 * block, and an edit rescores only its own block.
 */
export function blocksIn(lines: Lines, { first, last }: LineRange): TextBlock[] {
  const blocks: TextBlock[] = [];
  let open: { readonly line: number; readonly parts: string[]; size: number } | null = null;
  const close = (): void => {
    if (open === null) return;
    const { line, parts } = open;
    blocks.push({ line, character: 0, lastLine: line + parts.length - 1, text: parts.join('\n') });
    open = null;
  };
  for (let line = first; line <= last; line++) {
    const text = lines.textOf(line);
    if (text.trim() === '' || text.length > 2 * MOST_CHARACTERS) {
      close();
      blocks.push(...partsOf(text, line));
      continue;
    }
    if (open !== null && open.size + text.length > MOST_CHARACTERS) close();
    open ??= { line, parts: [], size: 0 };
    open.parts.push(text);
    open.size += text.length;
  }
  close();
  return blocks;
}

/** Line and character of an offset in the text of a block. */
export function placeIn(block: TextBlock, offset: number): { line: number; character: number } {
  const before = block.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  if (lineStart === 0) return { line: block.line, character: block.character + offset };
  const lines = before.split('\n').length - 1;
  return { line: block.line + lines, character: offset - lineStart };
}

/** Parts of a long line, which end at the first end of a sentence after 800 characters. */
function partsOf(text: string, line: number): TextBlock[] {
  const parts: TextBlock[] = [];
  let start = 0;
  while (start < text.length) {
    const end = endOfPart(text, start);
    const part = text.slice(start, end);
    if (part.trim() !== '') parts.push({ line, character: start, lastLine: line, text: part });
    start = end;
  }
  return parts;
}

function endOfPart(text: string, start: number): number {
  const [from, most] = [start + MOST_CHARACTERS, start + 2 * MOST_CHARACTERS];
  if (text.length <= most) return text.length;
  SENTENCE_END.lastIndex = from;
  const found = SENTENCE_END.exec(text.slice(0, most));
  if (found !== null) return found.index + found[0].length;
  const space = text.lastIndexOf(' ', most);
  if (space > from) return space + 1;
  // Never between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]/u.test(text.charAt(most - 1)) ? most - 1 : most;
}
