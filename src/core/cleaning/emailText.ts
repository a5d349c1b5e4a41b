import type { AlignedText } from '../text/alignedText.js';
import {
  ATTRIBUTIONS,
  HEADER,
  LONGEST_LINE,
  MBOX_LINE,
  SENDER,
  SENT_FROM,
  SEPARATOR,
} from './emailPatterns.js';
import { linesOf, type Line } from './textLines.js';
import { Rewriter } from './rewriter.js';

/** `> quoted`, and `AB> quoted` with the initials of the author. */
const QUOTED = /^[ \t]*(?:[A-Z]{1,3})?>/;
/** Maximum number of lines of a signature. */
const LONGEST_SIGNATURE = 12;

/**
 * Removes text added by email programs: quoted lines and their introductions, separators and
 * headers of forwarded emails, signatures after a line of `--`, and notes such as "Sent from my
 * iPhone". Forwarded text is kept. Reply headers are recognized in about twenty languages.
 */
export function removeEmailParts(text: AlignedText): AlignedText {
  return new MailReader(text).read();
}

class MailReader {
  private readonly lines: readonly Line[];
  private readonly result: Rewriter;
  /** First line at which a block of headers can begin. */
  private barrenTo = 0;

  constructor(private readonly source: AlignedText) {
    this.lines = [...linesOf(source.text)];
    this.result = new Rewriter(source);
  }

  read(): AlignedText {
    for (let i = 0; i < this.lines.length;) {
      const count = this.droppedAt(i);
      if (count > 0) this.result.drop(this.lines[i]!.from, this.lines[i + count - 1]!.next);
      i += Math.max(1, count);
    }
    return this.result.build();
  }

  private words(i: number): string {
    const line = this.lines[i];
    if (line === undefined || line.to - line.from > LONGEST_LINE) return '';
    return this.source.text.slice(line.from, line.to).trim();
  }

  /** Number of lines, from the one at `i`, that do not belong to the text of the mail. */
  private droppedAt(i: number): number {
    const { from, to } = this.lines[i]!;
    if (QUOTED.test(this.source.text.slice(from, Math.min(to, from + 80)))) return 1;
    const words = this.words(i);
    if (words === '') return 0;
    if (SEPARATOR.test(words)) return 1 + this.headerLines(i + 1);
    if (words === '--') return this.signatureLines(i);
    if (SENT_FROM.test(words)) return 1;
    return this.attributionLines(i, words) || this.headerLines(i);
  }

  private attributionLines(i: number, words: string): number {
    if (isAttribution(words)) return 1;
    const following = this.words(i + 1);
    return following !== '' && isAttribution(`${words} ${following}`) ? 2 : 0;
  }

  /** Number of lines of a block of headers with their continuations, or 0. */
  private headerLines(first: number): number {
    let senders = 0;
    let others = 0;
    let i = first;
    if (first < this.barrenTo) return 0;
    for (; i < this.lines.length; i++) {
      const words = this.words(i);
      const isContinuation =
        i > first && words !== '' && /\s/.test(this.source.text[this.lines[i]!.from]!);
      if (SENDER.test(words)) senders++;
      else if (HEADER.test(words)) others++;
      else if (i === first && MBOX_LINE.test(words)) others++;
      else if (!isContinuation) break;
    }
    if (senders > 0 && others > 0) return i - first;
    this.barrenTo = i;
    return 0;
  }

  /**
   * From the line of dashes to the end of the email, or to the next empty line if the end is far.
   */
  private signatureLines(first: number): number {
    const last = Math.min(this.lines.length, first + 1 + LONGEST_SIGNATURE);
    let empty: number | null = null;
    let i = first + 1;
    for (; i < last; i++) {
      const words = this.words(i);
      const isNextMail = SEPARATOR.test(words) || isAttribution(words) || this.headerLines(i) > 0;
      if (isNextMail) return i - first;
      if (words === '') empty ??= i;
    }
    if (i === this.lines.length) return i - first;
    const { from, to } = this.lines[first]!;
    const isDelimiter = to - from === 3;
    return isDelimiter && empty !== null ? empty - first : 0;
  }
}

function isAttribution(words: string): boolean {
  if (!/[:：]$/.test(words) || !/\d/.test(words)) return false;
  return ATTRIBUTIONS.some((pattern) => pattern.test(words));
}
