import { lookAlikesIn } from '../data/lookAlikeLabels.js';
import { FrequentItems } from './profileCounts.js';
import type { DataProfile } from './profile.js';

const CLASSES = 5_000;
const SHOWN = 200;
/** Numbers with at most this many distinct values count as classes, such as 1 to 5 stars. */
const MOST_NUMBER_CLASSES = 20;

/** Labels of one record in a label column, as text. */
export function labelsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(labelsIn);
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
  private numbers = 0;
  private sum = 0;
  private squares = 0;
  private least = Infinity;
  private most = -Infinity;

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
    const distinct = this.counts.size;
    const areNumeric = this.areNumbers && distinct > MOST_NUMBER_CLASSES;
    const mean = this.sum / this.numbers;
    return {
      column,
      labelled: this.labelled,
      missing: this.missing,
      kind: areNumeric ? 'numbers' : 'classes',
      distinct,
      classes: areNumeric
        ? []
        : this.counts
            .top(SHOWN, ({ count }) => count)
            .map(({ key, item }) => ({ label: key, count: item.count })),
      lookAlikes: areNumeric ? [] : this.lookAlikes(),
      numbers: areNumeric
        ? {
            least: this.least,
            most: this.most,
            mean: rounded(mean),
            deviation: rounded(Math.sqrt(Math.max(0, this.squares / this.numbers - mean * mean))),
          }
        : null,
    };
  }
}

/** Sums of floats depend on their order in the last digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
