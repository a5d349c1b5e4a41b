import { lineAt, type Line } from '../textLines.js';
import type { InlineSpan, MarkdownEdit } from './edits.js';
import { foldLabel } from './inline.js';

const BULLET = /[-+*](?:[ \t]+(?:\[[ xX]\][ \t]+)?|(?=\r?$))/my;
const NUMBER = /\d{1,9}[.)](?:[ \t]+(?:\[[ xX]\][ \t]+)?|(?=\r?$))/my;
const QUOTE = />[ \t]?/y;
const FENCE = /`{3,}(?=[^`\n]*$)|~{3,}/my;
const FENCE_END = /[ \t>]*(`{3,}|~{3,})[ \t]*\r?$/my;
const HEADING = /#{1,6}(?:[ \t]+|(?=\r?$))/my;
const RULE = /(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\r?$/my;
const UNDERLINE = /(?:=+|-+)[ \t]*\r?$/my;
const DEFINITION =
  /\[((?:[^[\]\\\n]|\\.){1,999})\]:[ \t]*(?:<[^<>\n]*>|\S+)(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*\r?$/my;
const FOOTNOTE = /\[\^[^\s\]]{1,100}\]:[ \t]*/y;
const DELIMITER_ROW = /[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\r?$/my;
const UNREAD = /<(?:script|style)\b/iy;
const UNREAD_END = /<\/(?:script|style)\s*>/gi;
const COMMENT_END = /-->/g;
/** Columns by which code is indented relative to its container. */
const CODE_INDENT = 4;
const TAB = 4;
/** Maximum number of list items that begin on one line; the rest is text. */
const MOST_ITEMS = 16;

interface Fence {
  readonly mark: string;
  readonly indent: number;
  readonly isQuoted: boolean;
}

/**
 * Reads Markdown line by line, as in CommonMark 0.31 and GFM's tables: `edits` remove syntax and
 * code, `spans` are running text, `labels` are the names of link definitions.
 */
export class BlockReader {
  readonly edits: MarkdownEdit[] = [];
  readonly spans: InlineSpan[] = [];
  readonly labels = new Set<string>();
  private paragraph: { from: number; to: number; isQuoted: boolean } | null = null;
  private fence: Fence | null = null;
  /** Columns at which the text of open list items begins. */
  private readonly items: number[] = [];
  private isAfterBlank = true;
  private isTable = false;
  private nextBar = -1;
  /** Closing marks that do not occur in the rest of the text. */
  private readonly missingEnds = new Set<RegExp>();

  constructor(private readonly text: string) {}

  read({ frontMatter }: { readonly frontMatter: boolean }): void {
    let at = frontMatter ? this.frontMatterEnd() : 0;
    if (at > 0) this.drop(0, at);
    while (at < this.text.length) at = this.readLine(lineAt(this.text, at));
    this.closeParagraph();
  }

  private frontMatterEnd(): number {
    const { text } = this;
    const mark = text.slice(0, 3);
    if ((mark !== '---' && mark !== '+++') || text.slice(3, lineAt(this.text, 0).to).trim() !== '')
      return 0;
    for (let at = text.indexOf(`\n${mark}`); at >= 0; at = text.indexOf(`\n${mark}`, at + 1)) {
      const { from, to, next } = lineAt(this.text, at + 1);
      if (text.slice(from + 3, to).trim() === '') return next;
    }
    return 0;
  }

  private matches(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.text);
  }

  private drop(from: number, to: number): void {
    if (from < to) this.edits.push({ from, to });
  }

  private closeParagraph(): void {
    if (this.paragraph !== null) this.spans.push(this.paragraph);
    this.paragraph = null;
    this.isTable = false;
  }

  /** Reads a line and returns the place to continue from. */
  private readLine(line: Line): number {
    const { column, at: start } = this.indentOf(line);
    if (this.fence !== null && this.isInFence(this.fence, line, column, start)) return line.next;
    if (start === line.to) return this.readBlank(line);
    if (this.isAfterBlank) this.leaveItems(column);
    if (this.paragraph === null && column - (this.items.at(-1) ?? 0) >= CODE_INDENT) {
      this.drop(line.from, line.next);
      return line.next;
    }
    const { at, isQuoted } = this.readMarkers(line, start, column);
    this.drop(line.from, at);
    if (at >= line.to) return this.readBlank(line);
    this.isAfterBlank = false;
    return this.readContent({ ...line, from: at }, isQuoted);
  }

  private indentOf({ from, to }: Line): { column: number; at: number } {
    let column = 0;
    let at = from;
    for (; at < to; at++) {
      if (this.text[at] === '\t') column += TAB - (column % TAB);
      else if (this.text[at] === ' ') column++;
      else break;
    }
    return { column, at };
  }

  private readBlank(line: Line): number {
    this.closeParagraph();
    this.isAfterBlank = true;
    return line.next;
  }

  private leaveItems(column: number): void {
    while (this.items.length > 0 && this.items.at(-1)! > column) this.items.pop();
  }

  private isInFence(fence: Fence, line: Line, column: number, start: number): boolean {
    const isOutside =
      start < line.to &&
      ((fence.isQuoted && this.text[start] !== '>') || (!fence.isQuoted && column < fence.indent));
    if (isOutside) {
      this.fence = null;
      return false;
    }
    const end = this.matches(FENCE_END, line.from)?.[1];
    const isEnd = end?.[0] === fence.mark[0] && end!.length >= fence.mark.length;
    this.drop(line.from, isEnd ? line.to : line.next);
    if (isEnd) this.fence = null;
    return true;
  }

  /** Skips the markers of quotes and list items. */
  private readMarkers(
    line: Line,
    start: number,
    column: number,
  ): { at: number; isQuoted: boolean } {
    let at = start;
    let isQuoted = false;
    let items = 0;
    while (at < line.to) {
      const quote = this.matches(QUOTE, at);
      if (quote !== null) {
        if (this.paragraph?.isQuoted === false) this.closeParagraph();
        isQuoted = true;
        at += quote[0].length;
        while (at < line.to && ' \t'.includes(this.text[at]!)) at++;
        continue;
      }
      const isItem = items < MOST_ITEMS && this.matches(RULE, at) === null;
      const marker = isItem ? this.itemAt(at) : null;
      if (marker === null) break;
      items++;
      this.closeParagraph();
      const place = column + at - start;
      this.leaveItems(place);
      at += marker.length;
      this.items.push(place + marker.length);
    }
    return { at: Math.min(at, line.to), isQuoted };
  }

  /** List item that interrupts a paragraph: one with text, numbered 1 if it has a number. */
  private itemAt(at: number): string | null {
    const found = (this.matches(BULLET, at) ?? this.matches(NUMBER, at))?.[0];
    if (found === undefined) return null;
    const isInterrupting = this.paragraph !== null && this.items.length === 0;
    if (isInterrupting && (!/\s/.test(found) || /^\d/.test(found)) && !/^1[.)]\s/.test(found)) {
      return null;
    }
    return found;
  }

  private readContent(line: Line, isQuoted: boolean): number {
    const { from, to, next } = line;
    const hidden = this.hiddenEnd(from);
    if (hidden !== null) {
      this.closeParagraph();
      this.drop(from, hidden);
      return hidden;
    }
    const fence = this.matches(FENCE, from);
    if (fence !== null) {
      this.closeParagraph();
      this.fence = { mark: fence[0], indent: this.items.at(-1) ?? 0, isQuoted };
      this.drop(from, next);
      return next;
    }
    const heading = this.matches(HEADING, from);
    if (heading !== null) return this.readHeading(line, from + heading[0].length);
    const isRule = this.matches(RULE, from) !== null;
    if (isRule || (this.paragraph !== null && this.matches(UNDERLINE, from) !== null)) {
      this.closeParagraph();
      this.drop(from, to);
      return next;
    }
    if (this.paragraph === null && this.readDefinition(line)) return next;
    if (this.isTable || this.isTableHead(line)) return this.readRow(line);
    this.paragraph ??= { from, to, isQuoted };
    this.paragraph.to = to;
    return next;
  }

  /** End of a comment, script or style sheet that begins here. */
  private hiddenEnd(from: number): number | null {
    const isComment = this.text.startsWith('<!--', from);
    if (!isComment && this.matches(UNREAD, from) === null) return null;
    const end = isComment ? COMMENT_END : UNREAD_END;
    const found = this.missingEnds.has(end) ? null : this.matches(end, from + 4);
    if (found === null) this.missingEnds.add(end);
    return found === null ? null : found.index + found[0].length;
  }

  private readHeading({ from, to, next }: Line, start: number): number {
    this.closeParagraph();
    this.drop(from, Math.min(start, to));
    let end = this.trimmed(start, to);
    let marks = end;
    while (marks > start && this.text[marks - 1] === '#') marks--;
    if (marks < end && (marks === start || ' \t'.includes(this.text[marks - 1]!))) {
      end = this.trimmed(start, marks);
    }
    this.drop(end, to);
    if (start < end) this.spans.push({ from: start, to: end });
    const following = lineAt(this.text, next);
    if (next > to && this.indentOf(following).at < following.to) {
      this.edits.push({ from: next - 1, to: next, content: '\n\n' });
    }
    return next;
  }

  private trimmed(from: number, to: number): number {
    let end = to;
    while (end > from && ' \t'.includes(this.text[end - 1]!)) end--;
    return end;
  }

  private readDefinition({ from, next }: Line): boolean {
    const footnote = this.matches(FOOTNOTE, from);
    if (footnote !== null) {
      this.drop(from, from + footnote[0].length);
      this.paragraph = {
        from: from + footnote[0].length,
        to: from + footnote[0].length,
        isQuoted: false,
      };
      return false;
    }
    const definition = this.matches(DEFINITION, from);
    if (definition === null) return false;
    this.labels.add(foldLabel(definition[1]!));
    this.drop(from, next);
    return true;
  }

  private isTableHead({ from, to, next }: Line): boolean {
    if (this.nextBar < from) {
      const bar = this.text.indexOf('|', from);
      this.nextBar = bar < 0 ? this.text.length : bar;
    }
    return (
      this.nextBar < to && next < this.text.length && this.matches(DELIMITER_ROW, next) !== null
    );
  }

  private readRow({ from, to, next }: Line): number {
    const isHead = !this.isTable;
    if (isHead) this.closeParagraph();
    this.isTable = true;
    let start = from;
    for (let at = from; at < to; at++) {
      if (this.text[at] === '\\') at++;
      else if (this.text[at] === '|') {
        let end = at + 1;
        while (end < to && ' \t'.includes(this.text[end]!)) end++;
        const before = this.trimmed(start, at);
        if (before > start) this.spans.push({ from: start, to: before });
        const isInner = before > from && end < to;
        this.edits.push({ from: before, to: end, content: isInner ? ' ' : '' });
        start = end;
        at = end - 1;
      }
    }
    if (start < to) this.spans.push({ from: start, to });
    if (!isHead) return next;
    const delimiters = lineAt(this.text, next);
    this.drop(delimiters.from, delimiters.next);
    return delimiters.next;
  }
}
