import { lookAlikesIn } from '../data/lookAlikeLabels.js';
import { labelDelimiterOf, listIn, splitLabels } from '../data/listTexts.js';
import { numberIn, numbersIn } from '../data/numberFormat.js';
import { FrequentItems } from '../data/streamCounts.js';
import type { DataProfile } from './profile.js';

const CLASSES = 5_000;
const SHOWN = 200;
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
  private readonly counts = new FrequentItems(CLASSES, () => ({ count: 0 }));
  private areNumbers = true;
  numbers = 0;
  sum = 0;
  squares = 0;
  least = Infinity;
  most = -Infinity;

  add(labels: readonly string[]): void {
    if (labels.length === 0) {
      this.missing++;
      return;
    }
    this.labelled++;
    for (const label of labels) {
      this.counts.add(label);
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
      numbers: areNumeric ? statisticsOf(found ?? this) : null,
    };
  }

  /** Number of rows per label; values with several labels count for each of them. */
  private labelCounts(): Map<string, number> {
    const values = this.counts.top(CLASSES, ({ count }) => count);
    const keys = values.map(({ key }) => key);
    const delimiter = numbersIn(keys) === null ? labelDelimiterOf(keys) : null;
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
