import { contentKey } from './examples/chunk.js';
import { GrowingArray } from '../collections/growingArray.js';
import { RecordSplitter, type RecordSplitting } from './splitting/splitter.js';
import {
  labelsOf,
  listIn,
  numberIn,
  tagsOf,
  textOf,
  wordsOf,
  type AnswerOptions,
  type DataRecord,
} from './labelledRows.js';

/** Facts about the label values of records. */
export interface LabelFacts {
  /** Whether the texts are lists of words. */
  readonly hasWords: boolean;
  readonly hasDelimiter: boolean;
  readonly labelColumns: number;
  /** Number of distinct values. */
  readonly values: number;
  /** All label values as numbers; `null` if one is not a number. */
  readonly numbers: readonly number[] | null;
}

/** Key that identifies a text: duplicates share it, regardless of their labels. */
export function recordKey(text: string, pair: string | null): string {
  return contentKey(pair === null ? text : `${text}\u001f${pair}`);
}

interface ValueCount {
  readonly record: DataRecord;
  readonly number: number;
  train: number;
  /** Including test rows. */
  heldOut: number;
}

/** Enough to tell that a column holds no labels, without keeping all values. */
const MAX_VALUES = 100_000;

/** Counts the label values of training and held-out rows, independent of the task. */
export class LabelScan {
  rows = 0;
  trainRows = 0;
  private readonly counts = new Map<string, ValueCount>();
  private hasWords: boolean | null = null;

  /** Each counted value and its row. */
  private readonly values = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly valueRows = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly splitter: RecordSplitter;

  constructor(
    private readonly options: AnswerOptions,
    splitting: RecordSplitting,
  ) {
    this.splitter = new RecordSplitter(splitting);
  }

  /** Throws `Data` if the text or the split of the record is invalid. */
  add(record: DataRecord): void {
    const { columns } = this.options;
    this.hasWords ??= listIn(record.values[columns.text]) !== null;
    const text = this.hasWords
      ? wordsOf(record, columns.text).join(' ')
      : textOf(record, columns.text);
    const pair = columns.pair === null ? null : textOf(record, columns.pair);
    const row = this.splitter.addRecord(record, { text, key: recordKey(text, pair) });
    if (row === null) return;
    this.rows++;
    const values = this.hasWords
      ? tagsOf(record, columns)
      : [JSON.stringify(columns.labels.map((column) => record.values[column] ?? null))];
    for (const value of values) {
      let count = this.counts.get(value);
      if (count === undefined) {
        if (this.counts.size >= MAX_VALUES) continue;
        count = { record, number: this.counts.size, train: 0, heldOut: 0 };
        this.counts.set(value, count);
      }
      this.values.push(count.number);
      this.valueRows.push(row);
    }
  }

  /** Counts the values by split after all rows were added: later rows can change the split of earlier ones. */
  finish(): void {
    const { splits } = this.splitter.finish({ nonEmpty: false });
    const counts = [...this.counts.values()];
    const rows = this.valueRows.view();
    this.values.view().forEach((number, i) => {
      counts[number]![splits[rows[i]!] === 0 ? 'train' : 'heldOut']++;
    });
    this.trainRows = splits.reduce((sum, split) => sum + Number(split === 0), 0);
  }

  /** Facts for choosing the most likely task. */
  facts(): LabelFacts {
    const { columns, labelDelimiter } = this.options;
    const numbers = this.records().flatMap((record) =>
      columns.labels.map((column) => numberIn(record.values[column])),
    );
    return {
      hasWords: this.hasWords === true,
      hasDelimiter: labelDelimiter !== null,
      labelColumns: columns.labels.length,
      values: this.counts.size,
      numbers: numbers.every((number) => number !== null) ? numbers : null,
    };
  }

  get labelColumns(): readonly string[] {
    return this.options.columns.labels;
  }

  /** One record for each distinct value. */
  records(): DataRecord[] {
    return [...this.counts.values()].map(({ record }) => record);
  }

  /** Number of rows per label, and whether a text can have several labels. Throws `Data`. */
  labelCounts(): { counts: Map<string, Counts>; multiLabel: boolean } {
    const { columns, labelDelimiter } = this.options;
    const counts = new Map<string, Counts>();
    let multiLabel = columns.labels.length > 1 || labelDelimiter !== null;
    for (const { record, train, heldOut } of this.counts.values()) {
      if (listIn(record.values[columns.labels[0]!]) !== null) multiLabel = true;
      for (const label of labelsOf(record, this.options)) addTo(counts, label, { train, heldOut });
    }
    return { counts, multiLabel };
  }

  /** Number of words per tag. */
  tagCounts(): Map<string, Counts> {
    return new Map(this.counts);
  }
}

/** Number of rows with a label, by split. */
export interface Counts {
  readonly train: number;
  readonly heldOut: number;
}
export const NO_ROWS: Counts = { train: 0, heldOut: 0 };

function addTo(counts: Map<string, Counts>, label: string, { train, heldOut }: Counts): void {
  const old = counts.get(label) ?? NO_ROWS;
  counts.set(label, { train: old.train + train, heldOut: old.heldOut + heldOut });
}
