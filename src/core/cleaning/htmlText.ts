import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import type { AlignedText } from '../text/alignedText.js';
import { Rewriter } from './rewriter.js';

/** Elements with hidden text. */
const UNREAD = ['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object', 'noembed'];
export const UNREAD_NAMES: ReadonlySet<string> = new Set(UNREAD);
const UNREAD_END = new RegExp(`</(${UNREAD.join('|')})(?![\\w-])`, 'gi');

/** Elements that are separate paragraphs, separate lines, and separate words. */
export const PARAGRAPHS: ReadonlySet<string> = new Set(
  `address article aside blockquote body center details dialog div dl fieldset figcaption figure
  footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend main menu nav ol p pre search
  section summary table title ul`.split(/\s+/),
);
export const LINES: ReadonlySet<string> = new Set(
  'br caption dd dt li optgroup option rp tr thead tbody tfoot'.split(' '),
);
export const CELLS: ReadonlySet<string> = new Set(['td', 'th']);
export const PREFORMATTED: ReadonlySet<string> = new Set(['pre', 'textarea', 'listing', 'xmp']);

/** Separators of two stretches of text, from weak to strong. */
const BREAKS = ['', ' ', '\n', '\n\n'] as const;
const [NONE, SPACE, LINE, PARAGRAPH] = [0, 1, 2, 3] as const;

