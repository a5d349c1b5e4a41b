import { FIRST_CLASS, OTHER, WHITE, type AsciiWords } from './preTokenizers/asciiWords.js';
import type { Separation } from './preTokenizers/preTokenizer.js';
import { FIELDS, type Stretch } from './stretchCache.js';
import type { TokenBuffer } from './tokenBuffer.js';
import {
  KEY_LENGTH,
  KEY_START,
  SLOT_FIELDS,
  TOKEN_COUNT,
  VALUE,
  WordCache,
  slotOf,
} from './wordCache.js';

const SPACE = 0x20;
const APOSTROPHE = 0x27;
const PRIME = 0x01000193;
/** Longer words are not remembered, and left to those who take any text. */
const MAX_WORD = 64;

export interface AsciiLaneOptions {
  readonly words: AsciiWords;
  /** What the normalizer does to printable ASCII. */
  readonly lowercases: boolean;
  readonly cuts: Separation;
  /** The tokens of a word as it stands in the text, with the space before it where it has one. */
  readonly tokenize: (word: string) => Stretch;
}

/**
 * The quick way for what most of a text is made of: words of ASCII, parted by their characters'
 * classes and looked up one by one in the case that the vocabulary has them in.
 */
export class AsciiLane {
  /** For every UTF-16 unit its class and, above that, what the normalizer makes of it. */
  private readonly units = new Uint16Array(0x10000);
  private readonly cache = new WordCache();
  private readonly key = new Uint8Array(MAX_WORD + 1);
  /** Whether spaces go with the words behind them. */
  readonly joinsSpaces: boolean;

  constructor(private readonly options: AsciiLaneOptions) {
    const { words, lowercases, cuts } = options;
    this.joinsSpaces = words.space !== null;
    for (let unit = 0; unit < 128; unit++) {
      const isUpper = unit >= 0x41 && unit <= 0x5a;
      const folded = lowercases && isUpper ? unit + 0x20 : unit;
      this.units[unit] = words.classes[unit]! | (folded << 8);
    }
    if (cuts === 'whiteSpace' && !this.joinsSpaces) {
      for (const unit of [0x09, 0x0a, 0x0d]) this.units[unit] = WHITE | (unit << 8);
    }
  }

  /**
   * Encodes `text` from a cut on and answers how far it came: to another cut, or the text's end.
   * Behind it stands something that is not for this lane.
   *
   * @param offset place of the text in the source
   */
  encode(text: string, from: number, offset: number, buffer: TokenBuffer): number {
    const { units, cache, joinsSpaces } = this;
    const { singleClass, partsContractions } = this.options.words;
    const { length } = text;
    let cut = from;
    let { ids, starts, ends, wordIds, count, wordCount } = buffer;
    while (cut < length) {
      const cutCount = count;
      const cutWords = wordCount;
      let at = cut;
      let lead = 0;
      let kind = units[text.charCodeAt(at)]! & 0xff;
      if (kind === WHITE) {
        at++;
        if (joinsSpaces) lead = 1;
        else while (at < length && (units[text.charCodeAt(at)]! & 0xff) === WHITE) at++;
        kind = at < length ? units[text.charCodeAt(at)]! & 0xff : OTHER;
        if (kind === WHITE) kind = OTHER;
      }
      while (kind >= FIRST_CLASS) {
        const start = at;
        let hash = lead;
        const limit = Math.min(length, start + MAX_WORD);
        const isContraction =
          partsContractions && lead === 0 && text.charCodeAt(at) === APOSTROPHE
            ? contractionEnd(text, at)
            : 0;
        if (isContraction > 0) {
          for (; at < isContraction; at++) {
            hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
          }
        } else {
          let entry = units[text.charCodeAt(at)]!;
          do {
            hash = Math.imul(hash ^ (entry >>> 8), PRIME);
            at++;
            if (at >= limit) break;
            entry = units[text.charCodeAt(at)]!;
          } while ((entry & 0xff) === kind && kind !== singleClass);
        }
        if (at - start === MAX_WORD) {
          kind = OTHER;
          break;
        }
        if (hash === 0) hash = 1;
        // Look the word up.
        const keyLength = at - start + lead;
        let { table } = cache;
        const { keys, slotMask } = cache;
        let slot = slotOf(hash, slotMask) * SLOT_FIELDS;
        for (;;) {
          const found = table[slot]!;
          if (found === 0) {
            slot = this.learn(text.slice(start - lead, at), hash, lead);
            ({ table } = cache);
            break;
          }
          if (found === hash && table[slot + KEY_LENGTH] === keyLength) {
            const keyStart = table[slot + KEY_START]!;
            let same = lead;
            while (
              same < keyLength &&
              keys[keyStart + same] === units[text.charCodeAt(start - lead + same)]! >>> 8
            ) {
              same++;
            }
            if (same === keyLength && (lead === 1) === (keys[keyStart] === SPACE)) break;
          }
          slot += SLOT_FIELDS;
          if (slot >= table.length) slot = 0;
        }
        if (count + MAX_WORD >= ids.length) {
          buffer.reserve(count + MAX_WORD + 1);
          ({ ids, starts, ends, wordIds } = buffer);
        }
        const tokenCount = table[slot + TOKEN_COUNT]!;
        const value = table[slot + VALUE]!;
        if (tokenCount < 0) {
          ids[count] = value;
          starts[count] = offset + start;
          ends[count] = offset + at;
          wordIds[count++] = wordCount++;
        } else {
          const { tokens } = cache;
          const base = offset + start - lead;
          const end = value + tokenCount * FIELDS;
          let last = -1;
          for (let i = value; i < end; i += FIELDS) {
            ids[count] = tokens[i]!;
            starts[count] = base + tokens[i + 1]!;
            ends[count] = base + tokens[i + 2]!;
            last = tokens[i + 3]!;
            wordIds[count++] = wordCount + last;
          }
          wordCount += last + 1;
        }
        lead = 0;
        if (at >= length) break;
        kind = units[text.charCodeAt(at)]! & 0xff;
      }
      if (kind === WHITE || (at >= length && kind >= FIRST_CLASS)) {
        cut = at;
        continue;
      }
      count = cutCount;
      wordCount = cutWords;
      break;
    }
    buffer.count = count;
    buffer.wordCount = wordCount;
    return cut;
  }

  private learn(word: string, hash: number, lead: number): number {
    const key = this.key.subarray(0, word.length);
    for (let i = 0; i < word.length; i++) key[i] = this.units[word.charCodeAt(i)]! >>> 8;
    return this.cache.add(hash, key, this.options.tokenize(word), lead);
  }
}

/** Where `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` ends that begins at `at`; 0 if none does. */
function contractionEnd(text: string, at: number): number {
  const next = text[at + 1];
  if (next === 's' || next === 't' || next === 'm' || next === 'd') return at + 2;
  const pair = text.slice(at + 1, at + 3);
  return pair === 're' || pair === 've' || pair === 'll' ? at + 3 : 0;
}
