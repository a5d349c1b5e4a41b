import { splitNameOf } from '../columns.js';
import { recordError, type DataRecord } from '../labelledRows.js';
import { NearDuplicates } from './nearDuplicates.js';
import type { SplitName } from '../records.js';
import { SplitPlanner, type SplitPlan } from './split.js';

/** What a run's spec says of splits. */
export interface Splitting {
  readonly splitSeed: number;
  readonly heldOutFraction: number;
  readonly testFraction: number;
  /** Texts that are nearly the same stay together, or all but the first are dropped. */
  readonly nearDuplicates: 'together' | 'drop' | null;
}

/** What decides where a text comes. */
export interface Splittable {
  readonly text: string;
  /** Hash of the text. */
  readonly key: string;
  readonly group: string | null;
  /** What the data itself says. */
  readonly split: SplitName | null;
}

/** Places texts into splits: the same texts in the same order in the same way. */
export class Splitter {
  /** Texts that were dropped as near-duplicates. */
  dropped = 0;
  private readonly planner: SplitPlanner;
  private readonly duplicates: NearDuplicates | null;

  constructor(private readonly splitting: Splitting) {
    const { splitSeed: seed, heldOutFraction, testFraction, nearDuplicates } = splitting;
    this.planner = new SplitPlanner({ seed, heldOutFraction, testFraction });
    this.duplicates = nearDuplicates === null ? null : new NearDuplicates();
  }

  /** Number of the text in the plan, from 0; null for a near-duplicate that is dropped. */
  add({ text, key, group, split }: Splittable): number | null {
    const nearDuplicateOf = this.duplicates?.add(text) ?? null;
    if (this.splitting.nearDuplicates !== 'drop') {
      return this.planner.add({ key, group, split, nearDuplicateOf });
    }
    if (nearDuplicateOf === null) return this.planner.add({ key, group, split });
    this.dropped++;
    return null;
  }

  /** Throws `UserInput` where there is too little to train on and to measure with, if asked to. */
  finish(options: { readonly nonEmpty: boolean }): SplitPlan {
    return this.planner.finish(options);
  }
}

/** How rows of tables come into splits. */
export interface RecordSplitting extends Splitting {
  readonly groupColumn: string | null;
  readonly splitColumn: string | null;
}

/** Places rows of tables into splits. */
export class RecordSplitter extends Splitter {
  constructor(private readonly columns: RecordSplitting) {
    super(columns);
  }

  /** Like `add`, for a row with its text. Throws `Data` for what is no split. */
  addRecord(record: DataRecord, text: Pick<Splittable, 'text' | 'key'>): number | null {
    const { splitColumn } = this.columns;
    const group = this.groupOf(record);
    const split = splitColumn === null ? null : splitIn(record, splitColumn);
    return this.add({ ...text, group, split });
  }

  /** Null without a group. Throws `Data` where there is no such column. */
  groupOf(record: DataRecord): string | null {
    const { groupColumn } = this.columns;
    return groupColumn === null ? null : valueIn(record, groupColumn);
  }
}

/** A value as text; null for an empty one. Throws `Data` where there is no such column. */
function valueIn(record: DataRecord, column: string): string | null {
  if (!Object.hasOwn(record.values, column)) {
    const names = Object.keys(record.values).map((name) => `"${name}"`);
    throw recordError(record, null, {
      problem: `there is no column "${column}"`,
      remedy: `Its columns are ${names.join(', ')}: name one of them.`,
    });
  }
  const value = record.values[column];
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Null for a row that leaves it open: its content decides. */
function splitIn(record: DataRecord, column: string): SplitName | null {
  const value = valueIn(record, column);
  if (value === null || value.trim() === '') return null;
  const split = splitNameOf(value);
  if (split !== null) return split;
  throw recordError(record, column, {
    problem: `"${value}" is no split`,
    remedy:
      'Write train, validation or test, leave it empty for a split by content, or name another --split-column.',
  });
}
