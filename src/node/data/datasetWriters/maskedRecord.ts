/** A mask of a written record. */
export interface WrittenMask {
  /** UTF-16 offsets into the record's text. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  /** What stands there in the masked text. */
  readonly replacement: string;
  /** The rule's name; `always` for a word listed there; null where chance chose. */
  readonly rule: string | null;
}

/** What a redaction that cannot be undone tells of a mask. */
export interface RedactedMask {
  /** UTF-16 offsets into the masked text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly rule: string | null;
}

/** A masked text as a model takes it; names as in Hugging Face's collators. */
export interface ModelInputs {
  /** Framed, cut to the model's length. */
  readonly input_ids: readonly number[];
  readonly attention_mask: readonly number[];
  /** Ids to predict; `IGNORED_LABEL` elsewhere. */
  readonly labels: readonly number[];
}

/** What loss functions pass over (PyTorch's `ignore_index`). */
export const IGNORED_LABEL = -100;

/** A record of a masked dataset. */
export interface MaskedRecord {
  /** `file:line`. */
  readonly source: string;
  /** Null where originals must not be written. */
  readonly text: string | null;
  readonly maskedText: string;
  readonly masks: readonly (WrittenMask | RedactedMask)[];
  readonly inputs: ModelInputs | null;
  /** Columns of a table that are carried through, under the names they get. */
  readonly columns: Readonly<Record<string, unknown>>;
}

/** What a table of records has: known before the first is written. */
export interface DatasetShape {
  readonly hasText: boolean;
  readonly hasInputs: boolean;
  readonly columns: readonly string[];
}

/** Writes records one after the other, and never holds more than a few of them. */
export interface DatasetWriter {
  write(record: MaskedRecord): Promise<void> | null;
  /** Puts the whole file in its place. */
  commit(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
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

/** The name of a carried column: its own, unless a dataset has a field of that name. */
export function carriedName(column: string): string {
  return OWN_NAMES.has(column) ? `column_${column}` : column;
}
