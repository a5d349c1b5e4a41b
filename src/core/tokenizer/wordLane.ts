import { FIRST_CLASS, OTHER, WHITE, type AsciiWords } from './preTokenizers/asciiWords.js';
import type { Separation } from './preTokenizers/preTokenizer.js';
import { FIELDS, type Stretch } from './stretchCache.js';
import type { TokenBuffer } from './tokenBuffer.js';
import {
  HEAD,
  LENGTH,
  SLOT_FIELDS,
  TAIL,
  TOKEN_COUNT,
  VALUE,
  WordCache,
  type PackedWord,
} from './wordCache.js';

const SPACE = 0x20;
const APOSTROPHE = 0x27;
/** Longer words are not cached and are left to the general path. */
const MAX_WORD = 64;
/** One byte each, three per character. */
const MAX_TOKENS = MAX_WORD * 3;

/** Equivalence of a non-ASCII character: the class of `like`, and its normalized character. */
export interface KnownCharacter {
  readonly like: string;
  readonly normalized: string;
}

export interface WordLaneOptions {
  readonly words: AsciiWords;
  /** Normalization of printable ASCII. */
  readonly lowercases: boolean;
  /**
   * Called once for each non-ASCII character in the text; `null` leaves the character to the
   * general path.
   */
  readonly classify: (character: string) => KnownCharacter | null;
  readonly cuts: Separation;
  /** Tokens of a word as in the text, including its preceding space, if any. */
  readonly tokenize: (word: string) => Stretch;
}

/**
 * Fast path for most of a text: words of plain characters, split by character classes and looked up
 * one by one in the spelling of the vocabulary.
 */
export class WordLane {
  /**
   * For every UTF-16 unit, its class and, in the higher bits, the code of its normalized character.
   */
  private readonly units = new Uint16Array(0x10000);
  private readonly asked = new Uint8Array(0x10000);
  private readonly otherCodes = new Map<string, number>();
  private readonly cache = new WordCache();
  /** Whether spaces belong to the next word. */
  readonly joinsSpaces: boolean;

  constructor(private readonly options: WordLaneOptions) {
    const { words, lowercases, cuts } = options;
    this.joinsSpaces = words.space !== null;
    for (let unit = 0; unit < 128; unit++) {
      const isUpper = unit >= 0x41 && unit <= 0x5a;
      const code = lowercases && isUpper ? unit + 0x20 : unit;
      this.units[unit] = words.classes[unit]! | (code << 8);
    }
    if (cuts === 'whiteSpace' && !this.joinsSpaces) {
      for (const unit of [0x09, 0x0a, 0x0d]) this.units[unit] = WHITE | (unit << 8);
    }
  }

