import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { gunzipSync, inflateSync } from 'node:zlib';

/** A value of R: a symbol or string, a vector with attributes, or `null` for NULL and NA strings. */
export type RValue = null | string | RVector;

export interface RVector {
  /** Strings (`null` for NA), numbers, or values of a list. */
  readonly values: readonly (number | RValue)[];
  readonly attributes: ReadonlyMap<string, RValue>;
}

/** The character vectors in an R lazy-load database, by its path without `.rdb` and `.rdx`. */
export function* readRStrings(database: string): Generator<string[]> {
  for (const [, value] of readRValues(database)) {
    if (!isVector(value) || value.attributes.has('levels')) continue;
    if (value.values.every((item) => item === null || typeof item === 'string')) {
      yield value.values.map((item) => item ?? '');
    }
  }
}

/** Columns of a data frame by name; factors as strings. */
export type RFrame = ReadonlyMap<string, readonly (string | number | null)[]>;

/** The data frames in an R lazy-load database, by name. */
export function readRFrames(database: string): Map<string, RFrame> {
  const frames = new Map<string, RFrame>();
  for (const [name, value] of readRValues(database)) {
    if (!isVector(value) || !stringsOf(value.attributes.get('class')).includes('data.frame')) {
      continue;
    }
    const names = stringsOf(value.attributes.get('names'));
    frames.set(name, new Map(names.map((column, i) => [column, columnOf(value.values[i])])));
  }
  return frames;
}

function columnOf(column: number | RValue | undefined): (string | number | null)[] {
  if (!isVector(column)) return [];
  const levels = column.attributes.get('levels');
  if (levels !== undefined) {
    const names = stringsOf(levels);
    return column.values.map((code) => names[Number(code) - 1] ?? null);
  }
  return column.values.map((item) => (isVector(item) ? null : item));
}

function isVector(value: number | RValue | undefined): value is RVector {
  return typeof value === 'object' && value !== null;
}

function stringsOf(value: RValue | undefined): string[] {
  return isVector(value) ? value.values.filter((item) => typeof item === 'string') : [];
}

/**
 * The objects in a lazy-load database, in the order in which they are stored. Its index (`.rdx`, with
 * gzip) has the place of each, at which there is its length, a letter for the compression unless it
 * is gzip's, and the content ("R Internals", section 1.8, and R's lazyload.R and connections.c).
 * Objects with parts that are not data (functions, environments, byte code) are skipped.
 */
function* readRValues(database: string): Generator<[name: string, value: RValue]> {
  const index = new RReader(gunzipSync(fs.readFileSync(`${database}.rdx`))).read();
  const content = fs.readFileSync(`${database}.rdb`);
  if (!isVector(index)) throw new Error(`${database}.rdx is not an index of R`);
  const variables = index.values[stringsOf(index.attributes.get('names')).indexOf('variables')];
  if (!isVector(variables)) throw new Error(`${database}.rdx has no variables`);
  const places = stringsOf(variables.attributes.get('names')).map((name, i) => {
    const place = variables.values[i];
    const [offset = 0, length = 0] = isVector(place) ? place.values.map(Number) : [];
    return { name, offset, length };
  });
  places.sort((a, b) => a.offset - b.offset);
  for (const { name, offset, length } of places) {
    const value = new RReader(decompressed(content.subarray(offset, offset + length))).read();
    if (value !== undefined) yield [name, value];
  }
}

const LETTER = { xz: 0x5a, none: 0x30, zlib: 0x78 };

function decompressed(stored: Buffer): Buffer {
  switch (stored[4]) {
    case LETTER.zlib:
      return inflateSync(stored.subarray(4));
    case LETTER.none:
      return stored.subarray(5);
    case LETTER.xz: {
      // A raw LZMA2 stream of the strongest preset, which Node.js does not read.
      const raw = ['--format=raw', '--lzma2=preset=9e', '--decompress', '--stdout'];
      return execFileSync('xz', raw, { input: stored.subarray(5), maxBuffer: 1 << 30 });
    }
    case undefined:
    default:
      throw new Error('an R database with another compression');
  }
}

