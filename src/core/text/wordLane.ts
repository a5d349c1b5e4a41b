import { FIRST_CLASS, OTHER, WHITE, type AsciiWords } from './preTokenizers/asciiWords.js';
import type { Separation } from './preTokenizers/preTokenizer.js';
import { FIELDS, type Stretch } from './stretchCache.js';
import type { TokenBuffer } from './tokenBuffer.js';
import {
  INLINE,
  KEY,
  LENGTH,
  REST,
  SLOT_FIELDS,
  TOKEN_COUNT,
  VALUE,
  WordCache,
} from './wordCache.js';

const SPACE = 0x20;
const APOSTROPHE = 0x27;
/** Longer words are not remembered, and left to those who take any text. */
const MAX_WORD = 64;
/** A byte each, of three a character. */
const MAX_TOKENS = MAX_WORD * 3;

/** What a character counts as beyond ASCII: the class of `like`, and what it is normalized to. */
export interface KnownCharacter {
  readonly character: string;
  readonly like: string;
  readonly normalized: string;
}

export interface WordLaneOptions {
  readonly words: AsciiWords;
  /** What the normalizer does to printable ASCII. */
  readonly lowercases: boolean;
  readonly others: readonly KnownCharacter[];
  readonly cuts: Separation;
  /** The tokens of a word as it stands in the text, with the space before it where it has one. */
  readonly tokenize: (word: string) => Stretch;
}

/**
 * The quick way for what most of a text is made of: words of plain characters, parted by the
 * characters' classes and looked up one by one, in the spelling that the vocabulary has them in.
 */
export class WordLane {
  /** For every UTF-16 unit its class and, above that, the code of what it is normalized to. */
  private readonly units = new Uint16Array(0x10000);
  private readonly cache = new WordCache();
  private readonly codes = new Int32Array(MAX_WORD / 4 + 1);
  /** Whether spaces go with the words behind them. */
  readonly joinsSpaces: boolean;

  constructor(private readonly options: WordLaneOptions) {
    const { words, lowercases, others, cuts } = options;
    this.joinsSpaces = words.space !== null;
    for (let unit = 0; unit < 128; unit++) {
      const isUpper = unit >= 0x41 && unit <= 0x5a;
      const code = lowercases && isUpper ? unit + 0x20 : unit;
      this.units[unit] = words.classes[unit]! | (code << 8);
    }
    if (cuts === 'whiteSpace' && !this.joinsSpaces) {
      for (const unit of [0x09, 0x0a, 0x0d]) this.units[unit] = WHITE | (unit << 8);
    }
    this.learnCharacters(others);
  }

  /**
   * Encodes `text` from a cut on and answers how far it came: to another cut, or the text's end.
   * Behind it stands something that is not for this lane.
   *
   * One loop without calls, objects or strings: this is what tokenizing gigabytes comes down to.
   *
   * @param offset place of the text in the source
   */
  encode(text: string, from: number, offset: number, buffer: TokenBuffer): number {
    const { units, codes, cache, joinsSpaces } = this;
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
        const limit = start + MAX_WORD - 1;
        const wordEnd =
          partsContractions && lead === 0 && text.charCodeAt(at) === APOSTROPHE
            ? contractionEnd(text, at)
            : kind === singleClass
              ? at + 1
              : 0;
        // Codes are packed and hashed four at a time; a space in front is the first of them.
        let packed = lead === 1 ? SPACE : 0;
        let size = lead;
        let hash = 0;
        let filled = 0;
        for (;;) {
          packed = (packed << 8) | (unit >>> 8);
          at++;
          if ((++size & 3) === 0) {
            codes[filled++] = packed;
            hash = Math.imul(hash ^ packed, 0x9e3779b1);
            hash ^= hash >>> 15;
            packed = 0;
          }
          unit = at < length ? units[text.charCodeAt(at)]! : OTHER;
          if (wordEnd > 0 ? at === wordEnd : (unit & 0xff) !== kind || at === limit) break;
        }
        if (at === limit) {
          unit = OTHER;
          at = start;
          break;
        }
        codes[filled] = packed;
        hash = Math.imul(hash ^ packed ^ size, 0x85ebca6b);
        hash ^= hash >>> 13;

        let { table } = cache;
        const { slotMask } = cache;
        let slot = (hash & slotMask) * SLOT_FIELDS;
        for (;;) {
          const found = table[slot + LENGTH]!;
          if (found === 0) {
            const word = { length: size, codes, hash };
            slot = cache.add(word, this.options.tokenize(text.slice(start - lead, at)), lead);
            ({ table } = cache);
            break;
          }
          if (
            found === size &&
            table[slot + KEY] === codes[0] &&
            (size < 4 || table[slot + KEY + 1] === codes[1]) &&
            (size < 8 || table[slot + KEY + 2] === codes[2])
          ) {
            if (size <= INLINE || this.hasRest(table[slot + REST]!, size)) break;
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
        break;
      }
      if (at >= length && count === cutCount) break;
      cut = at;
    }
    buffer.count = count;
    buffer.wordCount = wordCount;
    return cut;
  }

  private hasRest(from: number, length: number): boolean {
    const { rest } = this.cache;
    const end = Math.ceil(length / 4);
    for (let i = INLINE / 4; i < end; i++) {
      if (rest[from + i - INLINE / 4] !== this.codes[i]) return false;
    }
    return true;
  }

  /** Gives characters beyond ASCII the code of what they are normalized to, as far as codes go. */
  private learnCharacters(others: readonly KnownCharacter[]): void {
    const known = new Map<string, number>();
    for (const { character, like, normalized } of others) {
      const isAscii = normalized.charCodeAt(0) < 128;
      const code = isAscii
        ? this.units[normalized.charCodeAt(0)]! >>> 8
        : (known.get(normalized) ?? 128 + known.size);
      if (code > 0xff) continue;
      if (!isAscii) known.set(normalized, code);
      const kind = this.units[like.charCodeAt(0)]! & 0xff;
      this.units[character.charCodeAt(0)] = kind | (code << 8);
    }
  }
}

/** Where `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` ends that begins at `at`; 0 if none does. */
function contractionEnd(text: string, at: number): number {
  const next = text[at + 1];
  if (next === 's' || next === 't' || next === 'm' || next === 'd') return at + 2;
  const pair = text.slice(at + 1, at + 3);
  return pair === 're' || pair === 've' || pair === 'll' ? at + 3 : 0;
}
