import { detached } from '../text/detached.js';

/**
 * Counts of what is frequent, in bounded memory: exact while there are at most `2 × capacity`
 * different items, beyond that too low by at most n / capacity after n items (Misra & Gries 1982,
 * in the form that prunes many counters at once, Agarwal et al. 2012).
 */
export class FrequentItems<T extends { count: number }> {
  private readonly items = new Map<string, T>();
  private wasPruned = false;

  constructor(
    private readonly capacity: number,
    private readonly create: (key: string) => T,
  ) {}

  /** Number of different items; too low once rare ones had to go. */
  get size(): number {
    return this.items.size;
  }

  get isExact(): boolean {
    return !this.wasPruned;
  }

  /** The counted item, for whatever else is kept of it. */
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

  /** The best by `score`, ties by name; what scores nothing is left out. */
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
    this.wasPruned = true;
    const counts = Float64Array.from(this.items.values(), ({ count }) => count).sort();
    const cut = counts[counts.length - this.capacity - 1]!;
    for (const [key, item] of this.items) {
      item.count -= cut;
      if (item.count <= 0) this.items.delete(key);
    }
  }
}

const EXACT_BELOW = 256;
/** Above that, bins of at most 1/64 of their value. */
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

  /** The least value that `share` of all values do not exceed. */
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
   * At most `bars` bars of equal width from the least value to the 99th percentile; the last one
   * takes the rest.
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
 * The `capacity` entries with the smallest hashes: a uniform sample of the different texts that is
 * the same in whatever order they come (bottom-k sampling, Cohen & Kaplan 2007).
 */
export class BottomSample<T> {
  private readonly entries = new Map<number, T>();
  private limit = Infinity;

  constructor(private readonly capacity: number) {}

  add(hash: number, create: () => T): void {
    if (hash >= this.limit || this.entries.has(hash)) return;
    this.entries.set(hash, create());
    // Cutting back once in a while costs less than keeping order always.
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
 * Different texts with what is kept of each, in bounded memory: where there are more than
 * `capacity`, those whose hash lies below a limit that is halved each time (adaptive sampling,
 * Flajolet 1990). What is kept is exact, so shares of it estimate shares of all.
 */
export class DistinctTexts<T> {
  private readonly entries = new Map<number, T>();
  private limit = 2 ** 52;

  constructor(private readonly capacity: number) {}

  get(hash: number): T | undefined {
    return this.entries.get(hash);
  }

  /** @param hash 52 bits, one that is held */
  set(hash: number, value: T): void {
    this.entries.set(hash, value);
    while (this.entries.size > this.capacity) {
      this.limit /= 2;
      for (const key of this.entries.keys()) if (key >= this.limit) this.entries.delete(key);
    }
  }

  /** Whether texts of this hash are kept. */
  holds(hash: number): boolean {
    return hash < this.limit;
  }

  /** Share of the different texts that is kept: 1 while nothing had to go. */
  get share(): number {
    return this.limit / 2 ** 52;
  }

  values(): Iterable<T> {
    return this.entries.values();
  }
}
