import { FIELDS, roomFor, type Stretch } from './stretchCache.js';

const MAX_ENTRIES = 1 << 17;
const FIRST_SLOTS = 1 << 14;

/** Numbers per slot: half a cache line. The first are the last `TAIL` characters of the word. */
export const SLOT_FIELDS = 8;
export const TAIL = 12;
/** Length of the word in characters; 0 for a free slot. */
export const LENGTH = 3;
/**
 * -1 for a single-token word, whose token is the value; otherwise the value is the start of the
 * tokens.
 */
export const TOKEN_COUNT = 4;
export const VALUE = 5;
/** Start of the codes of the characters before the last `TAIL`. */
export const HEAD = 6;
const HASH = 7;

/** Codes of the last characters of a word, four per number, the last one lowest, and a hash. */
export interface PackedWord {
  readonly k0: number;
  readonly k1: number;
  readonly k2: number;
  readonly hash: number;
}

/**
 * Cache of the tokens of words by their character codes: one table of numbers, in which a lookup
 * creates no strings or objects.
 */
export class WordCache {
  /** Open addressing. */
  table = new Int32Array(FIRST_SLOTS * SLOT_FIELDS);
  slotMask = FIRST_SLOTS - 1;
  heads = new Uint8Array(1 << 10);
  tokens = new Int32Array(1 << 14);
  private count = 0;
  private headLength = 0;
  private tokenLength = 0;

  /**
   * Adds a new word; clears the cache if it is full. Returns the start of its slot in `table`.
   *
   * @param lead characters of the word that its token omits if there is only one
   */
  add(length: number, packed: PackedWord, { tokens }: Stretch, lead: number): number {
    const { k0, k1, k2, hash } = packed;
    if (this.count >= MAX_ENTRIES) this.clear();
    else if (this.count * 2 > this.slotMask) this.grow();
    const at = this.freeSlot(hash);
    const { table } = this;
    table[at] = k0;
    table[at + 1] = k1;
    table[at + 2] = k2;
    table[at + LENGTH] = length;
    table[at + HASH] = hash;
    const isOne = tokens.length === FIELDS && tokens[1] === lead && tokens[2] === length;
    table[at + TOKEN_COUNT] = isOne ? -1 : tokens.length / FIELDS;
    table[at + VALUE] = isOne ? tokens[0]! : this.keepTokens(tokens);
    this.count++;
    return at;
  }

  /** Adds the codes of the characters before the last ones to a word that was just added. */
  keepHead(at: number, codes: readonly number[]): void {
    this.heads = roomFor(this.heads, this.headLength + codes.length);
    this.heads.set(codes, this.headLength);
    this.table[at + HEAD] = this.headLength;
    this.headLength += codes.length;
  }

  private keepTokens(tokens: readonly number[]): number {
    const start = this.tokenLength;
    this.tokens = roomFor(this.tokens, start + tokens.length);
    for (let i = 0; i < tokens.length; i++) this.tokens[start + i] = tokens[i]!;
    this.tokenLength += tokens.length;
    return start;
  }

  private freeSlot(hash: number): number {
    let slot = hash & this.slotMask;
    while (this.table[slot * SLOT_FIELDS + LENGTH] !== 0) slot = (slot + 1) & this.slotMask;
    return slot * SLOT_FIELDS;
  }

  private grow(): void {
    const { table } = this;
    this.table = new Int32Array(table.length * 4);
    this.slotMask = this.table.length / SLOT_FIELDS - 1;
    for (let at = 0; at < table.length; at += SLOT_FIELDS) {
      if (table[at + LENGTH] === 0) continue;
      const to = this.freeSlot(table[at + HASH]!);
      for (let i = 0; i < SLOT_FIELDS; i++) this.table[to + i] = table[at + i]!;
    }
  }

  private clear(): void {
    this.table.fill(0);
    this.count = 0;
    this.headLength = 0;
    this.tokenLength = 0;
  }
}
