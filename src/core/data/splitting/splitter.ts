import { splitNameOf } from '../columns.js';
import { problem } from '../../messages/message.js';
import { quotedColumns, recordError, type DataRecord } from '../labelledRows.js';
import type { FileInSplit } from './fileSplits.js';
import { NearDuplicates } from './nearDuplicates.js';
import type { SplitName } from '../records.js';
import { SplitPlanner, type FinishOptions, type SplitPlan } from './split.js';

/** Options of splitting in the spec of a run. */
export interface Splitting {
  readonly splitSeed: number;
  readonly heldOutFraction: number;
  readonly testFraction: number;
  /** Near-duplicates stay in one split (`together`), or all but the first are dropped (`drop`). */
  readonly nearDuplicates: 'together' | 'drop' | null;
  /** Part that is held out instead of a share, such as `2/5`. Default, `null`: none. */
  readonly fold?: string | null;
}

/** Properties that decide the split of a text. */
export interface Splittable {
  readonly text: string;
  /** Hash of the text. */
  readonly key: string;
  readonly group: string | null;
  /** Split named by the data itself. */
  readonly split: SplitName | null;
}

/** Assigns texts to splits, deterministically for the same texts in the same order. */
export class Splitter {
  /** Number of texts dropped as near-duplicates. */
  dropped = 0;
  private readonly planner: SplitPlanner;
  private readonly duplicates: NearDuplicates | null;

  constructor(private readonly splitting: Splitting) {
    const { splitSeed: seed, heldOutFraction, testFraction, nearDuplicates, fold } = splitting;
    this.planner = new SplitPlanner({ seed, heldOutFraction, testFraction, fold: fold ?? null });
    this.duplicates = nearDuplicates === null ? null : new NearDuplicates();
  }

  /** Adds a text and returns its number in the plan, from 0, or `null` if it is dropped. */
  add({ text, key, group, split }: Splittable): number | null {
    const nearDuplicateOf = this.duplicates?.add(text) ?? null;
    if (this.splitting.nearDuplicates !== 'drop') {
      return this.planner.add({ key, group, split, nearDuplicateOf });
    }
    if (nearDuplicateOf === null) return this.planner.add({ key, group, split });
    this.dropped++;
    return null;
  }

  /** Throws `UserInput` if `nonEmpty` is set and there is too little text to train and evaluate on. */
  finish(options: FinishOptions): SplitPlan {
    return this.planner.finish(options);
  }
}

/** Options of splitting table rows. */
export interface RecordSplitting extends Splitting {
  readonly groupColumn: string | null;
  readonly splitColumn: string | null;
  /** Files that give their rows a split, which a split column overrides. */
  readonly files: readonly FileInSplit[];
}

/** Assigns table rows to splits. */
export class RecordSplitter extends Splitter {
  private readonly splitsOfFiles: ReadonlyMap<string, SplitName | undefined>;

  constructor(private readonly columns: RecordSplitting) {
    super(columns);
    this.splitsOfFiles = new Map(columns.files.map(({ path, split }) => [path, split]));
  }

  /** Like `add`, for a row with its text. Throws `Data` for an invalid split. */
  addRecord(record: DataRecord, text: Pick<Splittable, 'text' | 'key'>): number | null {
    const { splitColumn } = this.columns;
    const group = this.groupOf(record);
    const own = splitColumn === null ? null : splitIn(record, splitColumn);
    const split = own ?? this.splitsOfFiles.get(record.file) ?? null;
    return this.add({ ...text, group, split });
  }

  /** Group of a row, or `null`. Throws `Data` if the group column is missing. */
  groupOf(record: DataRecord): string | null {
    const { groupColumn } = this.columns;
    return groupColumn === null ? null : valueIn(record, groupColumn);
  }
}

/** A value as text; `null` if it is empty. Throws `Data` if the column is missing. */
function valueIn(record: DataRecord, column: string): string | null {
  if (!Object.hasOwn(record.values, column)) {
    const columns = quotedColumns(Object.keys(record.values));
    throw recordError(record, null, problem('data.noColumn', { column, columns }));
  }
  const value = record.values[column];
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Split named by a row; `null` if its content decides. */
function splitIn(record: DataRecord, column: string): SplitName | null {
  const value = valueIn(record, column);
  if (value === null || value.trim() === '') return null;
  const split = splitNameOf(value);
  if (split !== null) return split;
  throw recordError(record, column, problem('data.notSplit', { value }));
}
