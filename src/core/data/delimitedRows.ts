import { LONGEST_LINE } from './paragraphs.js';

export interface Row {
  readonly fields: string[];
  /** First line of the row, from 1. */
  readonly line: number;
  /** Place of each field, and the end of the row, in all text so far; only if asked for. */
  readonly places?: RowPlaces;
}

export interface RowPlaces {
  readonly cells: readonly CellPlace[];
  /** Offset behind the last cell. */
  readonly end: number;
}

/** Place of a value as it is written, within its quotes. */
export interface CellPlace {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

export interface RowOptions {
  readonly delimiter: string;
  /**
   * Whether a value in double quotes can span lines and contain the delimiter (RFC 4180). If not,
   * quotes are ordinary characters unless they enclose a whole value.
   */
  readonly hasQuotes: boolean;
  /** Whether a backslash takes the next character literally; `\n`, `\r` and `\t` are blanks. */
  readonly hasEscapes?: boolean;
  /** Whether an empty line is a row without fields, instead of being skipped. */
  readonly keepsBlank?: boolean | undefined;
  /** Line of the first row. Default: 1. */
  readonly firstLine?: number;
  /** Whether rows have their places. Default: false. */
  readonly withPlaces?: boolean;
  /** Called for each skipped row: its quotes are unbalanced, or it is too long. */
  readonly onBad: (line: number, problem: RowProblem) => void;
}

export type RowProblem = 'openQuote' | 'strayQuote' | 'escapedQuote' | 'tooLong';

/**
 * Splits a table that arrives in chunks into rows of values. Chunk boundaries do not affect the result.
 * Every kind of line break ends a row, and line breaks inside values become
 * `\n`. After a row with unbalanced quotes, it continues with the next line.
 */
export class RowSplitter {
  private held = '';
  private at = 0;
  /** Length of the text before `held`. */
  private before = 0;
  private line: number;
  private isLast = false;
  private isSkipping = false;
  private readonly next = { feed: -1, return: -1, quote: -1 };

  constructor(private readonly options: RowOptions) {
    this.line = options.firstLine ?? 1;
  }

  /**
   * Rows that end in a chunk, read lazily; `null` for a line without a row. The caller must take all of
   * them before it pushes the next chunk.
   */
  *push(piece: string): Generator<Row | null> {
    this.before += this.at;
    this.held = this.held.slice(this.at) + piece;
    this.at = 0;
    this.next.feed = this.next.return = this.next.quote = -1;
    yield* this.rows();
  }

  end(): Generator<Row | null> {
    this.isLast = true;
    return this.push('');
  }

  private *rows(): Generator<Row | null> {
    while (this.at < this.held.length) {
      if (this.isSkipping && !this.skipLine()) break;
      const row = this.row();
      if (row === INCOMPLETE) {
        if (this.held.length - this.at <= LONGEST_LINE) break;
        this.giveUp('tooLong');
      } else yield row;
    }
  }

  /** The next row; `null` for a skipped line or an invalid row. */
  private row(): Row | null | typeof INCOMPLETE {
    const { at, line, options, held } = this;
    const end = this.lineEnd(at);
    const quote = options.hasQuotes ? this.find('quote', '"', at) : Infinity;
    if (quote < (end ?? Infinity)) return this.quotedRow();
    if (end === null) return INCOMPLETE;
    if (options.hasEscapes === true && held.slice(at, end).includes('\\')) return this.quotedRow();
    const text = held.slice(at, end);
    this.goBehind(end);
    this.line++;
    if (end - at > LONGEST_LINE) {
      options.onBad(line, 'tooLong');
      return null;
    }
    if (text.trim() === '') return options.keepsBlank === true ? { fields: [], line } : null;
    const written = text.split(options.delimiter);
    const fields = options.hasQuotes ? written : written.map(unquoted);
    if (options.withPlaces !== true) return { fields, line };
    let from = at;
    const cells = written.map((cell, i) => {
      const [start, to] = [from, from + cell.length];
      from = to + options.delimiter.length;
      const isQuoted = fields[i] !== cell;
      return this.cell(start + (isQuoted ? 1 : 0), to - (isQuoted ? 1 : 0), isQuoted);
    });
    return { fields, line, places: { cells, end: this.before + end } };
  }

  /** A row with quotes or escapes, value by value. */
  private quotedRow(): Row | null | typeof INCOMPLETE {
    const { held, options, line } = this;
    const { delimiter } = options;
    const fields: string[] = [];
    const cells: CellPlace[] = [];
    let breaks = 0;
    for (let from = this.at; ;) {
      const open = this.openingQuote(from);
      const quoted = open === null ? null : this.quotedValue(open);
      if (quoted === INCOMPLETE) return INCOMPLETE;
      // A quote behind blanks that encloses no whole value is an ordinary character.
      const isValue = quoted !== null && (quoted.isWhole || open === from);
      if (!isValue) {
        const end = this.valueEnd(from);
        if (end === null) return INCOMPLETE;
        const value = held.slice(from, end);
        breaks += lineBreaksIn(value);
        fields.push(this.unescaped(value));
        cells.push(this.cell(from, end, false));
        if (!held.startsWith(delimiter, end))
          return this.finished({ fields, line }, { cells, end, breaks });
        from = end + delimiter.length;
        continue;
      }
      if (quoted.close === null) {
        this.giveUp('openQuote');
        return null;
      }
      const value = held.slice(open! + 1, quoted.close).replaceAll(/\r\n?/g, '\n');
      breaks += lineBreaksIn(value);
      fields.push(this.unescaped(value.replaceAll('""', '"')));
      if (!quoted.isWhole) {
        this.giveUp(held[quoted.close - 1] === '\\' ? 'escapedQuote' : 'strayQuote');
        return null;
      }
      const { after } = quoted;
      cells.push(this.cell(open! + 1, quoted.close, true));
      if (!held.startsWith(delimiter, after))
        return this.finished({ fields, line }, { cells, end: after, breaks });
      from = after + delimiter.length;
    }
  }

