import { ENGLISH } from '../../messages/render.js';
import { HELD_OUT_METRICS, HELD_OUT_METRIC_NAMES } from '../../runs/metrics.js';
import { unknownName } from './runFilter.js';
import {
  betterOf,
  fieldNamed,
  mainResultOf,
  parameterNamesOf,
  type ListedRun,
} from './runFields.js';

/** Order in which runs are listed. */
export interface RunOrder {
  /** `date`, `name`, `best`, `time`, a metric or a parameter. */
  readonly by: string;
  /** Default order: newest, best, shortest or smallest first, and names from A to Z. */
  readonly isReversed: boolean;
}

export const NEWEST_FIRST: RunOrder = { by: 'date', isReversed: false };
export const BEST_FIRST: RunOrder = { by: 'best', isReversed: false };

/** Reads an order such as `best`, or `-lr` for the reverse. */
export function parseOrder(written: string): RunOrder {
  const trimmed = written.trim();
  const isReversed = trimmed.startsWith('-');
  return { by: isReversed ? trimmed.slice(1) : trimmed, isReversed };
}

/** The order as a person writes it. */
export function orderText({ by, isReversed }: RunOrder): string {
  return isReversed ? `-${by}` : by;
}

/** Rows to sort, each of which stands for one run or several. */
export interface Sortable {
  readonly name: string;
  readonly runs: readonly ListedRun[];
}

/** Sorts rows of one list or several. */
export type RowSorter = <Row extends Sortable>(rows: readonly Row[]) => Row[];

/**
 * Sorts rows by the mean over their runs. Rows without a value are last in either direction, and equal
 * rows keep their order. Throws `UserInput` for a name that none of the runs knows.
 */
export function rowSorter(order: RunOrder, all: readonly ListedRun[]): RowSorter {
  const keyOf = keyFunction(order.by, all);
  const sign = order.isReversed ? -1 : 1;
  return (rows) => {
    const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compareKeys(a.key, b.key);
    });
    return keyed.map(({ row }) => row);
  };
}

/** Compared part by part. */
type Key = readonly (number | string)[];

const TEXTS = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compareKeys(a: Key, b: Key): number {
  for (const [i, part] of a.entries()) {
    const other = b[i]!;
    const comparison =
      typeof part === 'number' && typeof other === 'number'
        ? part - other
        : TEXTS.compare(String(part), String(other));
    if (comparison !== 0) return comparison;
  }
  return 0;
}

function keyFunction(by: string, all: readonly ListedRun[]): (row: Sortable) => Key | null {
  switch (by) {
    case 'name':
      return ({ name }) => [name];
    case 'date':
      return newest;
    case 'best':
      return bestKey;
    default: {
      const parameters = parameterNamesOf(all);
      const field = fieldNamed(by, parameters);
      if (field === null) throw unknownName(by, parameters);
      const sign = betterOf(by) === 'more' ? -1 : 1;
      return ({ runs }) => {
        const values = runs.flatMap((run) => field.valuesOf(run, ENGLISH).slice(0, 1));
        const mean = meanOf(values.filter((value) => typeof value === 'number'));
        if (mean !== null) return [sign * mean];
        return values[0] === undefined ? null : [String(values[0])];
      };
    }
  }
}

function newest({ runs }: Sortable): Key | null {
  const times = runs.flatMap(({ facts }) => (facts === null ? [] : [Date.parse(facts.createdAt)]));
  return times.length === 0 ? null : [-Math.max(...times)];
}

/** Results of one metric stay together: those of different metrics cannot be compared. */
function bestKey({ runs }: Sortable): Key | null {
  const results = runs.map(mainResultOf).filter((result) => result !== null);
  const mean = meanOf(results.map(({ value }) => value));
  if (mean === null) return null;
  const { metric } = results[0]!;
  const sign = HELD_OUT_METRICS[metric].better === 'more' ? -1 : 1;
  return [HELD_OUT_METRIC_NAMES.indexOf(metric), sign * mean];
}

function meanOf(values: readonly number[]): number | null {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
