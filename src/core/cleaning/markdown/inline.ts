import { decodeReference } from '../entities.js';
import type { InlineSpan, MarkdownEdit } from './edits.js';
import { EmphasisReader } from './emphasis.js';

/** Labels of link definitions, case-folded. */
export type LinkLabels = ReadonlySet<string>;

export function foldLabel(label: string): string {
  return label.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

interface Bracket {
  readonly at: number;
  readonly isImage: boolean;
  /** Runs of emphasis before it, none of which pairs with one inside a link. */
  readonly runs: number;
}

const SPECIAL = /[\\`*_~[\]!<&]/g;
const ESCAPED = /\\[!-/:-@[-`{-~\n]/y;
const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{0,30});/iy;
const TAG = /<(?:\/[a-z][a-z0-9-]*\s*|[a-z][a-z0-9-]*(?:\s(?:"[^"]*"|'[^']*'|[^'"<>])*)?\/?)>/iy;
const AUTOLINK = /<(?:[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>/iy;
const FOOTNOTE = /\[\^[^\s\]]{1,100}\]/y;
const TITLE = /[ \t\n]+(?:"[^"]{0,1000}"|'[^']{0,1000}'|\([^()]{0,1000}\))/y;
const LABEL = /\[((?:[^[\]\\]|\\.){0,999})\]/y;
const MOST_PARENTHESES = 32;

/**
 * Reads links, emphasis, code, escapes and HTML in consecutive ranges of running text, and returns
 * the syntax in no particular order. Takes linear time.
 */
export function readInline(
  text: string,
  spans: readonly InlineSpan[],
  labels: LinkLabels,
): MarkdownEdit[] {
  // The next special character may be many ranges ahead, so search for it once.
  let found = -1;
  const nextSpecial = (from: number): number => {
    if (found >= from) return found;
    SPECIAL.lastIndex = from;
    found = SPECIAL.exec(text)?.index ?? text.length;
    return found;
  };
  return spans.flatMap((span) => new InlineReader(text, { span, labels, nextSpecial }).read());
}

interface InlineOptions {
  readonly span: InlineSpan;
  readonly labels: LinkLabels;
  readonly nextSpecial: (from: number) => number;
}

class InlineReader {
  private readonly edits: MarkdownEdit[] = [];
  private readonly emphasis = new EmphasisReader();
  private readonly brackets: Bracket[] = [];
  /** Brackets outside of a link, below this index, cannot open one. */
  private closedBelow = 0;
  /** Last place of a run of backticks, by its length. */
  private lastTicks: Map<number, number> | null = null;
  private hasCommentEnd = true;

  private readonly span: InlineSpan;
  private readonly labels: LinkLabels;

  constructor(
    private readonly text: string,
    private readonly options: InlineOptions,
  ) {
    this.span = options.span;
    this.labels = options.labels;
  }

  read(): MarkdownEdit[] {
    const { text, span } = this;
    const { nextSpecial } = this.options;
    let at = nextSpecial(span.from);
    while (at < span.to) at = nextSpecial(this.readAt(at, text[at]!));
    return [...this.edits, ...this.emphasis.finish(0)];
  }

  /** Reads the construct at a special character, and returns its end. */
  private readAt(at: number, character: string): number {
    switch (character) {
      case '\\':
        return this.readEscape(at);
      case '`':
        return this.readCode(at);
      case '*':
      case '_':
      case '~':
        return this.readRun(at, character);
      case '!':
        if (this.text[at + 1] !== '[') return at + 1;
        this.pushBracket(at, true);
        return at + 2;
      case '[':
        return this.readFootnote(at) ?? this.openBracket(at);
      case ']':
        return this.closeBracket(at);
      case '&':
        return this.readReference(at);
      default:
        return this.readAngle(at);
    }
  }

  private drop(from: number, to: number): number {
    this.edits.push({ from, to });
    return to;
  }

  private match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(this.text);
    return found !== null && at + found[0].length <= this.span.to ? found : null;
  }

  private readEscape(at: number): number {
    if (this.match(ESCAPED, at) === null) return at + 1;
    this.drop(at, at + 1);
    return at + 2;
  }

  private runEnd(at: number): number {
    let end = at;
    while (end < this.span.to && this.text[end] === this.text[at]) end++;
    return end;
  }

  private readCode(at: number): number {
    const end = this.runEnd(at);
    const length = end - at;
    this.lastTicks ??= this.findTicks();
    if ((this.lastTicks.get(length) ?? -1) <= at) return end;
    let close = this.text.indexOf('`', end);
    while (this.runEnd(close) - close !== length)
      close = this.text.indexOf('`', this.runEnd(close));
    this.drop(at, end);
    return this.drop(close, close + length);
  }

  private findTicks(): Map<number, number> {
    const last = new Map<number, number>();
    const { from, to } = this.span;
    for (let at = this.text.indexOf('`', from); at >= 0 && at < to;) {
      const end = this.runEnd(at);
      last.set(end - at, at);
      at = this.text.indexOf('`', end);
    }
    return last;
  }

  private readRun(at: number, mark: string): number {
    const end = this.runEnd(at);
    if (mark !== '~' || end - at <= 2) this.emphasis.add(this.text, at, end);
    return end;
  }

  private readFootnote(at: number): number | null {
    const found = this.match(FOOTNOTE, at);
    return found === null ? null : this.drop(at, at + found[0].length);
  }

  private openBracket(at: number): number {
    this.pushBracket(at, false);
    return at + 1;
  }

  private pushBracket(at: number, isImage: boolean): void {
    this.brackets.push({ at, isImage, runs: this.emphasis.length });
  }

  private closeBracket(at: number): number {
    const opener = this.brackets.pop();
    if (opener === undefined) return at + 1;
    const isClosed = !opener.isImage && this.brackets.length < this.closedBelow;
    if (isClosed) return at + 1;
    const end = this.resourceEnd(at + 1) ?? this.referenceEnd(opener, at);
    if (end === null) return at + 1;
    this.drop(opener.at, opener.at + (opener.isImage ? 2 : 1));
    for (const edit of this.emphasis.finish(opener.runs)) this.edits.push(edit);
    if (!opener.isImage) this.closedBelow = this.brackets.length;
    return this.drop(at, end);
  }

  /** End of `(target "title")`, or `null`. */
  private resourceEnd(at: number): number | null {
    const { text, span } = this;
    if (text[at] !== '(') return null;
    let end = this.skipBlank(at + 1);
    if (text[end] === '<') {
      while (end < span.to && text[end] !== '>' && text[end] !== '\n') end++;
      if (text[end] !== '>') return null;
      end++;
    } else {
      const target = this.targetEnd(end);
      if (target === null) return null;
      end = target;
    }
    end = this.skipBlank(end + (this.match(TITLE, end)?.[0].length ?? 0));
    return text[end] === ')' && end < span.to ? end + 1 : null;
  }

  private targetEnd(from: number): number | null {
    let depth = 0;
    let at = from;
    for (; at < this.span.to; at++) {
      const character = this.text[at]!;
      if (character <= ' ') break;
      if (character === '\\') at++;
      else if (character === '(' && ++depth > MOST_PARENTHESES) return null;
      else if (character === ')' && --depth < 0) break;
    }
    return depth > 0 ? null : at;
  }

  private skipBlank(from: number): number {
    let at = from;
    while (at < this.span.to && ' \t\n\r'.includes(this.text[at]!)) at++;
    return at;
  }

  /** End of `[label]`, `[]` or nothing, if the label is defined. */
  private referenceEnd(opener: Bracket, at: number): number | null {
    if (this.labels.size === 0) return null;
    const label = this.match(LABEL, at + 1);
    if (label !== null && label[1] !== '') {
      return this.labels.has(foldLabel(label[1]!)) ? at + 1 + label[0].length : null;
    }
    const start = opener.at + (opener.isImage ? 2 : 1);
    const isDefined = at - start < 1000 && this.labels.has(foldLabel(this.text.slice(start, at)));
    return isDefined ? at + 1 + (label?.[0].length ?? 0) : null;
  }

  private readReference(at: number): number {
    const found = this.match(REFERENCE, at)?.[0];
    if (found === undefined) return at + 1;
    const content = decodeReference(found);
    if (content !== found) this.edits.push({ from: at, to: at + found.length, content });
    return at + found.length;
  }

  private readAngle(at: number): number {
    const link = this.match(AUTOLINK, at);
    if (link !== null) {
      const end = at + link[0].length;
      this.drop(at, at + 1);
      return this.drop(end - 1, end);
    }
    const tag = this.match(TAG, at);
    if (tag !== null) return this.drop(at, at + tag[0].length);
    if (!this.hasCommentEnd || !this.text.startsWith('<!--', at)) return at + 1;
    const end = this.text.slice(at, this.span.to).indexOf('-->', 4);
    this.hasCommentEnd = end >= 0;
    return this.hasCommentEnd ? this.drop(at, at + end + 3) : at + 1;
  }
}