  /** Index of the quote that opens a value, which blanks may precede; `null` without one. */
  private openingQuote(from: number): number | null {
    if (!this.options.hasQuotes) return null;
    const open = this.behindBlanks(from);
    return this.held[open] === '"' ? open : null;
  }

  /**
   * The value that a quote opens. `close` is `null` if the file ends first; the value is whole if only
   * blanks separate it from the next delimiter or line end, at `after`.
   */
  private quotedValue(
    open: number,
  ): { close: number | null; after: number; isWhole: boolean } | typeof INCOMPLETE {
    const close = this.closingQuote(open);
    if (close === null) {
      return this.isLast ? { close, after: this.held.length, isWhole: false } : INCOMPLETE;
    }
    const after = this.behindBlanks(close + 1);
    const { delimiter } = this.options;
    const isWhole = this.held.startsWith(delimiter, after) || this.lineEnd(after) === after;
    const mayComplete = !isWhole && !this.isLast && after >= this.held.length - 1;
    return mayComplete ? INCOMPLETE : { close, after, isWhole };
  }

  private behindBlanks(from: number): number {
    const { held, options } = this;
    let at = from;
    while (BLANKS.includes(held[at] ?? '\n') && !held.startsWith(options.delimiter, at)) at++;
    return at;
  }

  /** End of a value without quotes: the next delimiter or line end; `null` if it has not arrived. */
  private valueEnd(from: number): number | null {
    const { held, options } = this;
    const { delimiter } = options;
    let at = from;
    for (;;) {
      const lineEnd = this.lineEnd(at);
      const found = held.indexOf(delimiter, at);
      const end = found === -1 ? lineEnd : Math.min(found, lineEnd ?? Infinity);
      if (end === null || options.hasEscapes !== true || !this.isEscaped(end, from)) return end;
      if (end === held.length) return end;
      at = end + 1;
    }
  }

  /** Whether an odd number of backslashes precedes a character of a value. */
  private isEscaped(at: number, from: number): boolean {
    let count = 0;
    while (at - count > from && this.held[at - count - 1] === '\\') count++;
    return count % 2 === 1;
  }

  private unescaped(value: string): string {
    if (this.options.hasEscapes !== true || !value.includes('\\')) return value;
    return value.replaceAll(/\\([^])/g, (_, next: string) => ESCAPES[next] ?? next);
  }

  /** Index of the quote that closes the one at `open`; `null` if it has not arrived yet. */
  private closingQuote(open: number): number | null {
    const { held } = this;
    for (let from = open + 1; ;) {
      const quote = held.indexOf('"', from);
      if (quote === -1 || (quote === held.length - 1 && !this.isLast)) return null;
      if (this.options.hasEscapes === true && this.isEscaped(quote, open + 1)) from = quote + 1;
      else if (held[quote + 1] !== '"') return quote;
      else from = quote + 2;
    }
  }

  private finished(
    row: Row,
    { cells, end, breaks }: { cells: readonly CellPlace[]; end: number; breaks: number },
  ): Row {
    this.goBehind(end);
    this.line += breaks + 1;
    if (this.options.withPlaces !== true) return row;
    return { ...row, places: { cells, end: this.before + end } };
  }

  private cell(start: number, end: number, isQuoted: boolean): CellPlace {
    return { start: this.before + start, end: this.before + end, isQuoted };
  }

  /** Skips the current line. */
  private giveUp(problem: RowProblem): void {
    this.options.onBad(this.line, problem);
    this.isSkipping = true;
    this.skipLine();
  }

  /** Whether the end of the skipped line was found. */
  private skipLine(): boolean {
    const end = this.lineEnd(this.at);
    this.isSkipping = end === null;
    if (end === null) {
      const isPair = this.held.endsWith('\r');
      this.at = this.held.length - (isPair ? 1 : 0);
      return false;
    }
    this.goBehind(end);
    this.line++;
    return true;
  }

  /** End of the line that contains `from`; `null` if it has not arrived yet. */
  private lineEnd(from: number): number | null {
    const end = Math.min(this.find('feed', '\n', from), this.find('return', '\r', from));
    if (end === Infinity) return this.isLast ? this.held.length : null;
    const mayBecomePair = this.held[end] === '\r' && end === this.held.length - 1 && !this.isLast;
    return mayBecomePair ? null : end;
  }

  private goBehind(lineEnd: number): void {
    const isPair = this.held[lineEnd] === '\r' && this.held[lineEnd + 1] === '\n';
    this.at = Math.min(this.held.length, lineEnd + (isPair ? 2 : 1));
  }

  private find(kind: 'feed' | 'return' | 'quote', character: string, from: number): number {
    if (this.next[kind] < from) {
      const found = this.held.indexOf(character, from);
      this.next[kind] = found === -1 ? Infinity : found;
    }
    return this.next[kind];
  }
}

const INCOMPLETE = Symbol('incomplete');

/** Blanks between a delimiter and a quote; spreadsheets and web pages also have no-break spaces. */
const BLANKS: readonly string[] = [' ', '\t', '\u00a0', '\u3000'];

/** Characters that mean blanks behind a backslash, as in the exports of databases. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function lineBreaksIn(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0;
}

function unquoted(field: string): string {
  if (!field.startsWith('"')) return field;
  const inner = /^"((?:[^"]|"")*)"$/.exec(field)?.[1];
  return inner === undefined ? field : inner.replaceAll('""', '"');
}