/** `<b>`, `<my-item>`, `<o:p>`; not `<me@example.org>` and not `<https://example.org>`. */
const TAG_NAME = /^[a-z][\w.-]*(?::[\w.-]+)?$/i;
const IS_DOCUMENT = /<(?:!doctype|html|head|body)\b/i;
const MARKUP = /<[a-z!/?]|&[a-z#]/i;

/**
 * Removes tags, comments, scripts and styles, and decodes entities. Block elements separate
 * paragraphs, `br`, rows and items separate lines, cells separate words. In a whole document, with
 * `<html>`, `<head>` or `<body>`, other white space collapses to one space, as in browsers;
 * elsewhere it is kept. An unclosed tag is text.
 */
export function removeHtml(text: AlignedText): AlignedText {
  if (!MARKUP.test(text.text)) return text;
  const reader = new HtmlReader(text);
  const tokenizer = new Tokenizer({}, reader);
  tokenizer.write(text.text);
  tokenizer.end();
  return reader.result();
}

/** Separator between two visible characters: markup and white space. */
interface Gap {
  readonly from: number;
  markup: boolean;
  strength: number;
  lineBreaks: number;
}

class HtmlReader implements TokenizerCallbacks {
  private readonly text: string;
  private readonly rewriter: Rewriter;
  private readonly isDocument: boolean;
  private readonly lastEnds = new Map<string, number>();
  /** End of the last event. */
  private at = 0;
  private gap: Gap = { from: 0, markup: false, strength: NONE, lineBreaks: 0 };
  private entity: { from: number; to: number; content: string } | null = null;
  private tag: { from: number; name: string } = { from: 0, name: '' };
  private unread: { name: string; depth: number } | null = null;
  private preformatted = 0;

  constructor(source: AlignedText) {
    this.text = source.text;
    this.rewriter = new Rewriter(source);
    this.isDocument = IS_DOCUMENT.test(source.text);
    for (const { 1: name, index } of source.text.matchAll(UNREAD_END)) {
      this.lastEnds.set(name!.toLowerCase(), index);
    }
  }

  result(): AlignedText {
    return this.rewriter.build();
  }

  ontext(start: number, end: number): void {
    this.flushEntity();
    this.at = end;
    if (this.unread !== null) return;
    let [from, to] = [start, end];
    if (this.preformatted === 0) {
      while (from < to && isSpace(this.text.charCodeAt(from))) from++;
      while (to > from && isSpace(this.text.charCodeAt(to - 1))) to--;
      this.addSpace(start, from);
      if (from === to) return;
    }
    this.show(from, to);
    if (this.isDocument && this.preformatted === 0) this.foldSpace(from, to);
    this.addSpace(to, end);
  }

  ontextentity(codePoint: number, end: number): void {
    const character = String.fromCodePoint(codePoint);
    if (this.entity?.to === end) {
      this.entity.content += character;
      return;
    }
    this.flushEntity();
    if (this.unread === null) this.entity = { from: this.at, to: end, content: character };
    this.at = end;
  }

  onopentagname(start: number, end: number): void {
    this.flushEntity();
    const name = this.text.slice(start, end).toLowerCase();
    this.tag = { from: start - 1, name };
    if (this.unread?.name === name) this.unread.depth++;
    else if (this.unread === null && UNREAD_NAMES.has(name)) {
      const ends = this.isDocument || (this.lastEnds.get(name) ?? 0) > start;
      if (ends) this.unread = { name, depth: 1 };
    }
    if (PREFORMATTED.has(name)) this.preformatted++;
  }

  onopentagend(end: number): void {
    const { from, name } = this.tag;
    this.at = end + 1;
    if (TAG_NAME.test(name)) this.addTag(name);
    else if (this.unread === null) this.show(from, this.at);
  }

  onselfclosingtag(end: number): void {
    this.onopentagend(end);
    if (this.tag.name === 'svg') this.leave('svg');
    if (PREFORMATTED.has(this.tag.name)) this.preformatted--;
  }

  onclosetag(start: number, end: number): void {
    this.flushEntity();
    const name = this.text.slice(start, end).toLowerCase();
    const tagEnd = this.text.indexOf('>', end);
    if (tagEnd < 0) return;
    this.at = tagEnd + 1;
    this.leave(name);
    if (PREFORMATTED.has(name) && this.preformatted > 0) this.preformatted--;
    this.addTag(name);
  }

  oncomment(_start: number, end: number): void {
    this.flushEntity();
    if (end >= this.text.length && !this.isDocument) return;
    this.at = Math.min(end + 1, this.text.length);
    this.gap.markup = true;
  }

  ondeclaration(start: number, end: number): void {
    this.oncomment(start, end);
  }

  oncdata(start: number, end: number): void {
    this.oncomment(start, end);
  }

  onprocessinginstruction(start: number, end: number): void {
    this.oncomment(start, end);
  }

  onend(): void {
    this.flushEntity();
    const { text, gap, isDocument } = this;
    if (this.at < text.length && this.unread === null && !isDocument) {
      this.show(this.at, text.length);
    } else if ((gap.markup || isDocument) && gap.from < text.length) {
      this.rewriter.drop(gap.from, text.length);
    }
  }

  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  onattribname(): void {}

  private leave(name: string): void {
    if (this.unread?.name === name && --this.unread.depth === 0) this.unread = null;
  }

  private addTag(name: string): void {
    const { gap } = this;
    gap.markup = true;
    if (this.unread !== null) return;
    if (name === 'br') gap.lineBreaks++;
    const strength = gap.lineBreaks > 1 ? PARAGRAPH : strengthOf(name);
    gap.strength = Math.max(gap.strength, strength);
  }

  private addSpace(from: number, to: number): void {
    if (from === to) return;
    const strength = this.isDocument ? SPACE : strengthOfSpace(this.text.slice(from, to));
    this.gap.strength = Math.max(this.gap.strength, strength);
  }

  /** Writes the separator, then keeps `[from, to)`. */
  private show(from: number, to: number): void {
    const { gap, rewriter, text, isDocument } = this;
    if (gap.from < from && (gap.markup || isDocument)) {
      const between = gap.from === 0 ? '' : BREAKS[gap.strength]!;
      if (text.slice(gap.from, from) !== between) rewriter.replace(gap.from, from, between);
    }
    this.gap = { from: to, markup: false, strength: NONE, lineBreaks: 0 };
  }

  private foldSpace(from: number, to: number): void {
    for (const { 0: space, index } of this.text.slice(from, to).matchAll(SPACES)) {
      if (space !== ' ') {
        this.rewriter.replace(from + index, from + index + space.length, ' ');
      }
    }
  }

  private flushEntity(): void {
    if (this.entity === null) return;
    const { from, to, content } = this.entity;
    this.entity = null;
    this.show(from, to);
    this.rewriter.replace(from, to, content);
  }
}

const SPACES = /[ \t\n\f\r]+/g;
const EMPTY_LINE = /\n[ \t\f\r]*\n/;

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13 && unit !== 11);
}

function strengthOf(name: string): number {
  if (PARAGRAPHS.has(name)) return PARAGRAPH;
  if (LINES.has(name)) return LINE;
  return CELLS.has(name) ? SPACE : NONE;
}

function strengthOfSpace(space: string): number {
  if (EMPTY_LINE.test(space)) return PARAGRAPH;
  return space.includes('\n') ? LINE : SPACE;
}
