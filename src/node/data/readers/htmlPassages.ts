import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { PASSAGE_SLACK } from '../../../core/data/paragraphs.js';
import { AlignedText, AlignedTextBuilder } from '../../../core/text/alignedText.js';
import {
  CELLS,
  LINES,
  PARAGRAPHS,
  PREFORMATTED,
  UNREAD_NAMES,
} from '../../../core/cleaning/htmlText.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile, HTML_CHARSET } from './decodeFile.js';
import type { PassageFileOptions } from './passages.js';

/** A span of the visible text of a page; each character has its offset in the source. */
export interface VisiblePassage {
  readonly text: AlignedText;
  /** First line in the source, from 1. */
  readonly line: number;
}

/** Visible text of an HTML file, passage by passage. Throws the errors of `decodeFile`. */
export async function* readHtml(
  file: string,
  options: PassageFileOptions,
): AsyncGenerator<VisiblePassage> {
  const page = new VisibleText(options.atLeast);
  const pace = new Pace(options.signal);
  for await (const piece of decodeFile(file, { ...options, declaration: HTML_CHARSET })) {
    for (const passage of page.push(piece)) {
      if (pace.isOver) await pace.turn();
      yield passage;
    }
  }
  yield* page.end();
}

/** Separators between two spans of text, from weak to strong. */
const BREAKS = ['', ' ', '\n', '\n\n'] as const;
const [NONE, SPACE, LINE, PARAGRAPH] = [0, 1, 2, 3] as const;

/** Code units kept after they were read, for a name or entity that continues in the next chunk. */
const LONGEST_NAME = 4096;
const WORDS = /[^ \t\n\f\r]+(?: [^ \t\n\f\r]+)*/g;
/** Code units after which a word is split. */
const LONGEST_WORD = 1_000_000;

/**
 * Reads HTML that arrives in chunks as browsers show it: tags, comments, scripts and styles are
 * skipped, entities decoded, and white space folded except in `pre`; block elements separate
 * paragraphs. Chunk boundaries do not affect the result. Holds at most one chunk and one passage.
 */
export class VisibleText implements TokenizerCallbacks {
  private readonly tokenizer = new Tokenizer({}, this);
  private held = '';
  /** Offset of `held` in the source. */
  private base = 0;
  private readonly counted = { to: 0, line: 1 };
  private passage = { text: new AlignedTextBuilder(), line: 0, end: 0 };
  private gap: number = NONE;
  private lineBreaks = 0;
  private openTag = '';
  private unread: { name: string; depth: number } | null = null;
  private preformatted = 0;
  private found: VisiblePassage[] = [];

  constructor(private readonly atLeast: number) {}

  push(piece: string): VisiblePassage[] {
    this.held += piece;
    this.tokenizer.write(piece);
    const letGo = this.held.length - LONGEST_NAME;
    if (letGo > 0) {
      this.lineOf(this.base + letGo);
      this.held = this.held.slice(letGo);
      this.base += letGo;
    }
    return this.taken();
  }

  end(): VisiblePassage[] {
    this.tokenizer.end();
    this.endPassage();
    return this.taken();
  }

  ontext(start: number, end: number): void {
    if (this.unread !== null) return;
    const text = this.sourceOf(start, end);
    if (this.preformatted === 0) this.showWords(text, start);
    else this.showLines(text, start);
  }

  ontextentity(codePoint: number, end: number): void {
    if (this.unread !== null) return;
    const start = this.base + this.held.lastIndexOf('&', end - this.base - 1);
    const character = String.fromCodePoint(codePoint);
    if (isSpace(codePoint) && this.preformatted === 0) this.part(SPACE);
    else this.show(character, start, end);
  }

  onopentagname(start: number, end: number): void {
    const name = this.sourceOf(start, end).toLowerCase();
    this.openTag = name;
    if (this.unread?.name === name) this.unread.depth++;
    else if (this.unread === null && UNREAD_NAMES.has(name)) this.unread = { name, depth: 1 };
    if (PREFORMATTED.has(name)) this.preformatted++;
    this.partBy(name);
  }

  onselfclosingtag(): void {
    if (this.openTag === 'svg') this.leave('svg');
    if (PREFORMATTED.has(this.openTag)) this.preformatted--;
  }

