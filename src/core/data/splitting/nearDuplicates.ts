import { mix } from '../../random.js';
import { shinglesOf, type Shingles } from './shingles.js';

export interface NearDuplicateOptions {
  /** Jaccard similarity of the shingle sets from which two texts are near-duplicates, 0.5 to 1. */
  readonly threshold?: number;
}

/** Independent minima per text; a byte of each is kept. */
const HASHES = 96;
const ROWS = [12, 8, 6, 4, 3];
/** Texts kept per bucket: texts of a bucket are similar, so that a few of them find the rest. */
const BUCKET = 8;
const WANTED_RECALL = 0.97;
/** Maximum load factor of the table. */
const MOST_FULL = 0.7;
/** Texts whose signatures are kept in one array, so that none is ever copied. */
const CHUNK = 1 << 12;

/**
 * Finds near-duplicates of earlier texts by MinHash (Broder 1997) with banding. The share of equal
 * minima of 96 hash functions over the shingles of two texts (three words, or six characters of
 * Chinese, Japanese, Thai …) estimates the Jaccard similarity J of the shingle sets, with a standard
 * error of at most √(J(1 − J) / 96), 0.04 at 0.8. The functions are drawn as in fast similarity
 * sketching (Dahlgaard, Knudsen and Thorup 2017), which hashes a long text once instead of 96 times.
 * One byte of each minimum is kept, of which 1 in 256 is equal by chance; the estimate corrects for
 * it (b-bit MinHash, Li and König 2010). Texts are compared if a band of r minima is equal; r is the
 * largest value for which a pair at the threshold is compared with a probability
 * 1 − (1 − Jʳ)^(96/r) of at least 97%: 99% at 0.8, with bands of 6.
 *
 * Texts with equal content keys are always found. The same texts in the same order give the same
 * result. Memory: 96 bytes per text, and 4 for each of its 17 slots in a table with a load of 35% to
 * 70%: 190 to 290 bytes in total, whatever the length of the text; no text is kept. Time is linear in
 * the length of the text.
 */
export class NearDuplicates {
  /** Equal minima from which two texts are near-duplicates. */
  private readonly wanted: number;
  private readonly bands: readonly Band[];
  private readonly chunks: Uint8Array[] = [];
  /** 1 + text × bands + band in the slot of the band's hash, or in the first free slot after it. */
  private table = new Int32Array(1 << 12);
  private taken = 0;
  private count = 0;

  constructor({ threshold = 0.8 }: NearDuplicateOptions = {}) {
    this.wanted = HASHES * (threshold + (1 - threshold) / 256);
    const recall = (rows: number): number => 1 - (1 - threshold ** rows) ** (HASHES / rows);
    const rows = ROWS.find((candidate) => recall(candidate) >= WANTED_RECALL) ?? ROWS.at(-1)!;
    this.bands = [
      { number: 0, from: 0, to: HASHES },
      ...Array.from({ length: HASHES / rows }, (_, band) => ({
        number: band + 1,
        from: band * rows,
        to: (band + 1) * rows,
      })),
    ];
  }

  /** Number of texts added. */
  get size(): number {
    return this.count;
  }

  /**
   * Adds a text. Returns the index (from 0, in the order of `add`) of the most similar earlier text of
   * which it is a near-duplicate, or `null` if there is none.
   */
  add(text: string): number | null {
    const index = this.count++;
    if (index % CHUNK === 0) this.chunks.push(new Uint8Array(CHUNK * HASHES));
    const signature = this.signature(index);
    sign(shinglesOf(text), signature);
    const candidates: number[] = [];
    for (const band of this.bands) {
      if (this.taken + 1 > MOST_FULL * this.table.length) this.grow();
      const before = candidates.length;
      const place = this.collect(signature, band, candidates);
      const isIdentical = band.number === 0 && candidates.length > 0;
      if (isIdentical) return candidates[0]!;
      if (candidates.length - before >= BUCKET) continue;
      this.table[place] = 1 + index * this.bands.length + band.number;
      this.taken++;
    }
    return this.mostSimilar(signature, new Set(candidates));
  }

