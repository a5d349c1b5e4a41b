import { FIELDS, roomFor, type Stretch } from './stretchCache.js';

const MAX_ENTRIES = 1 << 16;
const FIRST_SLOTS = 1 << 13;

/** Numbers of a slot: half a cache line. */
export const SLOT_FIELDS = 8;
/** Length of the word in characters; 0 for a free slot. */
export const LENGTH = 0;
/** The first characters of the word, `INLINE` in all, four in a number. */
export const KEY = 1;
export const INLINE = 12;
/** Where the other characters are, four in a number. */
export const REST = 4;
/** -1 for a word that is one token, which is the slot's value; else the value is where they begin. */
export const TOKEN_COUNT = 5;
export const VALUE = 6;
const HASH = 7;

/** A word as it is looked up: the codes of its characters, four in a number, and their hash. */
export interface PackedWord {
  readonly length: number;
  readonly codes: Int32Array;
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
  rest = new Int32Array(1 << 10);
  tokens = new Int32Array(1 << 14);
  private count = 0;
  private restLength = 0;
  private tokenLength = 0;

  /**
   * Remembers a word that is not known yet, and forgets all others when there are too many. Answers
   * where its slot begins in `table`.
   *
   * @param lead characters of the word that its token leaves out when there is but one
   */
  add({ length, codes, hash }: PackedWord, { tokens }: Stretch, lead: number): number {
    if (this.count >= MAX_ENTRIES) this.clear();
    else if (this.count * 2 > this.slotMask) this.grow();
    const at = this.freeSlot(hash);
    const { table } = this;
    table[at + LENGTH] = length;
    table[at + HASH] = hash;
    for (let i = 0; i < INLINE / 4; i++) table[at + KEY + i] = length > i * 4 ? codes[i]! : 0;
    if (length > INLINE) table[at + REST] = this.keepRest(length, codes);
    this.count++;
    const isOne = tokens.length === FIELDS && tokens[1] === lead && tokens[2] === length;
    table[at + TOKEN_COUNT] = isOne ? -1 : tokens.length / FIELDS;
    table[at + VALUE] = isOne ? tokens[0]! : this.keepTokens(tokens);
    return at;
  }

  private keepRest(length: number, codes: Int32Array): number {
    const start = this.restLength;
    const added = codes.subarray(INLINE / 4, Math.ceil(length / 4));
    this.rest = roomFor(this.rest, start + added.length);
    this.rest.set(added, start);
    this.restLength += added.length;
    return start;
  }

  private keepTokens(tokens: readonly number[]): number {
    const start = this.tokenLength;
    this.tokens = roomFor(this.tokens, start + tokens.length);
    this.tokens.set(tokens, start);
    this.tokenLength += tokens.length;
    return start;
  }

  private freeSlot(hash: number): number {
    let slot = hash & this.slotMask;
    while (this.table[slot * SLOT_FIELDS] !== 0) slot = (slot + 1) & this.slotMask;
    return slot * SLOT_FIELDS;
  }

  private grow(): void {
    const { table } = this;
    this.table = new Int32Array(table.length * 4);
    this.slotMask = this.table.length / SLOT_FIELDS - 1;
    for (let at = 0; at < table.length; at += SLOT_FIELDS) {
      if (table[at] === 0) continue;
      this.table.set(table.subarray(at, at + SLOT_FIELDS), this.freeSlot(table[at + HASH]!));
    }
  }

  private clear(): void {
    this.table.fill(0);
    this.count = 0;
    this.restLength = 0;
    this.tokenLength = 0;
  }
}
