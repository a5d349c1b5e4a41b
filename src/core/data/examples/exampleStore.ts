import { GrowingArray } from '../../collections/growingArray.js';
import type { TokenMarks } from '../../masking/planning/tokenUnits.js';

/** A stored training sequence: tokens, and marks of those that a policy can mask. */
export interface StoredExample {
  /** Token ids without special tokens. */
  readonly ids: Int32Array;
  readonly marks: TokenMarks;
  /** The first 64 bits of its `contentKey`, hexadecimal. */
  readonly key: string;
}

/** Training sequences by index; those of a large dataset stay in a file. */
export interface ExampleStore {
  readonly length: number;
  /** Number of tokens of a sequence, without special tokens. */
  lengthOf(index: number): number;
  get(index: number): StoredExample;
  /** Index of the sequence, or of its first part, in the store that it was added to. */
  sourceOf(index: number): number;
}

/** Bytes that can be appended to and read at any offset. */
export interface ByteStore {
  append(bytes: Uint8Array): void;
  read(offset: number, length: number): Uint8Array;
}

/** Characters of a content key that tell sequences apart: 64 bits. */
export const SHORT_KEY = 16;
const MARK_BYTES = 2;
/** Number of sequences from one stored position to the next. */
const PLACE_EVERY = 32;

/**
 * Collects sequences one by one. Besides `bytes`, it keeps 10 bytes per sequence in memory: its
 * length, its key and, for some, its position.
 */
export class ExampleStoreBuilder implements ExampleStore {
  /** Tokens before every 32nd sequence. */
  private readonly places = new GrowingArray((capacity) => new Float64Array(capacity));
  private readonly lengths = new GrowingArray((capacity) => new Uint16Array(capacity));
  private readonly keys = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly idBytes: 2 | 4;
  /** Tokens of all sequences. */
  private count = 0;

  constructor(
    private readonly bytes: ByteStore,
    { vocabularySize }: { vocabularySize: number },
  ) {
    this.idBytes = vocabularySize <= 0x10000 ? 2 : 4;
  }

  get length(): number {
    return this.lengths.length;
  }

  /** Tokens of all sequences. */
  get tokens(): number {
    return this.count;
  }

  /** Index of the sequence. */
  add({ ids, marks, key }: StoredExample): number {
    const record = new Uint8Array(ids.length * (this.idBytes + MARK_BYTES));
    this.idsIn(record, ids.length).set(ids);
    this.marksIn(record, ids.length).set(marks);
    this.bytes.append(record);
    if (this.length % PLACE_EVERY === 0) this.places.push(this.count);
    this.lengths.push(ids.length);
    this.keys.push(Number.parseInt(key.slice(0, 8), 16));
    this.keys.push(Number.parseInt(key.slice(8, SHORT_KEY), 16));
    this.count += ids.length;
    return this.length - 1;
  }

  lengthOf(index: number): number {
    return this.lengths.view()[index]!;
  }

  keyOf(index: number): string {
    const keys = this.keys.view();
    return [keys[2 * index]!, keys[2 * index + 1]!]
      .map((half) => half.toString(16).padStart(8, '0'))
      .join('');
  }

  get(index: number): StoredExample {
    const length = this.lengthOf(index);
    const tokenBytes = this.idBytes + MARK_BYTES;
    // A copy begins at a multiple of four, as typed arrays want it.
    const record = Uint8Array.from(
      this.bytes.read(this.tokensBefore(index) * tokenBytes, length * tokenBytes),
    );
    return {
      ids: Int32Array.from(this.idsIn(record, length)),
      marks: this.marksIn(record, length),
      key: this.keyOf(index),
    };
  }

  sourceOf(index: number): number {
    return index;
  }

  private tokensBefore(index: number): number {
    const place = Math.floor(index / PLACE_EVERY);
    const lengths = this.lengths.view();
    let tokens = this.places.view()[place]!;
    for (let at = place * PLACE_EVERY; at < index; at++) tokens += lengths[at]!;
    return tokens;
  }

  private idsIn({ buffer }: Uint8Array, length: number): Uint16Array | Int32Array {
    return this.idBytes === 2
      ? new Uint16Array(buffer, 0, length)
      : new Int32Array(buffer, 0, length);
  }

  private marksIn({ buffer }: Uint8Array, length: number): TokenMarks {
    return new Int16Array(buffer, length * this.idBytes, length);
  }
}

/** Selected sequences of a store in a given order. */
export class ExampleSubset implements ExampleStore {
  constructor(
    private readonly store: ExampleStore,
    private readonly indices: Uint32Array,
  ) {}

  get length(): number {
    return this.indices.length;
  }

  lengthOf(index: number): number {
    return this.store.lengthOf(this.indices[index]!);
  }

  get(index: number): StoredExample {
    return this.store.get(this.indices[index]!);
  }

  sourceOf(index: number): number {
    return this.store.sourceOf(this.indices[index]!);
  }
}

/** Bytes in memory; the buffer doubles when it is full. */
export class MemoryBytes implements ByteStore {
  private values = new Uint8Array(1 << 16);
  private end = 0;

  get length(): number {
    return this.end;
  }

  append(bytes: Uint8Array): void {
    let capacity = this.values.length;
    while (capacity < this.end + bytes.length) capacity *= 2;
    if (capacity > this.values.length) {
      const larger = new Uint8Array(capacity);
      larger.set(this.values);
      this.values = larger;
    }
    this.values.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** A view, valid until the next `append`. */
  read(offset: number, length: number): Uint8Array {
    return this.values.subarray(offset, offset + length);
  }

  /** Removes all bytes and keeps the buffer. */
  clear(): void {
    this.end = 0;
  }
}