  /**
   * The index of the most similar text of which another one is a near-duplicate, or `null` if there is
   * none. The other text is not added.
   */
  find(text: string): number | null {
    const signature = new Uint8Array(HASHES);
    sign(shinglesOf(text), signature);
    const candidates: number[] = [];
    for (const band of this.bands) {
      this.collect(signature, band, candidates);
      if (band.number === 0 && candidates.length > 0) return candidates[0]!;
    }
    return this.mostSimilar(signature, new Set(candidates));
  }

  private mostSimilar(signature: Uint8Array, candidates: ReadonlySet<number>): number | null {
    let best: number | null = null;
    let most = this.wanted;
    for (const candidate of candidates) {
      const equal = equalMinima(signature, this.signature(candidate));
      if (equal < most || (equal === most && best !== null && candidate > best)) continue;
      best = candidate;
      most = equal;
    }
    return best;
  }

  /**
   * Appends to `found` the texts in the table with the same minima in a band. Returns the free slot
   * after them.
   */
  private collect(signature: Uint8Array, band: Band, found: number[]): number {
    const { table, bands } = this;
    let place = hashOf(signature, band) & (table.length - 1);
    for (; table[place] !== 0; place = (place + 1) & (table.length - 1)) {
      const entry = table[place]! - 1;
      const other = (entry / bands.length) | 0;
      if (entry - other * bands.length !== band.number) continue;
      if (isEqual(signature, this.signature(other), band)) found.push(other);
    }
    return place;
  }

  private grow(): void {
    const { table: old, bands } = this;
    const table = new Int32Array(2 * old.length);
    for (const entry of old) {
      if (entry === 0) continue;
      const band = bands[(entry - 1) % bands.length]!;
      const signature = this.signature(((entry - 1) / bands.length) | 0);
      let place = hashOf(signature, band) & (table.length - 1);
      while (table[place] !== 0) place = (place + 1) & (table.length - 1);
      table[place] = entry;
    }
    this.table = table;
  }

  private signature(index: number): Uint8Array {
    const start = (index % CHUNK) * HASHES;
    return this.chunks[Math.floor(index / CHUNK)]!.subarray(start, start + HASHES);
  }
}

/** Minima `[from, to)` of a signature; band 0 is all of them. */
interface Band {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

const SEEDS = Int32Array.from({ length: 2 * HASHES }, (_, round) => mix(round));
const minima = new Int32Array(HASHES);
/** Round in which each minimum was found. */
const rounds = new Uint8Array(HASHES);
const NO_ROUND = 255;

/**
 * Writes one byte of each minimum. In each round every shingle is drawn into one of the minima, until
 * all have a value. Later rounds fill the minimum with the number of the round, so that the loop ends.
 */
function sign({ high, low }: Shingles, signature: Uint8Array): void {
  rounds.fill(NO_ROUND);
  let missing = HASHES;
  for (let round = 0; missing > 0; round++) {
    const seed = SEEDS[round]!;
    for (let i = 0; i < high.length; i++) {
      const hash = mix(Math.imul(high[i]! ^ seed, low[i]! | 1));
      const k = round < HASHES ? Math.floor(((hash >>> 0) / 2 ** 32) * HASHES) : round - HASHES;
      const value = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      if (rounds[k] === NO_ROUND) missing--;
      else if (rounds[k] !== round || value >= minima[k]!) continue;
      rounds[k] = round;
      minima[k] = value;
    }
  }
  for (let k = 0; k < HASHES; k++) signature[k] = mix(minima[k]!) >>> 24;
}

function hashOf(signature: Uint8Array, { number, from, to }: Band): number {
  let hash = number;
  for (let k = from; k < to; k++) hash = Math.imul(hash ^ signature[k]!, 0x01000193);
  return mix(hash);
}

function equalMinima(a: Uint8Array, b: Uint8Array): number {
  let equal = 0;
  for (let k = 0; k < HASHES; k++) if (a[k] === b[k]) equal++;
  return equal;
}

function isEqual(a: Uint8Array, b: Uint8Array, { from, to }: Band): boolean {
  for (let k = from; k < to; k++) if (a[k] !== b[k]) return false;
  return true;
}
