import { FIELDS, roomFor, type Stretch } from './stretchCache.js';

const MAX_ENTRIES = 1 << 16;
const FIRST_SLOTS = 1 << 13;

/** Numbers of a slot: its word's hash, where its key begins and how long it is, tokens, value. */
export const SLOT_FIELDS = 5;
export const KEY_START = 1;
export const KEY_LENGTH = 2;
/** -1 for a word that is one token, which is the slot's value; else the value is where they begin. */
export const TOKEN_COUNT = 3;
export const VALUE = 4;

/**
 * Tokens of words by the units that the vocabulary would see, of ASCII: one table of numbers, in
 * which a reader finds a word without making strings or objects.
 */
export class WordCache {
  /** Open addressing; a hash of 0 says that the slot is free. */
  table = new Int32Array(FIRST_SLOTS * SLOT_FIELDS);
  slotMask = FIRST_SLOTS - 1;
  keys = new Uint8Array(1 << 14);
  tokens = new Int32Array(1 << 14);
  private count = 0;
  private keyLength = 0;
  private tokenLength = 0;

  /**
   * Remembers a word that is not known yet, and forgets all others when there are too many. Answers
   * where its slot begins in `table`.
   *
   * @param lead units of the key that its tokens leave out when they are one
   */
  add(hash: number, key: Uint8Array, { tokens }: Stretch, lead: number): number {
    if (this.count >= MAX_ENTRIES) this.clear();
    else if (this.count * 2 > this.slotMask) this.grow();
    const at = this.freeSlot(hash);
    const { table } = this;
    this.keys = roomFor(this.keys, this.keyLength + key.length);
    this.keys.set(key, this.keyLength);
    table[at] = hash;
    table[at + KEY_START] = this.keyLength;
    table[at + KEY_LENGTH] = key.length;
    this.keyLength += key.length;
    this.count++;
    if (tokens.length === FIELDS && tokens[1] === lead && tokens[2] === key.length) {
      table[at + TOKEN_COUNT] = -1;
      table[at + VALUE] = tokens[0]!;
      return at;
    }
    this.tokens = roomFor(this.tokens, this.tokenLength + tokens.length);
    this.tokens.set(tokens, this.tokenLength);
    table[at + TOKEN_COUNT] = tokens.length / FIELDS;
    table[at + VALUE] = this.tokenLength;
    this.tokenLength += tokens.length;
    return at;
  }

  private freeSlot(hash: number): number {
    let slot = slotOf(hash, this.slotMask);
    while (this.table[slot * SLOT_FIELDS] !== 0) slot = (slot + 1) & this.slotMask;
    return slot * SLOT_FIELDS;
  }

  private grow(): void {
    const { table } = this;
    this.table = new Int32Array(table.length * 4);
    this.slotMask = this.table.length / SLOT_FIELDS - 1;
    for (let at = 0; at < table.length; at += SLOT_FIELDS) {
      if (table[at] === 0) continue;
      this.table.set(table.subarray(at, at + SLOT_FIELDS), this.freeSlot(table[at]!));
    }
  }

  private clear(): void {
    this.table.fill(0);
    this.count = 0;
    this.keyLength = 0;
    this.tokenLength = 0;
  }
}

export function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}
