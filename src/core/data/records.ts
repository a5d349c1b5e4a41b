import type { AlignedText } from '../text/alignedText.js';

export const SPLIT_NAMES = ['train', 'heldOut', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** A part of the user's data: paragraphs of running text, or a row of a table. */
export interface TextRecord {
  /** Displayed name, relative to the workspace. */
  readonly file: string;
  /** First line in the file, row of a table or entry of a list, from 1. */
  readonly line: number;
  /**
   * The cleaned text. Its offsets are UTF-16 offsets into the decoded file for running text, and into
   * the value of the text column for tables.
   */
  readonly text: AlignedText;
  readonly pair: string | null;
  /** Value of the label column; `null` without one. */
  readonly label: unknown;
  /** Records of one group (a patient, an author, a thread) are always in the same split. */
  readonly group: string | null;
  /** Split named by the data itself. */
  readonly split: SplitName | null;
  /** All columns of a table row, for writing it back; `null` for running text. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** The record in the split of its file, unless it names its own split. */
export function inSplit(record: TextRecord, split: SplitName | undefined): TextRecord {
  return split === undefined || record.split !== null ? record : { ...record, split };
}

/** Roles of table columns; `null` if no column has the role. */
export interface TextColumns {
  readonly text: string;
  readonly pair: string | null;
  readonly label: string | null;
  readonly group: string | null;
  readonly split: string | null;
}
