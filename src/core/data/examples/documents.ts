import type { Encoding } from '../../tokenizer/tokenizer.js';

/** A text of the person's, with its file name as shown to them (relative to the workspace). */
export interface TextDocument {
  readonly file: string;
  readonly text: string;
}

/**
 * A stretch of a document that becomes one training sequence: its tokens without special ones around
 * them. Their offsets are into the stretch.
 */
export interface Example extends Encoding {
  readonly file: string;
  /** The stretch: UTF-16 offsets into the document's text. */
  readonly start: number;
  readonly end: number;
  /** Stable under file order and splits: a hash of the text. Seeds the example's masking. */
  readonly key: string;
}
