/** What stands in the place of units `[from, to)`; nothing unless it says so. */
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
