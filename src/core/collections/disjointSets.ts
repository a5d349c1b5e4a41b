import { mix } from '../random.js';
import { GrowingArray } from './growingArray.js';

const newInts = (capacity: number): Int32Array => new Int32Array(capacity);

/**
 * Disjoint sets of whole numbers from 0 (Tarjan 1975: union by size, halving of paths), 4 bytes a
 * number. Each union costs as good as constant time.
 */
export class UnionFind {
  /** The parent of a number; for the root of a set, −1 − its size + 1. */
  private readonly parents = new GrowingArray(newInts);
  private values = this.parents.view();

  get size(): number {
    return this.parents.length;
  }

  /** A new set of one number, the next. */
  add(): number {
    this.parents.push(-1);
    this.values = this.parents.view();
    return this.parents.length - 1;
  }

  /** The number that stands for the set of `item`. */
  find(item: number): number {
    const { values } = this;
    let at = item;
    while (values[at]! >= 0) {
      const parent = values[at]!;
      if (values[parent]! >= 0) values[at] = values[parent]!;
      at = parent;
    }
    return at;
  }

  union(a: number, b: number): void {
    const [first, second] = [this.find(a), this.find(b)];
    if (first === second) return;
    const { values } = this;
    const [larger, smaller] = values[first]! <= values[second]! ? [first, second] : [second, first];
    values[larger]! += values[smaller]!;
    values[smaller] = larger;
  }
}

/** Gives keys numbers from 0 in the order in which they first come; 53 bits tell keys apart. */
export class KeyNumbers {
  private readonly keys = new GrowingArray((capacity) => new Float64Array(capacity));
  /** Numbers of keys, from 1, at the hash of the key or in the first free place after it. */
  private table = newInts(1 << 10);

  get size(): number {
    return this.keys.length;
  }

  /** The 53 bits that stand for a key: what is not equal differs but for one pair in 2^53. */
  key(number: number): number {
    return this.keys.view()[number]!;
  }

  /** The key's number, a new one where it has none. */
  of(key: string): number {
    return this.ofBits(hash53(key));
  }

  has(key: string): boolean {
    return this.table[this.placeOf(hash53(key))] !== 0;
  }

  /** As `of`, for what `key` gave for a key. */
  ofBits(bits: number): number {
    const place = this.placeOf(bits);
    const known = this.table[place]!;
    if (known > 0) return known - 1;
    this.keys.push(bits);
    this.table[place] = this.keys.length;
    if (2 * this.keys.length > this.table.length) this.grow();
    return this.keys.length - 1;
  }

  private placeOf(bits: number): number {
    const { table } = this;
    const keys = this.keys.view();
    let place = bits % table.length;
    while (table[place] !== 0 && keys[table[place]! - 1] !== bits) {
      place = (place + 1) % table.length;
    }
    return place;
  }

  private grow(): void {
    this.table = newInts(2 * this.table.length);
    this.keys.view().forEach((bits, number) => {
      this.table[this.placeOf(bits)] = number + 1;
    });
  }
}

/** 53 bits of a text, for telling texts apart; not for secrets. */
function hash53(text: string): number {
  let high = 0x243f6a88 ^ text.length;
  let low = 0x85a308d3;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high ^= high >>> 13;
    low = Math.imul(low ^ unit, 0xc2b2ae35);
    low ^= low >>> 16;
  }
  return (mix(high ^ low) & 0x1fffff) * 2 ** 32 + (mix(low) >>> 0);
}
