/**
 * A map that forgets what was used longest ago once the sizes of its entries add up to more than
 * `capacity`. An entry that is larger than that by itself is not kept.
 */
export class LruCache<K, V> {
  private readonly entries = new Map<K, { readonly value: V; readonly size: number }>();
  private total = 0;

  /** Default size: 1, so that `capacity` counts entries. */
  constructor(
    private readonly capacity: number,
    private readonly sizeOf: (value: V, key: K) => number = () => 1,
  ) {}

  /** Sum of the sizes of all entries. */
  get size(): number {
    return this.total;
  }

  /** Keys and values, from what was used longest ago to the latest. */
  list(): (readonly [K, V])[] {
    return [...this.entries].map(([key, { value }]) => [key, value]);
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: K, value: V): void {
    this.delete(key);
    const size = this.sizeOf(value, key);
    if (size > this.capacity) return;
    this.entries.set(key, { value, size });
    this.total += size;
    for (const oldest of this.entries.keys()) {
      if (this.total <= this.capacity) return;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.total -= entry.size;
  }
}
