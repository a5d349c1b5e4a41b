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
  /** The texts are lists of words. */
  readonly hasWords: boolean;
  readonly hasDelimiter: boolean;
  readonly labelColumns: number;
  /** How many different values there are. */
  readonly values: number;
  /** All label values as numbers; `null` if one is not a number. */
  readonly numbers: readonly number[] | null;
}

/** What a text is told apart by: duplicates have the same key, whatever their label. */
export function recordKey(text: string, pair: string | null): string {
  return contentKey(pair === null ? text : `${text}\u001f${pair}`);
}

interface ValueCount {
  readonly record: DataRecord;
  readonly number: number;
  train: number;
  /** Test rows included. */
  heldOut: number;
}

/** Enough to know that a column holds no labels, without keeping all of it. */
const MAX_VALUES = 100_000;

/** Counts the label values of records, whatever the task will be, for training and held-out rows. */
export class LabelScan {
  rows = 0;
  trainRows = 0;
  private readonly counts = new Map<string, ValueCount>();
  private hasWords: boolean | null = null;

  /** Each value that was counted, and the row that it stands in. */
  private readonly values = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly valueRows = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly splitter: RecordSplitter;

  constructor(
    private readonly options: AnswerOptions,
    splitting: RecordSplitting,
  ) {
    this.splitter = new RecordSplitter(splitting);
  }

  /** Throws `Data` where the text of the record, or what it says of its split, cannot be used. */
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

  /** Counts the values by split, once all rows are there: a row's like may come after it. */
  finish(): void {
    const { splits } = this.splitter.finish({ nonEmpty: false });
    const counts = [...this.counts.values()];
    const rows = this.valueRows.view();
    this.values.view().forEach((number, i) => {
      counts[number]![splits[rows[i]!] === 0 ? 'train' : 'heldOut']++;
    });
    this.trainRows = splits.reduce((sum, split) => sum + Number(split === 0), 0);
  }

  /** Facts by which the likeliest task is told. */
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

  /** One record for each different value. */
  records(): DataRecord[] {
    return [...this.counts.values()].map(({ record }) => record);
  }

  /** Rows with each label of texts, and whether a text may have several. Throws `Data`. */
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

  /** Words with each tag. */
  tagCounts(): Map<string, Counts> {
    return new Map(this.counts);
  }
}

/** Rows with a label. */
export interface Counts {
  readonly train: number;
  readonly heldOut: number;
}
export const NO_ROWS: Counts = { train: 0, heldOut: 0 };

function addTo(counts: Map<string, Counts>, label: string, { train, heldOut }: Counts): void {
  const old = counts.get(label) ?? NO_ROWS;
  counts.set(label, { train: old.train + train, heldOut: old.heldOut + heldOut });
}
