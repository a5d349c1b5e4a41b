/** Replacement of the units `[from, to)`. Default: nothing. */
export interface MarkdownEdit {
  readonly from: number;
  readonly to: number;
  readonly content?: string;
}

/** A stretch of running text: what may hold links and emphasis. */
export interface InlineSpan {
  readonly from: number;
  readonly to: number;
}
