import { FIELDS, roomFor, type Stretch } from './stretchCache.js';

const MAX_ENTRIES = 1 << 17;
const FIRST_SLOTS = 1 << 14;

/** Numbers of a slot: half a cache line. The first are its word's last `TAIL` characters. */
export const SLOT_FIELDS = 8;
export const TAIL = 12;
/** Length of the word in characters; 0 for a free slot. */
export const LENGTH = 3;
/** -1 for a word that is one token, which is the slot's value; else the value is where they begin. */
export const TOKEN_COUNT = 4;
export const VALUE = 5;
/** Where the codes of the characters before the last `TAIL` are. */
export const HEAD = 6;
const HASH = 7;

/** The codes of a word's last characters, four in a number, the very last one lowest, and a hash. */
export interface PackedWord {
  readonly k0: number;
  readonly k1: number;
  readonly k2: number;
  readonly hash: number;
}

/**
 * Tokens of words, by the codes of their characters: one table of numbers, in which a reader finds
 * a word without making strings or objects.
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
   * Remembers a word that is not known yet, and forgets all others when there are too many. Answers
   * where its slot begins in `table`.
   *
   * @param lead characters of the word that its token leaves out when there is but one
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

  /** Adds to a word that was just added the codes of the characters before its last. */
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
