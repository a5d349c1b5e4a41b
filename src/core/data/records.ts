import type { AlignedText } from '../text/alignedText.js';

export const SPLIT_NAMES = ['train', 'heldOut', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** A stretch of the person's data: paragraphs of running text, or a row of a table. */
export interface TextRecord {
  /** Name as shown to the person, relative to the workspace. */
  readonly file: string;
  /** Line of the file at which it begins, row of a table or entry of a list, from 1. */
  readonly line: number;
  /**
   * The text as it was read and cleaned. Its places are UTF-16 offsets into the decoded file for
   * running text, into the value of the text's column for tables.
   */
  readonly text: AlignedText;
  readonly pair: string | null;
  /** What stands in the label's column; null where there is none. */
  readonly label: unknown;
  /** Records of one group (a patient, an author, a thread) never straddle two splits. */
  readonly group: string | null;
  /** What the data itself says about its split. */
  readonly split: SplitName | null;
  /** All columns of a table's row, for writing it out again; null for running text. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** Which columns of a table hold what; null where there is none. */
export interface TextColumns {
  readonly text: string;
  readonly pair: string | null;
  readonly label: string | null;
  readonly group: string | null;
  readonly split: string | null;
}
