import { AppError, problemOf } from '../errors.js';
import type { Problem } from '../messages/message.js';
import { BadInput } from './badInput.js';
import { contentKey } from './examples/chunk.js';
import { GrowingArray } from '../collections/growingArray.js';
import { lookAlikesIn, type LookAlikes } from './lookAlikeLabels.js';
import { RecordLabels } from './splitting/recordLabels.js';
import type { MovedRecords, SplitPlan } from './splitting/split.js';
import { RecordSplitter, type RecordSplitting } from './splitting/splitter.js';
import {
  labelsOf,
  numbersOf,
  requireLabel,
  tagsOf,
  textOf,
  wordsOf,
  type AnswerOptions,
  type DataRecord,
} from './labelledRows.js';
import { listIn } from './listTexts.js';
import { numbersIn } from './numberFormat.js';

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

/** A distinct label value, or a tag. */
interface LabelValue {
  readonly record: DataRecord;
  readonly number: number;
}

/** Enough to tell that a column holds no labels, without keeping all values. */
const MAX_VALUES = 100_000;

/** Counts the label values of training and held-out rows, independent of the task. */
export class LabelScan {
  rows = 0;
  trainRows = 0;
  /** Rows that moved from the split that the data names. */
  moved: readonly MovedRecords[] = [];
  /** Why no run can split the rows, whatever their labels; `null` if one can. */
  refusal: Problem | null = null;
  private readonly distinct = new Map<string, LabelValue>();
  private hasWords: boolean | null = null;

  /** Each counted value and its row. */
  private readonly values = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly valueRows = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly splitter: RecordSplitter;

  constructor(
    private options: AnswerOptions,
    splitting: RecordSplitting,
    private bad = new BadInput(false),
  ) {
    this.splitter = new RecordSplitter(splitting);
  }

  /** Throws `Data` if the text or the split of the record is invalid, or its label is missing. */
  add(record: DataRecord): void {
    const { columns } = this.options;
    this.hasWords ??= listIn(record.values[columns.text]) !== null;
    const text = this.hasWords
      ? wordsOf(record, columns.text).join(' ')
      : textOf(record, columns.text);
    const pair = columns.pair === null ? null : textOf(record, columns.pair);
    if (!this.hasWords) requireLabel(record, this.options);
    const row = this.splitter.addRecord(record, { text, key: recordKey(text, pair) });
    if (row === null) return;
    this.rows++;
    const values = this.hasWords
      ? tagsOf(record, this.options)
      : [JSON.stringify(columns.labels.map((column) => record.values[column] ?? null))];
    for (const value of values) {
      let known = this.distinct.get(value);
      if (known === undefined) {
        if (this.distinct.size >= MAX_VALUES) continue;
        known = { record, number: this.distinct.size };
        this.distinct.set(value, known);
      }
      this.values.push(known.number);
      this.valueRows.push(row);
    }
  }

  /** Splits the rows after all were added: later rows can change the split of earlier ones. */
  finish(): void {
    const { splits, moved, refusal } = this.planWith(undefined);
    this.refusal = refusal;
    this.trainRows = splits.reduce((sum, split) => sum + Number(split === 0), 0);
    this.moved = moved;
  }

  /** Labels that differ only in their spelling. Throws `Data` for values that cannot be labels. */
  lookAlikes(): LookAlikes[] {
    if (this.options.columns.labels.length > 1) return [];
    const { counts } = this.hasWords === true ? this.tagCounts() : this.labelCounts();
    return lookAlikesIn(
      new Map([...counts].map(([label, { train, heldOut }]) => [label, train + heldOut])),
    );
  }

  /** Counts each spelling as the label that replaces it from now on. */
  merge(merged: Readonly<Record<string, string>>): void {
    this.options = { ...this.options, merged };
  }

  /** Facts for choosing the most likely task. */
  facts(): LabelFacts {
    const { columns, labelDelimiter } = this.options;
    const found = this.hasWords === true ? null : numbersIn(this.labelValues());
    return {
      hasWords: this.hasWords === true,
      hasDelimiter: labelDelimiter !== null,
      labelColumns: columns.labels.length,
      values: this.distinct.size,
      numbers: found?.numbers ?? null,
    };
  }

