/** Tokens of a part of a text: id, start, end and word of each, relative to the part. */
export interface Stretch {
  readonly tokens: readonly number[];
  readonly wordCount: number;
}

/** Numbers stored per token. */
export const FIELDS = 4;

const MAX_ENTRIES = 60_000;
const TABLE_SIZE = 1 << 17;
const ENTRY_FIELDS = 5;

/**
 * Caches the tokens of parts of texts by their text. A lookup creates no string or object: entries
 * are in a few typed arrays, found by a hash that the caller computes while it reads the text
 * (`hashUnit`).
 */
export class StretchCache {
  /** Entry numbers start at 1; 0 is free. */
  private table = new Int32Array(0);
  /** For each entry: hash, start and length of its text, start of its tokens, number of words. */
  private entries = new Int32Array(64 * ENTRY_FIELDS);
  private count = 0;
  private units = new Uint16Array(512);
  private unitCount = 0;
  tokens = new Int32Array(512);
  private tokenCount = 0;

  /** Entry of `text[from, to)`, or -1. */
  find(text: string, from: number, to: number, hash: number): number {
    if (this.count === 0) return -1;
    const { table, entries, units } = this;
    const length = to - from;
    for (let slot = hash & (TABLE_SIZE - 1); ; slot = (slot + 1) & (TABLE_SIZE - 1)) {
      const entry = table[slot]! - 1;
      if (entry < 0) return -1;
      const at = entry * ENTRY_FIELDS;
      if (entries[at] !== hash || entries[at + 2] !== length) continue;
      const start = entries[at + 1]!;
      let same = 0;
      while (same < length && units[start + same] === text.charCodeAt(from + same)) same++;
      if (same === length) return entry;
    }
  }

  /** Range of an entry in `tokens`, and its number of words. */
  span(entry: number): { from: number; to: number; wordCount: number } {
    const at = entry * ENTRY_FIELDS;
    const isLast = entry + 1 === this.count;
    return {
      from: this.entries[at + 3]!,
      to: isLast ? this.tokenCount : this.entries[at + ENTRY_FIELDS + 3]!,
      wordCount: this.entries[at + 4]!,
    };
  }

  /** Caches the tokens of `text`; clears the cache if it is full. */
  add(text: string, hash: number, { tokens, wordCount }: Stretch): void {
    if (this.table.length === 0) this.table = new Int32Array(TABLE_SIZE);
    if (this.count >= MAX_ENTRIES) this.clear();
    this.entries = roomFor(this.entries, (this.count + 1) * ENTRY_FIELDS);
    this.units = roomFor(this.units, this.unitCount + text.length);
    this.tokens = roomFor(this.tokens, this.tokenCount + tokens.length);
    this.entries.set(
      [hash, this.unitCount, text.length, this.tokenCount, wordCount],
      this.count * ENTRY_FIELDS,
    );
    for (let i = 0; i < text.length; i++) this.units[this.unitCount + i] = text.charCodeAt(i);
    this.tokens.set(tokens, this.tokenCount);
    this.unitCount += text.length;
    this.tokenCount += tokens.length;
    this.count++;
    let slot = hash & (TABLE_SIZE - 1);
    while (this.table[slot] !== 0) slot = (slot + 1) & (TABLE_SIZE - 1);
    this.table[slot] = this.count;
  }

  private clear(): void {
    this.table.fill(0);
    this.count = 0;
    this.unitCount = 0;
    this.tokenCount = 0;
  }
}

/** Hash of a text with one more unit; the hash of an empty text is 0. */
export function hashUnit(hash: number, unit: number): number {
  const mixed = Math.imul(hash ^ unit, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

export function roomFor<
  T extends Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
>(array: T, length: number): T {
  if (length <= array.length) return array;
  const grown = new (array.constructor as new (size: number) => T)(
    Math.max(array.length * 2, length),
  );
  grown.set(array);
  return grown;
}
