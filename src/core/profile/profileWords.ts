import { isUnspaced } from '../text/spacedWords.js';
import type { TextRange } from '../text/words.js';
import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';
import { FrequentItems } from '../data/streamCounts.js';
import type { DataProfile } from './profile.js';

/** Number of pieces from which a word counts as over-split. */
const OVER_SPLIT_PIECES = 4;

/** Longer words are none, and would fill the memory and the report. */
const IS_TERM = /^\p{L}[\p{L}\p{M}]{1,63}$/u;

interface Term {
  count: number;
  /** Number of texts with the term, and the last of them. */
  texts: number;
  lastText: number;
  /** Id of the word's token; `null` if it has several. */
  readonly id: number | null;
}

interface BadWord {
  count: number;
  readonly pieces: readonly string[];
}

const TERMS = 50_000;
const BAD_WORDS = 5_000;
const SHOWN = 30;
/** Rarer terms are specific to single texts. */
const LEAST_COUNT = 3;
/** Without a list of stop words, words in a larger share of the texts count as stop words. */
const STOP_WORD_SHARE = 0.2;

/** Counts words, their tokens, and terms, in bounded memory. */
export class WordStatistics {
  private texts = 0;
  private words = 0;
  private wordTokens = 0;
  private unknown = 0;
  private overSplit = 0;
  private readonly terms: FrequentItems<Term>;
  private readonly unknownWords = new FrequentItems<BadWord>(BAD_WORDS, noPieces);
  private readonly overSplitWords: FrequentItems<BadWord>;
  /** Tokens of the word that is being counted. */
  private current: { readonly encoding: Encoding; from: number; to: number } | null = null;

  constructor(private readonly tokenizer: Tokenizer | null) {
    this.terms = new FrequentItems<Term>(TERMS, () => {
      const { current } = this;
      const isWhole = current !== null && current.to - current.from === 1;
      return {
        count: 0,
        texts: 0,
        lastText: -1,
        id: isWhole ? current.encoding.ids[current.from]! : null,
      };
    });
    this.overSplitWords = new FrequentItems<BadWord>(BAD_WORDS, () => ({
      count: 0,
      pieces: this.currentPieces(),
    }));
  }

  /** @param hidden ranges of personal data in order, whose words must not be shown */
  add(
    text: string,
    {
      words,
      encoding,
      hidden,
    }: {
      words: readonly TextRange[];
      encoding: Encoding | null;
      hidden: readonly TextRange[];
    },
  ): void {
    const isSpaced = !isUnspaced(text);
    const index = this.texts++;
    let token = 0;
    let veil = 0;
    for (const { start, end } of words) {
      this.words++;
      this.current = null;
      const word = withoutEnding(text.slice(start, end));
      if (encoding !== null) {
        const { starts, ends } = encoding;
        while (token < starts.length && ends[token]! <= start) token++;
        let to = token;
        while (to < starts.length && starts[to]! < start + word.length) to++;
        this.current = { encoding, from: token, to };
      }
      while (veil < hidden.length && hidden[veil]!.end <= start) veil++;
      const isHidden = veil < hidden.length && hidden[veil]!.start < end;
      const isShown = !isHidden && IS_TERM.test(word);
      if (this.current !== null) this.countPieces(word, { isSpaced, isShown });
      if (isShown) {
        const term = this.terms.add(word.toLowerCase());
        if (term.lastText !== index) term.texts++;
        term.lastText = index;
      }
    }
  }

  /** `null` without a tokenizer. */
  vocabulary(): DataProfile['vocabulary'] {
    if (this.tokenizer === null) return null;
    const byCount = ({ count }: BadWord): number => count;
    return {
      words: this.words,
      tokensPerWord: this.words === 0 ? 0 : this.wordTokens / this.words,
      unknown: this.unknown,
      overSplit: this.overSplit,
      pieces: OVER_SPLIT_PIECES,
      unknownWords: this.unknownWords
        .top(SHOWN, byCount)
        .map(({ key, item }) => ({ term: key, count: item.count })),
      overSplitWords: this.overSplitWords
        .top(SHOWN, byCount)
        .map(({ key, item }) => ({ term: key, count: item.count, pieces: [...item.pieces] })),
    };
  }

  /**
   * The most frequent terms, and distinctive ones: those more frequent than expected from their rank
   * in the vocabulary, which tokenizers order by frequency, by Zipf's law with Mandelbrot's constant.
   * Distinctive terms are ranked by the logarithm of that ratio times the square root of their count,
   * so that neither rare nor merely frequent terms lead.
   *
   * @param stopWords in lower case; `null` if none are known for the language
   */
  topTerms(stopWords: ReadonlySet<string> | null): DataProfile['terms'] {
    const mostTexts = Math.max(5, STOP_WORD_SHARE * this.texts);
    const isContent = (key: string, { texts }: Term): boolean =>
      stopWords === null ? texts <= mostTexts : !stopWords.has(key);
    const named = (found: { key: string; item: Term }[]): { term: string; count: number }[] =>
      found.map(({ key, item }) => ({ term: key, count: item.count }));
    const frequent = named(
      this.terms.top(SHOWN, (item, key) =>
        item.count > 1 && isContent(key, item) ? item.count : 0,
      ),
    );
    const size = this.tokenizer?.vocabularySize ?? null;
    if (size === null) return { frequent, distinctive: [] };
    const distinctive = this.terms.top(SHOWN, (item, key) => {
      if (item.count < LEAST_COUNT || item.texts < LEAST_COUNT) return 0;
      if (!isContent(key, item)) return 0;
      const expected = 1 / (((item.id ?? size) + 2.7) * Math.log(size));
      return Math.sqrt(item.count) * Math.log(item.count / this.words / expected);
    });
    return { frequent, distinctive: named(distinctive) };
  }

  private countPieces(word: string, kind: { isSpaced: boolean; isShown: boolean }): void {
    const { encoding, from, to } = this.current!;
    const pieces = to - from;
    this.wordTokens += pieces;
    const { unknown } = this.tokenizer!.special;
    if (unknown !== null && encoding.ids.subarray(from, to).includes(unknown)) {
      this.unknown++;
      if (kind.isShown) this.unknownWords.add(word);
    } else if (kind.isSpaced && pieces >= OVER_SPLIT_PIECES) {
      // In scripts without spaces, one token per character is normal.
      this.overSplit++;
      if (kind.isShown) this.overSplitWords.add(word.toLowerCase());
    }
  }

  private currentPieces(): string[] {
    const { encoding, from, to } = this.current!;
    return [...encoding.ids.subarray(from, to)].map((id) => this.tokenizer!.readable(id));
  }
}

/** The word without the ending after an apostrophe, which tokenizers split off. */
function withoutEnding(word: string): string {
  return /['’]/.test(word) ? word.replace(/['’].*$/su, '') : word;
}

function noPieces(): BadWord {
  return { count: 0, pieces: [] };
}
