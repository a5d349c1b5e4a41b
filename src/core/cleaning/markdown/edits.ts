/** Replacement of the units `[from, to)`. Default: nothing. */
export interface MarkdownEdit {
  readonly from: number;
  readonly to: number;
  readonly content?: string;
}

/** A range of running text, which may contain links and emphasis. */
export interface InlineSpan {
  readonly from: number;
  readonly to: number;
}