  onclosetag(start: number, end: number): void {
    const name = this.sourceOf(start, end).toLowerCase();
    this.leave(name);
    if (PREFORMATTED.has(name) && this.preformatted > 0) this.preformatted--;
    this.partBy(name);
  }

  onopentagend(): void {}
  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  onattribname(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  private leave(name: string): void {
    if (this.unread?.name === name && --this.unread.depth === 0) this.unread = null;
  }

  private partBy(name: string): void {
    if (this.unread !== null) return;
    if (name === 'br') this.lineBreaks++;
    if (PARAGRAPHS.has(name) || this.lineBreaks > 1) this.part(PARAGRAPH);
    else if (LINES.has(name)) this.part(LINE);
    else if (CELLS.has(name)) this.part(SPACE);
  }

  private part(strength: number): void {
    this.gap = Math.max(this.gap, strength);
  }

  /** Single spaces between words are kept; other white space becomes a separator. */
  private showWords(text: string, start: number): void {
    let end = 0;
    for (const { 0: words, index } of text.matchAll(WORDS)) {
      if (index > end) this.part(SPACE);
      end = index + words.length;
      this.showRun(words, start + index);
    }
    if (end < text.length) this.part(SPACE);
  }

  /** Adds words; a passage that is long enough ends at the next space. */
  private showRun(words: string, start: number): void {
    this.crossGap(start);
    const room = this.atLeast + PASSAGE_SLACK - this.passage.text.length;
    const space = room > words.length ? -1 : words.indexOf(' ', Math.max(0, room));
    if (space === -1) this.show(words, start, start + words.length);
    else {
      this.show(words.slice(0, space), start, start + space);
      this.part(SPACE);
      this.showRun(words.slice(space + 1), start + space + 1);
    }
  }

  private showLines(text: string, start: number): void {
    for (const { 0: line, index } of text.matchAll(/\n|[^\n]+/g)) {
      const { length } = this.passage.text;
      if (line === '\n' && (this.gap >= LINE || length === 0)) continue;
      if (line === '\n' && length >= this.atLeast + PASSAGE_SLACK) this.endPassage();
      else this.show(line, start + index, start + index + line.length);
    }
  }

  /** Adds text for code units `[start, end)` of the source, mapped one to one or as a whole. */
  private show(text: string, start: number, end: number): void {
    this.crossGap(start);
    const { passage } = this;
    const room = LONGEST_WORD + this.atLeast - passage.text.length;
    if (text.length > room && end - start === text.length) {
      this.show(text.slice(0, room), start, start + room);
      this.endPassage();
      this.show(text.slice(room), start + room, end);
      return;
    }
    const visible = passage.line === 0 ? text.search(/\S/) : -1;
    if (visible >= 0) passage.line = this.lineOf(start + visible);
    if (end - start === text.length) {
      passage.text.copy(AlignedText.of(text, start), 0, text.length);
    } else passage.text.add(text, start, end);
    passage.end = end;
  }

  private crossGap(start: number): void {
    const { text, end } = this.passage;
    const { gap } = this;
    this.gap = NONE;
    this.lineBreaks = 0;
    if (text.length === 0 || gap === NONE) return;
    const isEnough = text.length >= this.atLeast;
    const isLong = text.length >= this.atLeast + PASSAGE_SLACK;
    if (isLong || (gap === PARAGRAPH && isEnough)) this.endPassage();
    else text.add(BREAKS[gap]!, end, start);
  }

  private endPassage(): void {
    const text = this.passage.text.build();
    const from = text.text.search(/\S/);
    if (from >= 0) {
      const line = this.passage.line;
      this.found.push({ text: text.slice(from, text.text.trimEnd().length), line });
    }
    this.passage = { text: new AlignedTextBuilder(), line: 0, end: 0 };
  }

  private taken(): VisiblePassage[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  private sourceOf(start: number, end: number): string {
    return this.held.slice(start - this.base, end - this.base);
  }

  /** Line of an offset, which must not precede the offset of an earlier call. */
  private lineOf(place: number): number {
    const { counted, base, held } = this;
    const to = place - base;
    let feed = held.indexOf('\n', counted.to - base);
    while (feed !== -1 && feed < to) {
      counted.line++;
      feed = held.indexOf('\n', feed + 1);
    }
    counted.to = Math.max(counted.to, place);
    return counted.line;
  }
}

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13 && unit !== 11);
}