/** Types in the lower byte of an item's flags ("R Internals", section 1.8, and R's serialize.c). */
const TYPE = {
  symbol: 1,
  pairs: 2,
  string: 9,
  logicals: 10,
  integers: 13,
  reals: 14,
  strings: 16,
  list: 19,
  expressions: 20,
  bytes: 24,
  pairsWithAttributes: 239,
  reference: 255,
  null: 254,
} as const;
const HAS_ATTRIBUTES = 1 << 9;
const HAS_TAG = 1 << 10;
const MISSING = -1;

class OtherType extends Error {}

/** Reads one object in R's XDR serialization, version 2 or 3. */
class RReader {
  private at = 0;
  private readonly symbols: string[] = [];

  constructor(private readonly content: Buffer) {}

  /** The object; `undefined` if it has parts of other types. */
  read(): RValue | undefined {
    if (this.content.toString('latin1', 0, 2) !== 'X\n')
      throw new Error('not R’s XDR serialization');
    this.at = 2;
    const version = this.integer();
    this.at += 8;
    if (version === 3) {
      const encodingLength = this.integer();
      this.at += encodingLength;
    }
    try {
      return this.item();
    } catch (error) {
      if (error instanceof OtherType) return undefined;
      throw error;
    }
  }

  private integer(): number {
    this.at += 4;
    return this.content.readInt32BE(this.at - 4);
  }

  private item(): RValue {
    const flags = this.integer();
    const type = flags & 0xff;
    switch (type) {
      case TYPE.null:
        return null;
      case TYPE.symbol: {
        const name = this.item();
        if (typeof name !== 'string') throw new Error('a symbol without a name');
        this.symbols.push(name);
        return name;
      }
      case TYPE.reference: {
        const index = flags >> 8 === 0 ? this.integer() : flags >> 8;
        return this.symbols[index - 1] ?? null;
      }
      case TYPE.string:
        return this.string();
      case TYPE.pairs:
      case TYPE.pairsWithAttributes:
        return { values: [], attributes: this.pairs(flags) };
      case TYPE.logicals:
      case TYPE.integers:
        return this.vector(flags, () => this.integer());
      case TYPE.reals:
        return this.vector(flags, () => {
          this.at += 8;
          return this.content.readDoubleBE(this.at - 8);
        });
      case TYPE.bytes:
        return this.vector(flags, () => this.content[this.at++]!);
      case TYPE.strings:
      case TYPE.list:
      case TYPE.expressions:
        return this.vector(flags, () => this.item());
      default:
        throw new OtherType(`type ${type}`);
    }
  }

  private string(): string | null {
    const length = this.integer();
    if (length === MISSING) return null;
    this.at += length;
    return this.content.toString('utf8', this.at - length, this.at);
  }

  private vector(flags: number, next: () => number | RValue): RVector {
    const values = Array.from({ length: this.integer() }, next);
    const attributes =
      (flags & HAS_ATTRIBUTES) === 0 ? new Map<string, RValue>() : this.pairs(this.integer());
    return { values, attributes };
  }

  /** A list of pairs, as attributes are, by tag; pairs without a tag are skipped. */
  private pairs(flags: number): Map<string, RValue> {
    const found = new Map<string, RValue>();
    for (let next = flags; (next & 0xff) !== TYPE.null; next = this.integer()) {
      const type = next & 0xff;
      if (type !== TYPE.pairs && type !== TYPE.pairsWithAttributes) throw new OtherType('no list');
      if ((next & HAS_ATTRIBUTES) !== 0) this.item();
      const tag = (next & HAS_TAG) === 0 ? null : this.item();
      const value = this.item();
      if (typeof tag === 'string') found.set(tag, value);
    }
    return found;
  }
}
