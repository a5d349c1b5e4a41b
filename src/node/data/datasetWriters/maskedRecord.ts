/** A mask of a written record. */
export interface WrittenMask {
  /** UTF-16 offsets into the record's text. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  /** Replacement in the masked text. */
  readonly replacement: string;
  /** Name of the rule; `always` for a listed word; `null` for a random mask. */
  readonly rule: string | null;
}

/** A mask of a one-way redaction. */
export interface RedactedMask {
  /** UTF-16 offsets into the masked text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly rule: string | null;
}

/** Model inputs of a masked text, named as in the collators of Hugging Face. */
export interface ModelInputs {
  /** With special tokens, truncated to the maximum length of the model. */
  readonly input_ids: readonly number[];
  readonly attention_mask: readonly number[];
  /** Ids to predict; `IGNORED_LABEL` elsewhere. */
  readonly labels: readonly number[];
}

/** Label that loss functions ignore (`ignore_index` in PyTorch). */
export const IGNORED_LABEL = -100;

/** A record of a masked dataset. */
export interface MaskedRecord {
  /** `file:line`. */
  readonly source: string;
  /** `null` if originals must not be written. */
  readonly text: string | null;
  readonly maskedText: string;
  readonly masks: readonly (WrittenMask | RedactedMask)[];
  readonly inputs: ModelInputs | null;
  /** Columns copied from the table, by their names in the dataset. */
  readonly columns: Readonly<Record<string, unknown>>;
}

/** Columns of the dataset, known before the first record is written. */
export interface DatasetShape {
  readonly hasText: boolean;
  readonly hasInputs: boolean;
  readonly columns: readonly string[];
  /** Whether formulas in the cells of a CSV file get an apostrophe. */
  readonly safeCsv: boolean;
}

/** Writes records one by one and holds only a few of them in memory. */
export interface DatasetWriter {
  write(record: MaskedRecord): Promise<void> | null;
  /** Completes the file and renames it to its final name. */
  commit(): Promise<void>;
  /** Deletes the file. */
  discard(): Promise<void>;
  /** Number of cells so far that spreadsheets would run as formulas without an apostrophe. */
  formulas(): number;
}

const OWN_NAMES: ReadonlySet<string> = new Set([
  'source',
  'text',
  'maskedText',
  'masks',
  'input_ids',
  'attention_mask',
  'labels',
]);

/** Name of a copied column: its own, unless the dataset has a field with that name. */
export function carriedName(column: string): string {
  return OWN_NAMES.has(column) ? `column_${column}` : column;
}
