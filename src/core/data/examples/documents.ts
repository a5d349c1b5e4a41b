import type { Encoding } from '../../tokenizer/tokenizer.js';

/** A text of the user with the displayed name of its file, relative to the workspace. */
export interface TextDocument {
  readonly file: string;
  readonly text: string;
}

/**
 * A span of a document that becomes one training sequence: its tokens without special tokens. Token
 * offsets are relative to the span.
 */
export interface Example extends Encoding {
  readonly file: string;
  /** UTF-16 offsets of the span in the document. */
  readonly start: number;
  readonly end: number;
  /** Hash of the text, independent of file order and splits. Seeds the masking of the example. */
  readonly key: string;
}
