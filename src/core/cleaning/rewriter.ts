import { AlignedTextBuilder, type AlignedText } from '../text/alignedText.js';

interface Edit {
  from: number;
  to: number;
  content: string;
}

/** Collects edits of a text from left to right; other text is kept. */
export class Rewriter {
  private readonly edits: Edit[] = [];
  private at = 0;

  constructor(private readonly source: AlignedText) {}

  /**
   * Replaces units `[from, to)`, at least one, which must not begin before the end of the previous
   * edit. All of the content covers the replaced range.
   */
  replace(from: number, to: number, content: string): void {
    if (from < this.at || to <= from) throw new RangeError(`edit ${from}–${to} after ${this.at}`);
    const last = this.edits.at(-1);
    if (content === '' && last?.content === '' && last.to === from) last.to = to;
    else this.edits.push({ from, to, content });
    this.at = to;
  }

  /** Removes units `[from, to)`. */
  drop(from: number, to: number): void {
    this.replace(from, to, '');
  }

  /** Returns the source itself if nothing was edited, or a slice if only its ends were removed. */
  build(): AlignedText {
    const { source, edits } = this;
    const kept = keptStretch(edits, source.length);
    if (kept !== null) return source.slice(kept.from, kept.to);
    const result = new AlignedTextBuilder();
    let at = 0;
    for (const { from, to, content } of edits) {
      result.copy(source, at, from);
      if (content !== '') result.replace(content, source, from, to);
      at = to;
    }
    result.copy(source, at, source.length);
    return result.build();
  }
}

/** The only remaining range if only the ends are removed, otherwise `null`. */
function keptStretch(edits: readonly Edit[], length: number): { from: number; to: number } | null {
  if (edits.some(({ content }) => content !== '')) return null;
  const inner = edits.filter(({ from, to }) => from > 0 && to < length);
  if (inner.length > 0) return null;
  const start = edits.find(({ from }) => from === 0)?.to ?? 0;
  const end = edits.find(({ from, to }) => from > 0 && to === length)?.from ?? length;
  return { from: start, to: end };
}

/** Removes or replaces all matches of `pattern` (global). */
export function replaceMatches(
  source: AlignedText,
  pattern: RegExp,
  content: (found: RegExpMatchArray) => string | null = () => '',
): AlignedText {
  const result = new Rewriter(source);
  for (const found of source.text.matchAll(pattern)) {
    const replacement = content(found);
    if (found[0] === '' || replacement === null) continue;
    result.replace(found.index, found.index + found[0].length, replacement);
  }
  return result.build();
}
