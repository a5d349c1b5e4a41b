import { labelTyposIn } from '../data/labelTypos.js';
import { SPLIT_NAMES, type SplitName } from '../data/records.js';
import { lookAlikesIn } from '../data/lookAlikeLabels.js';
import { labelDelimiterOf, listIn, splitLabels } from '../data/listTexts.js';
import { numberIn, numbersIn } from '../data/numberFormat.js';
import { FrequentItems } from '../data/streamCounts.js';
import type { DataProfile } from './profile.js';

const CLASSES = 5_000;
const SHOWN = 200;
const SHOWN_ABSENT = 20;
/** Numbers with at most this many distinct values count as classes, such as 1 to 5 stars. */
const MOST_NUMBER_CLASSES = 20;

/** Labels of one record in a label column, as text. */
export function labelsIn(value: unknown): readonly string[] {
  const list = listIn(value);
  if (list !== null) return list.flatMap(labelsIn);
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return [String(value)];
  }
  return value === null || value === undefined ? [] : [JSON.stringify(value)];
}

/** Counts labels in bounded memory, with statistics of numeric ones. */
export class LabelCounter {
  private labelled = 0;
  private missing = 0;
  private readonly counts = new FrequentItems(CLASSES, () => ({ count: 0, splits: 0 }));
  private areNumbers = true;
  numbers = 0;
  sum = 0;
  squares = 0;
  least = Infinity;
  most = -Infinity;

  /** One bit per split that has labeled rows. */
  private splits = 0;

  add(labels: readonly string[], split: SplitName | null = null): void {
    if (labels.length === 0) {
      this.missing++;
      return;
    }
    this.labelled++;
    const bit = split === null ? 0 : 1 << SPLIT_NAMES.indexOf(split);
    this.splits |= bit;
    for (const label of labels) {
      this.counts.add(label).splits |= bit;
      const number = Number(label);
      if (!Number.isFinite(number)) this.areNumbers = false;
      if (!this.areNumbers) continue;
      this.numbers++;
      this.sum += number;
      this.squares += number * number;
      this.least = Math.min(this.least, number);
      this.most = Math.max(this.most, number);
    }
  }

  private lookAlikes(): { into: string; spellings: { label: string; count: number }[] }[] {
    const counts = this.counts.top(CLASSES, ({ count }) => count);
    const groups = lookAlikesIn(new Map(counts.map(({ key, item }) => [key, item.count])));
    return groups.map(({ into, spellings }) => ({ into, spellings: [...spellings] }));
  }

  finish(column: string | null): DataProfile['labels'] {
    if (this.labelled === 0) return null;
    const counts = this.labelCounts();
    const distinct = this.areNumbers ? this.counts.size : counts.size;
    const found = this.areNumbers ? null : this.numbersOf(counts);
    const areNumeric = (this.areNumbers || found !== null) && distinct > MOST_NUMBER_CLASSES;
    return {
      column,
      labelled: this.labelled,
      missing: this.missing,
      kind: areNumeric ? 'numbers' : 'classes',
      distinct,
      classes: areNumeric
        ? []
        : [...counts]
            .map(([label, count]) => ({ label, count }))
            .sort((a, b) => b.count - a.count)
            .slice(0, SHOWN),
      lookAlikes: areNumeric ? [] : this.lookAlikes(),
      typos: areNumeric ? [] : labelTyposIn(counts),
      absent: areNumeric ? [] : this.absentLabels(),
      numbers: areNumeric ? statisticsOf(found ?? this) : null,
    };
  }

  /** Classes without a row in a split that the data has. */
  private absentLabels(): NonNullable<DataProfile['labels']>['absent'] {
    const delimiter = this.delimiter();
    const splits = new Map<string, number>();
    for (const { key, item } of this.counts.top(CLASSES, ({ count }) => count)) {
      for (const label of delimiter === null ? [key] : splitLabels(key, delimiter)) {
        splits.set(label, (splits.get(label) ?? 0) | item.splits);
      }
    }
    return SPLIT_NAMES.flatMap((split, i) => {
      if ((this.splits & (1 << i)) === 0) return [];
      const labels = [...splits].flatMap(([label, bits]) =>
        (bits & (1 << i)) === 0 ? [label] : [],
      );
      return labels.length === 0 ? [] : [{ split, labels: labels.slice(0, SHOWN_ABSENT) }];
    });
  }

  /** The labels in a value of the column; `null` if the values are numbers and not classes. */
  labelsOfValues(): ((value: string) => readonly string[]) | null {
    if (this.finish(null)?.kind !== 'classes') return null;
    const delimiter = this.delimiter();
    return (value) => (delimiter === null ? [value] : splitLabels(value, delimiter));
  }

  private delimiter(): string | null {
    const keys = this.counts.top(CLASSES, ({ count }) => count).map(({ key }) => key);
    return numbersIn(keys) === null ? labelDelimiterOf(keys) : null;
  }

  /** Number of rows per label; values with several labels count for each of them. */
  private labelCounts(): Map<string, number> {
    const values = this.counts.top(CLASSES, ({ count }) => count);
    const delimiter = this.delimiter();
    const counts = new Map<string, number>();
    for (const { key, item } of values) {
      for (const label of delimiter === null ? [key] : splitLabels(key, delimiter)) {
        counts.set(label, (counts.get(label) ?? 0) + item.count);
      }
    }
    return counts;
  }

  /** Sums of labels that are numbers in another notation; `null` if they are not numbers. */
  private numbersOf(counts: ReadonlyMap<string, number>): Sums | null {
    const found = numbersIn([...counts.keys()]);
    if (found === null) return null;
    const sums = { numbers: 0, sum: 0, squares: 0, least: Infinity, most: -Infinity };
    for (const [label, count] of counts) {
      const number = numberIn(label, found.format);
      if (number === null) continue;
      sums.numbers += count;
      sums.sum += count * number;
      sums.squares += count * number * number;
      sums.least = Math.min(sums.least, number);
      sums.most = Math.max(sums.most, number);
    }
    return sums;
  }
}

interface Sums {
  readonly numbers: number;
  readonly sum: number;
  readonly squares: number;
  readonly least: number;
  readonly most: number;
}

function statisticsOf({ numbers, sum, squares, least, most }: Sums): {
  least: number;
  most: number;
  mean: number;
  deviation: number;
} {
  const mean = sum / numbers;
  const deviation = Math.sqrt(Math.max(0, squares / numbers - mean * mean));
  return { least, most, mean: rounded(mean), deviation: rounded(deviation) };
}

/** Sums of floats depend on their order in the last digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
