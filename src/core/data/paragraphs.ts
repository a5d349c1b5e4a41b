/** A span of running text that begins and ends with a non-empty line. */
export interface Passage {
  readonly text: string;
  /** UTF-16 offset of its first character in the whole text. */
  readonly start: number;
  /** Line of the text where it begins, from 1. */
  readonly line: number;
  /** Whether it begins inside a code fence, as the rest of a very long passage does. */
  readonly isFenced: boolean;
}

export interface PassageOptions {
  /** Characters after which a passage ends at the next empty line; 0 for one passage per paragraph. */
  readonly atLeast: number;
  /** Whether empty lines inside Markdown code fences never end a passage. */
  readonly fences?: boolean;
  /** Called with the number of each line of more than `LONGEST_LINE` characters, which is skipped. */
  readonly onLongLine: (line: number) => void;
  /** Called with the number of each line with a NUL character, which is skipped; default: kept. */
  readonly onNul?: (line: number) => void;
}

/** A passage that has not ended, as indices into `held`. */
interface OpenPassage extends Pick<Passage, 'line' | 'isFenced'> {
  start: number;
  end: number;
}

/** Maximum characters of a line that is read. */
export const LONGEST_LINE = 16_000_000;

/** Characters beyond the minimum after which a passage ends with any line, empty or not. */
export const PASSAGE_SLACK = 65_536;

/** Paragraphs of a text, separated by empty lines. Very long ones are split between lines. */
export function paragraphsOf(
  text: string,
  { fences = false }: Pick<PassageOptions, 'fences'> = {},
): Passage[] {
  const splitter = new PassageSplitter({ atLeast: 0, fences, onLongLine: () => undefined });
  return [...splitter.push(text), ...splitter.end()];
}

/**
 * Splits running text that arrives in chunks into passages. Chunk boundaries do not affect the result.
 * Holds at most one passage and one chunk at a time.
 */
export class PassageSplitter {
  /** Input from the start of the open passage, or of the current line if none is open. */
  private held = '';
  /** Offset of `held` in the whole text. */
  private base = 0;
  private line = 1;
  /** Start of the current line, as an index into `held`. */
  private lineStart = 0;
  private passage: OpenPassage | null = null;
  /** Marker of the open code fence; empty if none is open. */
  private fence = '';
  private isSkipping = false;
  private hasNul = false;
  private nextReturn = -1;
  private found: Passage[] = [];

  constructor(private readonly options: PassageOptions) {}

  /** Passages that end in this chunk. */
  push(piece: string): Passage[] {
    this.hasNul ||= this.options.onNul !== undefined && piece.includes('\0');
    const searchFrom = Math.max(this.lineStart, this.held.length - 1);
    this.held += piece;
    if (/[\n\r]/.test(piece) || this.held.charCodeAt(searchFrom) === RETURN) {
      this.takeLines(searchFrom, false);
    }
    if (this.isSkipping || this.held.length - this.lineStart > LONGEST_LINE) this.skipLine();
    this.letGo();
    return this.taken();
  }

  /** Remaining passages at the end of the text. */
  end(): Passage[] {
    this.takeLines(this.lineStart, true);
    if (!this.isSkipping) this.takeLine(this.held.length);
    this.endPassage();
    return this.taken();
  }

  private takeLines(searchFrom: number, isLast: boolean): void {
    let from = searchFrom;
    this.nextReturn = -1;
    for (;;) {
      const end = this.lineEnd(from, isLast);
      if (end === -1) return;
      if (this.isSkipping) this.isSkipping = false;
      else if (end - this.lineStart > LONGEST_LINE) this.reportLine();
      else this.takeLine(end);
      this.line++;
      const isPair = this.held.charCodeAt(end) === RETURN && this.held.charCodeAt(end + 1) === FEED;
      this.lineStart = from = end + (isPair ? 2 : 1);
    }
  }

  /** Index of the line break that ends the next line (`\n`, `\r\n` or `\r`), or -1. */
  private lineEnd(from: number, isLast: boolean): number {
    const { held } = this;
    const feed = held.indexOf('\n', from);
    if (this.nextReturn < from) {
      const found = held.indexOf('\r', from);
      this.nextReturn = found === -1 ? Infinity : found;
    }
    const isReturnFirst = feed === -1 ? this.nextReturn < Infinity : this.nextReturn < feed;
    if (!isReturnFirst) return feed;
    const mayBecomePair = this.nextReturn === held.length - 1 && !isLast;
    return mayBecomePair ? -1 : this.nextReturn;
  }

  private takeLine(end: number): void {
    if (isBlank(this.held, this.lineStart, end)) {
      const isEnough = this.passage !== null && lengthOf(this.passage) >= this.options.atLeast;
      if (isEnough && this.fence === '') this.endPassage();
      return;
    }
    if (this.hasNul && this.held.slice(this.lineStart, end).includes('\0')) {
      this.endPassage();
      this.options.onNul?.(this.line);
      return;
    }
    const isFenced = this.fence !== '';
    if (this.options.fences === true) this.noteFence(end);
    this.passage ??= { start: this.lineStart, end, line: this.line, isFenced };
    this.passage.end = end;
    if (lengthOf(this.passage) >= this.options.atLeast + PASSAGE_SLACK) this.endPassage();
  }

  private noteFence(end: number): void {
    FENCE.lastIndex = this.lineStart;
    const marks = FENCE.exec(this.held)?.[1];
    if (marks === undefined) return;
    if (this.fence === '') this.fence = marks;
    else if (marks.startsWith(this.fence) && isBlank(this.held, FENCE.lastIndex, end)) {
      this.fence = '';
    }
  }

  private endPassage(): void {
    if (this.passage === null) return;
    const { start, end, line, isFenced } = this.passage;
    const text = this.held.slice(start, end);
    this.found.push({ text, start: this.base + start, line, isFenced });
    this.passage = null;
  }

  private skipLine(): void {
    if (!this.isSkipping) this.reportLine();
    this.isSkipping = true;
    const last = this.held.length - 1;
    this.lineStart = this.held.charCodeAt(last) === RETURN ? last : this.held.length;
  }

  private reportLine(): void {
    this.endPassage();
    this.options.onLongLine(this.line);
  }

  private letGo(): void {
    const from = this.passage?.start ?? this.lineStart;
    if (from === 0) return;
    this.held = this.held.slice(from);
    this.base += from;
    this.lineStart -= from;
    if (this.passage !== null) {
      this.passage.end -= from;
      this.passage.start = 0;
    }
  }

  private taken(): Passage[] {
    const { found } = this;
    this.found = [];
    return found;
  }
}

const FENCE = / {0,3}(`{3,}(?![^\n]*`)|~{3,})/y;
const FEED = 10;
const RETURN = 13;

const lengthOf = ({ start, end }: { start: number; end: number }): number => end - start;

function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    const isSpace = unit === 32 || (unit >= 9 && unit <= 13);
    if (!isSpace && (unit < 128 || !/\s/.test(text[i]!))) return false;
  }
  return true;
}
