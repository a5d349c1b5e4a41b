/**
 * Counts strings in bounded memory by lossy counting (Manku & Motwani 2002): if there are too many,
 * those with the lowest counts are dropped until half of the capacity is free. Counts can be too
 * low, but never too high. The same strings in the same order give the same counts.
 */
export class PrunedCounts {
  readonly counts = new Map<string, number>();

  constructor(private readonly mostEntries: number) {}

  add(key: string): void {
    const count = this.counts.get(key);
    if (count !== undefined) {
      this.counts.set(key, count + 1);
      return;
    }
    this.counts.set(detached(key), 1);
    if (this.counts.size > this.mostEntries) this.prune();
  }

  private prune(): void {
    for (let bound = 1; this.counts.size > this.mostEntries / 2; bound++) {
      for (const [key, count] of this.counts) if (count <= bound) this.counts.delete(key);
    }
  }
}

/** Copies a string, since V8 keeps substrings of 13 or more characters as views of the whole text. */
const LONGEST_COPY = 12;

function detached(key: string): string {
  return key.length > LONGEST_COPY ? Array.from(key).join('') : key;
}
