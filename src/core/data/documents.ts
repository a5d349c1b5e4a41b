/** A text of the person's, with its file name as shown to them (relative to the workspace). */
export interface TextDocument {
  readonly file: string;
  readonly text: string;
}

/** A stretch of a document that becomes one training sequence. */
export interface Example {
  readonly file: string;
  /** UTF-16 offsets into the document's text. */
  readonly start: number;
  readonly end: number;
  /** Token ids without `[CLS]`/`[SEP]`. */
  readonly ids: Int32Array;
  readonly wordIds: Int32Array;
  /** Stable under file order and splits: a hash of the text. Seeds the example's masking. */
  readonly key: string;
}
