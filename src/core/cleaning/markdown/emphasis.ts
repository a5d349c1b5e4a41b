import type { MarkdownEdit } from './edits.js';

/** A run of `*`, `_` or `~` with unused characters. */
interface Delimiter {
  readonly mark: string;
  readonly length: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** Units `[from, to)` of the run that are unused. */
  from: number;
  to: number;
}

const WHITE_SPACE = /^\s?$/u;
const PUNCTUATION = /^[\p{P}\p{S}]$/u;

/** Runs of one paragraph, in order. */
export class EmphasisReader {
  private readonly runs: Delimiter[] = [];

  get length(): number {
    return this.runs.length;
  }

  /** Adds the run `[from, to)`, with the rules of CommonMark 0.31, 6.2, for opening and closing. */
  add(text: string, from: number, to: number): void {
    const mark = text[from]!;
    const [before, after] = [characterBefore(text, from), characterAfter(text, to)];
    const isLeft =
      !WHITE_SPACE.test(after) &&
      (!PUNCTUATION.test(after) || WHITE_SPACE.test(before) || PUNCTUATION.test(before));
    const isRight =
      !WHITE_SPACE.test(before) &&
      (!PUNCTUATION.test(before) || WHITE_SPACE.test(after) || PUNCTUATION.test(after));
    const isInWord = mark === '_';
    this.runs.push({
      mark,
      length: to - from,
      canOpen: isLeft && (!isInWord || !isRight || PUNCTUATION.test(before)),
      canClose: isRight && (!isInWord || !isLeft || PUNCTUATION.test(after)),
      from,
      to,
    });
  }

  /**
   * Removes matched opening and closing marks from run number `first` on, pairing them as
   * CommonMark's reference does, and discards those runs.
   */
  finish(first: number): MarkdownEdit[] {
    const edits: MarkdownEdit[] = [];
    const openers: Delimiter[] = [];
    /** By kind of closer, the number of openers without a match. */
    const searched = new Map<string, number>();
    for (const closer of this.runs.splice(first)) {
      while (closer.canClose && closer.from < closer.to) {
        const kind = `${closer.mark}${closer.canOpen}${closer.length % 3}${closer.mark === '~' ? closer.length : ''}`;
        const bottom = Math.min(searched.get(kind) ?? 0, openers.length);
        let at = openers.length - 1;
        while (at >= bottom && !isPair(openers[at]!, closer)) at--;
        if (at < bottom) {
          searched.set(kind, openers.length);
          break;
        }
        openers.length = at + 1;
        const opener = openers[at]!;
        const used = usedBy(opener, closer);
        edits.push({ from: opener.to - used, to: opener.to });
        edits.push({ from: closer.from, to: closer.from + used });
        opener.to -= used;
        closer.from += used;
        if (opener.from === opener.to) openers.pop();
      }
      if (closer.canOpen && closer.from < closer.to) openers.push(closer);
    }
    return edits;
  }
}

function isPair(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.mark !== closer.mark) return false;
  if (opener.mark === '~') return opener.length === closer.length && opener.length <= 2;
  const isEither = closer.canOpen || opener.canClose;
  if (!isEither || (opener.length + closer.length) % 3 !== 0) return true;
  return opener.length % 3 === 0 && closer.length % 3 === 0;
}

function usedBy(opener: Delimiter, closer: Delimiter): number {
  return opener.to - opener.from >= 2 && closer.to - closer.from >= 2 ? 2 : 1;
}

function characterBefore(text: string, at: number): string {
  const unit = text.codePointAt(at - 2) ?? 0;
  return at > 1 && unit > 0xffff ? String.fromCodePoint(unit) : (text[at - 1] ?? '');
}

function characterAfter(text: string, at: number): string {
  const codePoint = text.codePointAt(at);
  return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
}