  get labelColumns(): readonly string[] {
    return this.options.columns.labels;
  }

  /** Whether the texts are lists of words, which have tags instead of labels. */
  get holdsTags(): boolean {
    return this.hasWords === true;
  }

  /** Distinct values of the label columns; `null` for a missing one. */
  labelValues(): unknown[] {
    const { labels } = this.options.columns;
    const records = this.records();
    return [
      ...new Set(records.flatMap(({ values }) => labels.map((column) => values[column] ?? null))),
    ];
  }

  /** Reads the values in this notation from now on. */
  readAs(forms: Pick<AnswerOptions, 'numberFormat'> | Pick<AnswerOptions, 'labelDelimiter'>): void {
    this.options = { ...this.options, ...forms };
  }

  /**
   * Throws `Data` if a value is not a number. If invalid rows are skipped, their rows are counted, and it
   * throws only if no value is a number.
   */
  requireNumbers(): void {
    const rows = new Uint32Array(this.distinct.size);
    for (const value of this.values.view()) rows[value]!++;
    const numbers = [...this.distinct.values()].filter(
      ({ record, number }) =>
        this.bad.attempt(() => numbersOf(record, this.options), rows[number]) !== null,
    );
    const [first] = this.records();
    if (numbers.length === 0 && first !== undefined) numbersOf(first, this.options);
  }

  /** Tries out a task: rows that it cannot read are not counted as skipped. */
  trial<T>(attempt: () => T): T {
    const { bad } = this;
    this.bad = new BadInput(bad.isSkipped);
    try {
      return attempt();
    } finally {
      this.bad = bad;
    }
  }

  /** One record for each distinct value. */
  records(): DataRecord[] {
    return [...this.distinct.values()].map(({ record }) => record);
  }

  /** Number of rows per label. Throws `Data` for values that cannot be labels. */
  labelCounts(): LabelCounts {
    const { columns, labelDelimiter } = this.options;
    let multiLabel = columns.labels.length > 1 || labelDelimiter !== null;
    const labels = [...this.distinct.values()].map(({ record }) => {
      if (listIn(record.values[columns.labels[0]!]) !== null) multiLabel = true;
      return labelsOf(record, this.options);
    });
    return { ...this.countsOf(labels), multiLabel };
  }

  /** Number of words per tag. */
  tagCounts(): LabelCounts {
    const { merged = {} } = this.options;
    const labels = [...this.distinct.keys()].map((tag) => [
      Object.hasOwn(merged, tag) ? merged[tag]! : tag,
    ]);
    return { ...this.countsOf(labels), multiLabel: false };
  }

  /** Counts by split if each label of `labelsOfValue` gets training rows where that is possible. */
  private countsOf(
    labelsOfValue: readonly (readonly string[])[],
  ): Pick<LabelCounts, 'counts' | 'refusal'> {
    const labels = new RecordLabels();
    const rows = this.valueRows.view();
    this.values.view().forEach((value, i) => {
      labels.add(rows[i]!, labelsOfValue[value]!);
    });
    const { splits, refusal } = this.planWith(labels);
    const counts = labels.names.map(() => ({ train: 0, heldOut: 0 }));
    labels.forEach((row, label) => {
      counts[label]![splits[row] === 0 ? 'train' : 'heldOut']++;
    });
    return { counts: new Map(labels.names.map((name, i) => [name, counts[i]!])), refusal };
  }

  private planWith(
    labels: RecordLabels | undefined,
  ): SplitPlan & { readonly refusal: Problem | null } {
    try {
      return { ...this.splitter.finish({ nonEmpty: true, labels }), refusal: null };
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const refusal = problemOf(thrown.data);
      return { ...this.splitter.finish({ nonEmpty: false, labels }), refusal };
    }
  }
}

/** Number of rows with a label, by split. */
export interface Counts {
  readonly train: number;
  /** Including test rows. */
  readonly heldOut: number;
}
export const NO_ROWS: Counts = { train: 0, heldOut: 0 };

export interface LabelCounts {
  readonly counts: Map<string, Counts>;
  /** Whether a text can have several labels. */
  readonly multiLabel: boolean;
  /** Why rows with these labels cannot be split; `null` if they can. */
  readonly refusal: Problem | null;
}
