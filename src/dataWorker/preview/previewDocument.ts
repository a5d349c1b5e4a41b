import { PassageSplitter, type Passage } from '../../core/data/paragraphs.js';
import type { Stretch, TextChange } from '../../protocol/preview.js';
import { DocumentPlans } from './documentPlans.js';
import type { ParagraphPlans } from './paragraphPlans.js';

export interface DocumentParagraph {
  readonly text: string;
  /** Whether the paragraph begins inside a code fence, as the rest of a very long one does. */
  readonly isFenced: boolean;
}

interface DocumentOptions {
  /** Whether empty lines inside Markdown code fences do not end a paragraph. */
  readonly fences: boolean;
}

/** Number of characters to split at a time, until the paragraphs from before an edit recur. */
const PIECE = 4096;

/**
 * Paragraphs of a text, as from `paragraphsOf`, and their latest plans. An edit creates another
 * document, which keeps the unchanged paragraphs and their plans.
 */
export class PreviewDocument {
  private constructor(
    readonly text: string,
    readonly paragraphs: readonly DocumentParagraph[],
    /** UTF-16 offset of each paragraph. */
    readonly starts: Int32Array,
    private readonly options: DocumentOptions,
    private latest: DocumentPlans | null,
  ) {}

  static of(text: string, options: DocumentOptions): PreviewDocument {
    const empty = new PreviewDocument('', [], new Int32Array(0), options, null);
    return empty.withText(text, { from: 0, to: 0 });
  }

  /**
   * Applies changes in sequence and splits only the paragraphs around them. `null` if a change is
   * outside of the text.
   */
  edit(changes: readonly TextChange[]): PreviewDocument | null {
    let { text } = this;
    let from = Infinity;
    // End of the changed part in the text so far.
    let end = 0;
    let grown = 0;
    for (const { offset, length, text: inserted } of changes) {
      if (offset + length > text.length) return null;
      text = text.slice(0, offset) + inserted + text.slice(offset + length);
      const growth = inserted.length - length;
      from = Math.min(from, offset);
      end = Math.max(end, offset + length) + growth;
      grown += growth;
    }
    return from === Infinity ? this : this.withText(text, { from, to: end - grown });
  }

  /** Plans for a policy and a seed; keeps the latest ones if they are for the same. */
  plansBy(by: ParagraphPlans, seed: number): DocumentPlans {
    if (this.latest?.by === by && this.latest.seed === seed) return this.latest;
    return (this.latest = DocumentPlans.none(by, seed, this.paragraphs.length));
  }

  /** Indices of the paragraphs that touch [start, end): from the first to before the last. */
  within({ start, end }: Stretch): { first: number; last: number } {
    const before = this.countBefore(start + 1) - 1;
    const reaches =
      before >= 0 && this.starts[before]! + this.paragraphs[before]!.text.length > start;
    return { first: reaches ? before : before + 1, last: this.countBefore(end) };
  }

  /** Index of the last paragraph that begins at or before an offset; -1 if there is none. */
  indexAt(offset: number): number {
    return this.countBefore(offset + 1) - 1;
  }

  /** Number of paragraphs that begin before an offset. */
  private countBefore(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The document of a text that differs from this one's in [from, to). */
  private withText(text: string, { from, to }: { from: number; to: number }): PreviewDocument {
    const { paragraphs, starts, options } = this;
    const delta = text.length - this.text.length;
    // Splitting can begin at any paragraph that starts before the change and outside of a fence.
    let kept = this.countBefore(from) - 1;
    while (kept > 0 && paragraphs[kept]!.isFenced) kept--;
    kept = Math.max(0, kept);
    const begin = kept < starts.length && starts[kept]! < from ? starts[kept]! : 0;
    // It can end at the start of an old paragraph after the change and outside of a fence.
    let next = this.countBefore(to);
    const added: Passage[] = [];
    const isKnown = ({ start, isFenced }: Passage): boolean => {
      while (next < starts.length && starts[next]! + delta < start) next++;
      const isSame = next < starts.length && starts[next]! + delta === start;
      return isSame && !isFenced && !paragraphs[next]!.isFenced;
    };
    const splitter = new PassageSplitter({
      atLeast: 0,
      ...options,
      onLongLine: () => undefined,
    });
    for (let at = begin, isDone = false; !isDone; at += PIECE) {
      const isLast = at >= text.length;
      const found = isLast ? splitter.end() : splitter.push(text.slice(at, at + PIECE));
      for (const { start, ...rest } of found) {
        const passage = { ...rest, start: begin + start };
        isDone = isKnown(passage);
        if (isDone) break;
        added.push(passage);
      }
      if (isDone || !isLast) continue;
      isDone = true;
      next = starts.length;
    }
    const newStarts = new Int32Array(kept + added.length + starts.length - next);
    newStarts.set(starts.subarray(0, kept));
    added.forEach(({ start }, i) => (newStarts[kept + i] = start));
    for (let i = next, at = kept + added.length; i < starts.length; i++, at++) {
      newStarts[at] = starts[i]! + delta;
    }
    const made = added.map(({ text: paragraph, isFenced }) => ({ text: paragraph, isFenced }));
    const all = paragraphs.slice(0, kept).concat(made, paragraphs.slice(next));
    const plans = this.latest?.spliced(kept, next, added.length) ?? null;
    return new PreviewDocument(text, all, newStarts, options, plans);
  }
}
