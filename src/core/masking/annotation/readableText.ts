import { removeHtml } from '../../cleaning/htmlText.js';
import { AlignedText } from '../../text/alignedText.js';

/** The text that a reader of HTML sees, or the whole text if it has no markup. */
export class VisibleText {
  /** Units know their place in the source. */
  readonly aligned: AlignedText;
  /** Whether each unit of the source is markup; `null` if nothing is. */
  private readonly hidden: Uint8Array | null;

  constructor(source: string) {
    this.aligned = removeHtml(AlignedText.of(source));
    this.hidden = this.aligned.text === source ? null : hiddenUnits(source, this.aligned);
  }

  /** Whether a range begins or ends in a tag, a comment, a script or a style. */
  isMarkup(start: number, end: number): boolean {
    return this.hidden !== null && (this.hidden[start] === 1 || this.hidden[end - 1] === 1);
  }

  /** Ranges of the source that `[start, end)` of the visible text comes from, without the tags between. */
  rangesOf(start: number, end: number): { start: number; end: number }[] {
    if (this.hidden === null) return [{ start, end }];
    const { aligned, hidden } = this;
    const ranges: { start: number; end: number }[] = [];
    for (let unit = start; unit < end; unit++) {
      const [from, to] = [aligned.startOf(unit), aligned.endOf(unit)];
      // White space can stand for tags, which remain.
      if (hidden[from] === 1) continue;
      const last = ranges.at(-1);
      if (last !== undefined && last.end >= from) last.end = to;
      else ranges.push({ start: from, end: to });
    }
    return ranges;
  }

  /** Whether there is markup between two ranges of the source. */
  isSeparated(from: number, to: number): boolean {
    return this.hidden !== null && this.hidden.subarray(from, to).includes(1);
  }
}

function hiddenUnits(source: string, aligned: AlignedText): Uint8Array {
  const hidden = new Uint8Array(source.length).fill(1);
  for (let unit = 0; unit < aligned.length; unit++) {
    const [from, to] = [aligned.startOf(unit), aligned.endOf(unit)];
    if (to - from === 1) hidden[from] = 0;
    else if (!source.slice(from, to).includes('<')) hidden.fill(0, from, to);
  }
  return hidden;
}
