import { detached } from '../text/detached.js';

/**
 * Counts frequent items in bounded memory: exactly for up to `2 × capacity` distinct items, and too
 * low by at most n / capacity after n items beyond that (Misra & Gries 1982, with pruning of many
 * counters at once, Agarwal et al. 2012).
 */
export class FrequentItems<T extends { count: number }> {
  private readonly items = new Map<string, T>();
  private cuts = 0;

  constructor(
    private readonly capacity: number,
    private readonly create: (key: string) => T,
  ) {}

  /** Number of distinct items; too low once rare ones were dropped. */
  get size(): number {
    return this.items.size;
  }

  get isExact(): boolean {
    return this.cuts === 0;
  }

  /** Most that the count of an item that is added now may be too low by. */
  get uncertainty(): number {
    return this.cuts;
  }

  /** Counts an item and returns it, so that callers can keep more data in it. */
  add(key: string): T {
    let item = this.items.get(key);
    if (item === undefined) {
      if (this.items.size >= 2 * this.capacity) this.prune();
      item = this.create(key);
      this.items.set(detached(key), item);
    }
    item.count++;
    return item;
  }

  /** Items with the highest `score`, ties by name; without those that score 0. */
  top(limit: number, score: (item: T, key: string) => number): { key: string; item: T }[] {
    const ranked: { key: string; item: T; score: number }[] = [];
    for (const [key, item] of this.items) {
      const value = score(item, key);
      if (value > 0) ranked.push({ key, item, score: value });
    }
    ranked.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
    return ranked.slice(0, limit);
  }

  private prune(): void {
    const counts = Float64Array.from(this.items.values(), ({ count }) => count).sort();
    const cut = counts[counts.length - this.capacity - 1]!;
    this.cuts += cut;
    for (const [key, item] of this.items) {
      item.count -= cut;
      if (item.count <= 0) this.items.delete(key);
    }
  }
}

const EXACT_BELOW = 256;
/** Larger values have bins of at most 1/64 of their value. */
const BINS_AN_OCTAVE = 64;

/** Distribution of whole numbers in bounded memory: exact below 256, within 1.6% above. */
export class LengthHistogram {
  private readonly bins: number[] = [];
  private count = 0;
  private sum = 0;
  private least = Infinity;
  private most = 0;

  add(value: number): void {
    const bin = binOf(value);
    while (this.bins.length <= bin) this.bins.push(0);
    this.bins[bin]!++;
    this.count++;
    this.sum += value;
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** Number of values of at most `value`; exact if a quantile of this or another histogram. */
  countUpTo(value: number): number {
    return this.bins.slice(0, binOf(value) + 1).reduce((sum, count) => sum + count, 0);
  }

  /** Lowest value that `share` of all values do not exceed. */
  quantile(share: number): number {
    if (this.count === 0) return 0;
    if (share <= 0) return this.least;
    const wanted = Math.ceil(share * this.count);
    let seen = 0;
    for (const [bin, count] of this.bins.entries()) {
      seen += count;
      if (seen >= wanted) return Math.min(this.most, lowestOf(bin + 1) - 1);
    }
    return this.most;
  }

  /**
   * At most `bars` bars of equal width from the lowest value to the 99th percentile; the last one
   * includes all larger values.
   */
  bars(bars: number): { from: number; to: number; count: number }[] {
    if (this.count === 0) return [];
    const most = this.quantile(0.99);
    const width = roundWidth(Math.max(1, (most - this.least + 1) / (bars - 1)));
    const first = Math.floor(this.least / width);
    const last = Math.floor(most / width);
    const counts = Array.from({ length: last - first + 1 }, () => 0);
    for (const [bin, count] of this.bins.entries()) {
      const bar = Math.min(last, Math.max(first, Math.floor(lowestOf(bin) / width)));
      counts[bar - first]! += count;
    }
    return counts.map((count, i) => {
      const to = (first + i + 1) * width;
      return {
        from: (first + i) * width,
        to: first + i === last ? Math.max(to, this.most + 1) : to,
        count,
      };
    });
  }
}

function binOf(value: number): number {
  if (value < EXACT_BELOW) return value;
  const octave = Math.floor(Math.log2(value));
  const within = Math.floor((value / 2 ** octave - 1) * BINS_AN_OCTAVE);
  return EXACT_BELOW + (octave - Math.log2(EXACT_BELOW)) * BINS_AN_OCTAVE + within;
}

function lowestOf(bin: number): number {
  if (bin < EXACT_BELOW) return bin;
  const octave = Math.floor((bin - EXACT_BELOW) / BINS_AN_OCTAVE) + Math.log2(EXACT_BELOW);
  const within = (bin - EXACT_BELOW) % BINS_AN_OCTAVE;
  return Math.ceil(2 ** octave * (1 + within / BINS_AN_OCTAVE));
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= width)!;
}

/**
 * The `capacity` entries with the smallest hashes: a uniform sample of the distinct texts that does
 * not depend on their order (bottom-k sampling, Cohen & Kaplan 2007).
 */
export class BottomSample<T> {
  private readonly entries = new Map<number, T>();
  private limit = Infinity;

  constructor(private readonly capacity: number) {}

  add(hash: number, create: () => T): void {
    if (hash >= this.limit || this.entries.has(hash)) return;
    this.entries.set(hash, create());
    // Occasional pruning costs less than keeping the entries sorted.
    if (this.entries.size < 2 * this.capacity) return;
    const cut = this.hashes()[this.capacity]!;
    for (const key of this.entries.keys()) if (key >= cut) this.entries.delete(key);
    this.limit = cut;
  }

  values(): T[] {
    const kept = this.hashes().slice(0, this.capacity);
    return [...kept].map((hash) => this.entries.get(hash)!);
  }

  private hashes(): Float64Array {
    return Float64Array.from(this.entries.keys()).sort();
  }
}

/**
 * Distinct texts with a value each, in bounded memory: beyond `capacity`, only texts with a hash
 * below a limit are kept, which is halved whenever there are too many (adaptive sampling, Flajolet
 * 1990). The kept values are exact, so their shares estimate the shares of all texts.
 */
export class DistinctTexts<T> {
  private readonly entries = new Map<number, T>();
  private limit = 2 ** 52;

  constructor(private readonly capacity: number) {}

  get(hash: number): T | undefined {
    return this.entries.get(hash);
  }

  /** @param hash 52 bits, for which `holds` is true */
  set(hash: number, value: T): void {
    this.entries.set(hash, value);
    while (this.entries.size > this.capacity) {
      this.limit /= 2;
      for (const key of this.entries.keys()) if (key >= this.limit) this.entries.delete(key);
    }
  }

  /** Whether texts with this hash are kept. */
  holds(hash: number): boolean {
    return hash < this.limit;
  }

  /** Share of the distinct texts that is kept; 1 until the first one is dropped. */
  get share(): number {
    return this.limit / 2 ** 52;
  }

  values(): Iterable<T> {
    return this.entries.values();
  }
}
