import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { decodeFile } from './decodeFile.js';
import { tooLong, withNul, type ReaderOptions } from './reader.js';

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Lines of a file without their line breaks (`\n` or `\r\n`), in batches as they are read. Lines that
 * are too long are skipped.
 */
export async function* linesOf(file: string, options: ReaderOptions): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter((line) => {
    options.onBad(tooLong({ file: options.shownAs, line }, 'data.lineTooLong'));
  });
  for await (const piece of decodeFile(file, options)) yield splitter.push(piece);
  yield splitter.end();
}

/** Lines of a file that are texts themselves: those with NUL characters are skipped as invalid, too. */
export async function* textLinesOf(file: string, options: ReaderOptions): AsyncGenerator<Line[]> {
  for await (const lines of linesOf(file, options)) {
    yield lines.filter(({ text, line }) => {
      if (!text.includes('\0')) return true;
      options.onBad(withNul({ file: options.shownAs, line }));
      return false;
    });
  }
}

export class LineSplitter {
  private readonly pending: string[] = [];
  private pendingLength = 0;
  private line = 1;

  constructor(private readonly onLongLine: (line: number) => void) {}

  push(piece: string): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let feed = piece.indexOf('\n'); feed !== -1; feed = piece.indexOf('\n', start)) {
      this.add(piece.slice(start, feed));
      this.finish(lines);
      start = feed + 1;
    }
    this.add(piece.slice(start));
    return lines;
  }

  end(): Line[] {
    const lines: Line[] = [];
    if (this.pendingLength > 0) this.finish(lines);
    return lines;
  }

  private add(text: string): void {
    this.pendingLength += text.length;
    if (this.pendingLength <= LONGEST_LINE) this.pending.push(text);
    else this.pending.length = 0;
  }

  private finish(lines: Line[]): void {
    if (this.pendingLength > LONGEST_LINE) this.onLongLine(this.line);
    else {
      const text = this.pending.length === 1 ? this.pending[0]! : this.pending.join('');
      lines.push({ text: text.endsWith('\r') ? text.slice(0, -1) : text, line: this.line });
    }
    this.pending.length = 0;
    this.pendingLength = 0;
    this.line++;
  }
}
