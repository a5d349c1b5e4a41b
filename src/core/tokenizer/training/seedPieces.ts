/** Initial pieces and their frequencies. */
export interface SeedPieces {
  readonly pieces: readonly string[];
  readonly weights: Float64Array;
}

export interface SeedOptions {
  /** Maximum length of a piece in characters. */
  readonly maxLength: number;
  /**
   * Maximum number of pieces besides single characters; those that cover the most text come first.
   */
  readonly limit: number;
  readonly minFrequency: number;
}

/** Substrings of one length, each with the class number of its occurrences. */
interface Level {
  /** Starts of the occurrences in all characters, and their classes. */
  readonly starts: Int32Array;
  readonly classes: Int32Array;
  readonly frequencies: Float64Array;
}

/**
 * Finds frequent substrings of words as initial pieces of a unigram model (Kudo 2018): all
 * characters, and substrings that are not always followed by the same character. As in
 * SentencePiece, the weight of a piece is its frequency times its length. Unlike there, frequencies
 * are those in the text instead of the word list, and a frequent word is a piece even if no other
 * word contains it.
 */
export function seedPieces(words: ReadonlyMap<string, number>, options: SeedOptions): SeedPieces {
  const text = new SpelledWords(words);
  const found: { piece: string; weight: number }[] = [];
  let level = text.characters();
  const characters = text.names(level).map((piece, i) => ({
    piece,
    weight: level.frequencies[i]!,
  }));
  for (let length = 1; length <= options.maxLength && level.starts.length > 0; length++) {
    level = text.extend(level, length, options, (piece, frequency) => {
      if (length > 1) found.push({ piece, weight: frequency * length });
    });
  }
  found.sort(byWeight);
  const kept = [...characters.sort(byWeight), ...found.slice(0, options.limit)];
  return {
    pieces: kept.map(({ piece }) => piece),
    weights: Float64Array.from(kept, ({ weight }) => weight),
  };
}

interface Weighed {
  readonly piece: string;
  readonly weight: number;
}

function byWeight(a: Weighed, b: Weighed): number {
  return b.weight - a.weight || (a.piece < b.piece ? -1 : 1);
}

/** All words concatenated, character by character. */
class SpelledWords {
  private readonly alphabet: string[] = [];
  /** Numbers of characters, from 1; 0 ends a word. */
  private readonly units: Int32Array;
  private readonly counts: Float64Array;
  /** Word of each unit. */
  private readonly wordOf: Int32Array;

  constructor(words: ReadonlyMap<string, number>) {
    const numbers = new Map<string, number>();
    const units: number[] = [];
    const wordOf: number[] = [];
    let index = 0;
    for (const word of words.keys()) {
      for (const character of word) {
        let number = numbers.get(character);
        if (number === undefined) {
          number = this.alphabet.push(character);
          numbers.set(character, number);
        }
        units.push(number);
        wordOf.push(index);
      }
      units.push(0);
      wordOf.push(index++);
    }
    this.units = Int32Array.from(units);
    this.wordOf = Int32Array.from(wordOf);
    this.counts = Float64Array.from(words.values());
  }

  characters(): Level {
    const starts = this.units.reduce((sum, unit) => sum + (unit === 0 ? 0 : 1), 0);
    const level = { starts: new Int32Array(starts), classes: new Int32Array(starts) };
    const frequencies = new Float64Array(this.alphabet.length);
    let size = 0;
    this.units.forEach((unit, at) => {
      if (unit === 0) return;
      level.starts[size] = at;
      level.classes[size++] = unit - 1;
      frequencies[unit - 1]! += this.countAt(at);
    });
    return { ...level, frequencies };
  }

  names({ frequencies }: Level): string[] {
    return this.alphabet.slice(0, frequencies.length);
  }

  /**
   * Calls `onPiece` for useful substrings of `length`, and returns frequent ones that are one
   * character longer.
   */
  extend(
    { starts, classes, frequencies }: Level,
    length: number,
    { minFrequency }: SeedOptions,
    onPiece: (piece: string, frequency: number) => void,
  ): Level {
    const { units } = this;
    const base = this.alphabet.length + 1;
    const next = new Int32Array(starts.length).fill(-1);
    const numbers = new Map<number, number>();
    const nextFrequencies: number[] = [];
    const occurrences = new Int32Array(frequencies.length);
    const isWord = new Uint8Array(frequencies.length);
    const examples = new Int32Array(frequencies.length);
    const mostFollowed = new Float64Array(frequencies.length);
    starts.forEach((start, i) => {
      const own = classes[i]!;
      occurrences[own]!++;
      examples[own] = start;
      const unit = units[start + length]!;
      if (unit === 0) {
        if (start === 0 || units[start - 1] === 0) isWord[own] = 1;
        return;
      }
      const key = own * base + unit;
      let number = numbers.get(key);
      if (number === undefined) {
        number = nextFrequencies.push(0) - 1;
        numbers.set(key, number);
      }
      next[i] = number;
      nextFrequencies[number]! += this.countAt(start);
      mostFollowed[own] = Math.max(mostFollowed[own]!, nextFrequencies[number]!);
    });
    frequencies.forEach((frequency, own) => {
      const isShared = occurrences[own]! > 1 || isWord[own] === 1;
      if (isShared && frequency >= minFrequency && mostFollowed[own]! < frequency) {
        onPiece(this.textAt(examples[own]!, length), frequency);
      }
    });
    return this.frequent({ starts, next, nextFrequencies, minFrequency });
  }

  private frequent(from: {
    starts: Int32Array;
    next: Int32Array;
    nextFrequencies: readonly number[];
    minFrequency: number;
  }): Level {
    const { starts, next, nextFrequencies, minFrequency } = from;
    const renumbered = new Int32Array(nextFrequencies.length).fill(-1);
    const frequencies = nextFrequencies.filter((frequency, old) => {
      if (frequency < minFrequency) return false;
      renumbered[old] = 1;
      return true;
    });
    let count = 0;
    renumbered.forEach((kept, old) => {
      if (kept === 1) renumbered[old] = count++;
    });
    const isKept = (i: number): boolean => next[i]! >= 0 && renumbered[next[i]!]! >= 0;
    const size = starts.reduce((sum, _, i) => sum + (isKept(i) ? 1 : 0), 0);
    const level = { starts: new Int32Array(size), classes: new Int32Array(size) };
    let at = 0;
    starts.forEach((start, i) => {
      if (!isKept(i)) return;
      level.starts[at] = start;
      level.classes[at++] = renumbered[next[i]!]!;
    });
    return { ...level, frequencies: Float64Array.from(frequencies) };
  }

  private countAt(unit: number): number {
    return this.counts[this.wordOf[unit]!]!;
  }

  private textAt(start: number, length: number): string {
    let text = '';
    for (let i = start; i < start + length; i++) text += this.alphabet[this.units[i]! - 1]!;
    return text;
  }
}
