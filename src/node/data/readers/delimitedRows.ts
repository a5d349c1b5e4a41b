import { LONGEST_LINE } from '../../../core/data/paragraphs.js';

export interface Row {
  readonly fields: string[];
  /** First line of the row, from 1. */
  readonly line: number;
}

export interface RowOptions {
  readonly delimiter: string;
  /**
   * Whether a value in double quotes can span lines and contain the delimiter (RFC 4180). If not,
   * quotes are ordinary characters unless they enclose a whole value.
   */
  readonly hasQuotes: boolean;
  /** Called for each skipped row: its quotes are unbalanced, or it is too long. */
  readonly onBad: (line: number, problem: 'openQuote' | 'strayQuote' | 'tooLong') => void;
}

/**
 * Splits a table that arrives in chunks into rows of values. Chunk boundaries do not affect the result.
 * Every kind of line break ends a row, empty lines are skipped, and line breaks inside values become
 * `\n`. After a row with unbalanced quotes, it continues with the next line.
 */
export class RowSplitter {
  private held = '';
  private at = 0;
  private line = 1;
  private isLast = false;
  private isSkipping = false;
  private readonly next = { feed: -1, return: -1, quote: -1 };

  constructor(private readonly options: RowOptions) {}

  /**
   * Rows that end in a chunk, read lazily; `null` for a line without a row. The caller must take all of
   * them before it pushes the next chunk.
   */
  *push(piece: string): Generator<Row | null> {
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

  /** The next row; `null` for an empty line or an invalid row. */
  private row(): Row | null | typeof INCOMPLETE {
    const { at, line, options, held } = this;
    const end = this.lineEnd(at);
    const quote = options.hasQuotes ? this.find('quote', '"', at) : Infinity;
    if (quote < (end ?? Infinity)) return this.quotedRow();
    if (end === null) return INCOMPLETE;
    const text = held.slice(at, end);
    this.goBehind(end);
    this.line++;
    if (end - at > LONGEST_LINE) {
      options.onBad(line, 'tooLong');
      return null;
    }
    if (text.trim() === '') return null;
    const fields = text.split(options.delimiter);
    return { fields: options.hasQuotes ? fields : fields.map(unquoted), line };
  }

  private quotedRow(): Row | null | typeof INCOMPLETE {
    const { held, options, line } = this;
    const { delimiter } = options;
    const fields: string[] = [];
    let breaks = 0;
    for (let from = this.at; ;) {
      if (held[from] !== '"') {
        const lineEnd = this.lineEnd(from);
        const found = held.indexOf(delimiter, from);
        const isLastField = found === -1 || found > (lineEnd ?? Infinity);
        if (isLastField && lineEnd === null) return INCOMPLETE;
        const end = isLastField ? lineEnd! : found;
        fields.push(held.slice(from, end));
        if (isLastField) return this.finished({ fields, line }, { end, breaks });
        from = end + delimiter.length;
        continue;
      }
      const close = this.closingQuote(from);
      if (close === null) {
        if (!this.isLast) return INCOMPLETE;
        this.giveUp('openQuote');
        return null;
      }
      const value = held
        .slice(from + 1, close)
        .replaceAll('""', '"')
        .replaceAll(/\r\n?/g, '\n');
      breaks += value.split('\n').length - 1;
      fields.push(value);
      const after = close + 1;
      if (held.startsWith(delimiter, after)) from = after + delimiter.length;
      else if (this.lineEnd(after) === after)
        return this.finished({ fields, line }, { end: after, breaks });
      else {
        const mayComplete = !this.isLast && after >= held.length - 1;
        if (mayComplete) return INCOMPLETE;
        this.giveUp('strayQuote');
        return null;
      }
    }
  }

  /** Index of the quote that closes the one at `open`; `null` if it has not arrived yet. */
  private closingQuote(open: number): number | null {
    const { held } = this;
    for (let from = open + 1; ;) {
      const quote = held.indexOf('"', from);
      if (quote === -1 || (quote === held.length - 1 && !this.isLast)) return null;
      if (held[quote + 1] !== '"') return quote;
      from = quote + 2;
    }
  }

  private finished(row: Row, { end, breaks }: { end: number; breaks: number }): Row {
    this.goBehind(end);
    this.line += breaks + 1;
    return row;
  }

  /** Skips the current line. */
  private giveUp(problem: 'openQuote' | 'strayQuote' | 'tooLong'): void {
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

function unquoted(field: string): string {
  if (!field.startsWith('"')) return field;
  const inner = /^"((?:[^"]|"")*)"$/.exec(field)?.[1];
  return inner === undefined ? field : inner.replaceAll('""', '"');
}