  /**
   * Encodes `text` from a cut and returns the end: another cut, or the end of the text. The text
   * after it needs the general path.
   *
   * A single loop without calls, objects or strings, which determines the speed of tokenizing
   * gigabytes.
   *
   * @param offset position of the text in the source
   */
  encode(text: string, from: number, offset: number, buffer: TokenBuffer): number {
    const { units, cache, joinsSpaces } = this;
    const { singleClass, partsContractions } = this.options.words;
    const { length } = text;
    let { ids, starts, ends, wordIds, count, wordCount } = buffer;
    let cut = from;
    while (cut < length) {
      const cutCount = count;
      const cutWords = wordCount;
      let at = cut;
      let lead = 0;
      let unit = units[text.charCodeAt(at)]!;
      if ((unit & 0xff) === WHITE) {
        at++;
        if (joinsSpaces) lead = 1;
        else while (at < length && (units[text.charCodeAt(at)]! & 0xff) === WHITE) at++;
        unit = at < length ? units[text.charCodeAt(at)]! : OTHER;
        if ((unit & 0xff) === WHITE) unit = OTHER;
      }
      while ((unit & 0xff) >= FIRST_CLASS) {
        const kind = unit & 0xff;
        const start = at;
        // The last twelve codes, four per number; a leading space is the first one.
        let k0 = lead === 1 ? SPACE : 0;
        let k1 = 0;
        let k2 = 0;
        let limit = kind === singleClass ? at + 1 : start + MAX_WORD;
        let isRun = true;
        if (partsContractions && lead === 0 && text.charCodeAt(at) === APOSTROPHE) {
          const end = contractionEnd(text, at);
          isRun = end === 0;
          if (!isRun) limit = end;
        }
        do {
          k2 = (k2 << 8) | (k1 >>> 24);
          k1 = (k1 << 8) | (k0 >>> 24);
          k0 = (k0 << 8) | (unit >>> 8);
          at++;
          unit = at < length ? units[text.charCodeAt(at)]! : OTHER;
        } while (at < limit && ((unit & 0xff) === kind || !isRun));
        if (at === start + MAX_WORD) {
          unit = OTHER;
          at = start;
          break;
        }
        const size = at - start + lead;
        let hash =
          Math.imul(k0 ^ size, 0x9e3779b1) ^ Math.imul(k1, 0x85ebca6b) ^ Math.imul(k2, 0xc2b2ae35);
        hash ^= hash >>> 15;

        let { table } = cache;
        let slot = (hash & cache.slotMask) * SLOT_FIELDS;
        for (;;) {
          const difference =
            (table[slot]! ^ k0) |
            (table[slot + 1]! ^ k1) |
            (table[slot + 2]! ^ k2) |
            (table[slot + LENGTH]! ^ size);
          if (difference === 0) {
            if (size <= TAIL || this.hasHead(table[slot + HEAD]!, text, start - lead, size)) break;
          }
          if (table[slot + LENGTH] === 0) {
            const word = text.slice(start - lead, at);
            slot = this.learn(word, { k0, k1, k2, hash }, lead);
            ({ table } = cache);
            break;
          }
          slot = (slot + SLOT_FIELDS) & (table.length - 1);
        }

        if (count + MAX_TOKENS > ids.length) {
          buffer.reserve(count + MAX_TOKENS);
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
      }
      if (at < length && (unit & 0xff) !== WHITE) {
        count = cutCount;
        wordCount = cutWords;
        if (this.learnsCharacter(text.charCodeAt(at))) continue;
        break;
      }
      if (at >= length && count === cutCount) break;
      cut = at;
    }
    buffer.count = count;
    buffer.wordCount = wordCount;
    return cut;
  }

  private learn(word: string, packed: PackedWord, lead: number): number {
    const slot = this.cache.add(word.length, packed, this.options.tokenize(word), lead);
    if (word.length > TAIL) {
      const codes = Array.from(
        { length: word.length - TAIL },
        (_, i) => this.units[word.charCodeAt(i)]! >>> 8,
      );
      this.cache.keepHead(slot, codes);
    }
    return slot;
  }

  /** Whether the characters of a long word that are not in its slot equal those in the text. */
  private hasHead(head: number, text: string, start: number, size: number): boolean {
    const { heads } = this.cache;
    for (let i = 0; i < size - TAIL; i++) {
      if (heads[head + i] !== this.units[text.charCodeAt(start + i)]! >>> 8) return false;
    }
    return true;
  }

  /**
   * Assigns a non-ASCII character the class of equivalent characters and the code of its normalized
   * character, if codes remain. Returns false if it was requested before or has none.
   */
  private learnsCharacter(unit: number): boolean {
    if (unit < 128 || this.asked[unit] === 1) return false;
    this.asked[unit] = 1;
    const known = this.options.classify(String.fromCharCode(unit));
    if (known === null) return false;
    const { like, normalized } = known;
    const isAscii = normalized.charCodeAt(0) < 128;
    const code = isAscii
      ? this.units[normalized.charCodeAt(0)]! >>> 8
      : (this.otherCodes.get(normalized) ?? 128 + this.otherCodes.size);
    if (code > 0xff) return false;
    if (!isAscii) this.otherCodes.set(normalized, code);
    this.units[unit] = (this.units[like.charCodeAt(0)]! & 0xff) | (code << 8);
    return true;
  }
}

/** End of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at `at`, or 0. */
function contractionEnd(text: string, at: number): number {
  const next = text[at + 1];
  if (next === 's' || next === 't' || next === 'm' || next === 'd') return at + 2;
  const pair = text.slice(at + 1, at + 3);
  return pair === 're' || pair === 've' || pair === 'll' ? at + 3 : 0;
}
