import {
  normalizeBert,
  type BertNormalizerOptions,
  type NormalizedText,
} from './bertNormalizer.js';
import { preTokenizeBert } from './bertPreTokenizer.js';
import type { Encoding, SpecialTokens, Tokenizer } from './tokenizer.js';

/** A token found in a text as it stands there, before anything else looks at it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Looked for in the normalized text instead of the source. */
  readonly normalized: boolean;
}

export interface WordPieceOptions {
  /** Tokens to ids, added tokens included. */
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly maskToken: string;
  readonly continuationPrefix: string;
  /** Longer words (in code points) are unknown as a whole. */
  readonly maxWordCharacters: number;
  readonly normalizer: BertNormalizerOptions | null;
  readonly addedTokens: readonly AddedToken[];
  readonly special: SpecialTokens;
}

/** Pieces of a stretch of text, relative to its start. */
interface Pieces {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly words: number[];
  wordCount: number;
}

const MAX_CACHED = 60_000;
const MAX_CACHED_LENGTH = 40;
const STRETCH = /[^ \t\n\r]+/g;

/**
 * WordPiece with BERT's normalization and pre-tokenization: greedy longest match from the left
 * within each word (Wu et al. 2016; Devlin et al. 2019), each token with its place in the source.
 * Ids equal those of `@huggingface/tokenizers`.
 */
export class WordPieceTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  readonly maskToken: string;
  private readonly tokens: (string | undefined)[] = [];
  private readonly specialIds: ReadonlySet<number>;
  private readonly longestToken: number;
  private readonly sourceAdded: AddedTokenFinder;
  private readonly normalizedAdded: AddedTokenFinder;
  private readonly cache = new Map<string, Pieces>();

  constructor(private readonly options: WordPieceOptions) {
    const { vocabulary, normalizer, addedTokens } = options;
    let longest = 0;
    for (const [token, id] of vocabulary) {
      this.tokens[id] = token;
      longest = Math.max(longest, token.length);
    }
    this.vocabularySize = this.tokens.length;
    this.special = options.special;
    this.maskToken = options.maskToken;
    this.longestToken = longest;
    const { pad, unknown, cls, sep, mask } = options.special;
    this.specialIds = new Set([
      ...[pad, unknown, cls, sep, mask],
      ...addedTokens.filter(({ special }) => special).map(({ id }) => id),
    ]);
    const isNormalized = (token: AddedToken) => token.normalized && normalizer !== null;
    this.sourceAdded = new AddedTokenFinder(
      addedTokens.filter((token) => !isNormalized(token)),
      (content) => content,
    );
    this.normalizedAdded = new AddedTokenFinder(
      addedTokens.filter(isNormalized),
      (content) => this.normalize(content).text,
    );
  }

  encode(text: string): Encoding {
    const pieces = newPieces();
    this.sourceAdded.forEach(text, (start, end, id) => {
      if (id !== null) addWord(pieces, [{ id, start, end }]);
      else this.encodeSection(text.slice(start, end), start, pieces);
    });
    return {
      ids: Int32Array.from(pieces.ids),
      starts: Int32Array.from(pieces.starts),
      ends: Int32Array.from(pieces.ends),
      wordIds: Int32Array.from(pieces.words),
    };
  }

  tokenToId(token: string): number | undefined {
    return this.options.vocabulary.get(token);
  }

  idToToken(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) throw new RangeError(`no token has the id ${id}`);
    return token;
  }

  isSpecial(id: number): boolean {
    return this.specialIds.has(id);
  }

  isContinuation(id: number): boolean {
    return !this.isSpecial(id) && this.idToToken(id).startsWith(this.options.continuationPrefix);
  }

  readable(id: number): string {
    const token = this.idToToken(id);
    return this.isContinuation(id) ? token.slice(this.options.continuationPrefix.length) : token;
  }

  private encodeSection(section: string, offset: number, pieces: Pieces): void {
    if (this.normalizedAdded.isEmpty) {
      // No rule looks across ASCII white space, so what stands between can be cached.
      for (const { 0: stretch, index } of section.matchAll(STRETCH)) {
        append(pieces, this.encodeStretch(stretch), offset + index);
      }
      return;
    }
    const normalized = this.normalize(section);
    const found = newPieces();
    this.normalizedAdded.forEach(normalized.text, (start, end, id) => {
      if (id !== null) {
        const place = { start: normalized.starts[start]!, end: normalized.ends[end - 1]! };
        addWord(found, [{ id, ...place }]);
      } else this.encodeNormalized(normalized, start, end, found);
    });
    append(pieces, found, offset);
  }

  private encodeStretch(stretch: string): Pieces {
    const cached = this.cache.get(stretch);
    if (cached !== undefined) return cached;
    const normalized = this.normalize(stretch);
    const pieces = newPieces();
    this.encodeNormalized(normalized, 0, normalized.text.length, pieces);
    if (stretch.length <= MAX_CACHED_LENGTH) {
      if (this.cache.size >= MAX_CACHED) this.cache.clear();
      this.cache.set(stretch, pieces);
    }
    return pieces;
  }

  private normalize(text: string): NormalizedText {
    const { normalizer } = this.options;
    if (normalizer !== null) return normalizeBert(text, normalizer);
    const starts = [...Array(text.length).keys()];
    return { text, starts, ends: starts.map((start) => start + 1) };
  }

  private encodeNormalized(
    { text, starts, ends }: NormalizedText,
    from: number,
    to: number,
    pieces: Pieces,
  ): void {
    for (const word of preTokenizeBert(text.slice(from, to))) {
      const at = from + word.start;
      const split = this.splitWord(word.text);
      const borders = split ?? [{ id: this.special.unknown, start: 0, end: word.text.length }];
      addWord(
        pieces,
        borders.map(({ id, start, end }) => ({
          id,
          start: starts[at + start]!,
          end: ends[at + end - 1]!,
        })),
      );
    }
  }

  /** Pieces of a word as places in it, or null if the vocabulary cannot spell it. */
  private splitWord(word: string): Piece[] | null {
    const { vocabulary, continuationPrefix, maxWordCharacters } = this.options;
    const borders = [0];
    for (const character of word) borders.push(borders.at(-1)! + character.length);
    const count = borders.length - 1;
    if (count > maxWordCharacters) return null;
    const pieces: Piece[] = [];
    for (let first = 0; first < count;) {
      let last = Math.min(count, first + this.longestToken);
      let id: number | undefined;
      for (; last > first; last--) {
        const part = word.slice(borders[first], borders[last]);
        id = vocabulary.get(first === 0 ? part : continuationPrefix + part);
        if (id !== undefined) break;
      }
      if (id === undefined) return null;
      pieces.push({ id, start: borders[first]!, end: borders[last]! });
      first = last;
    }
    return pieces;
  }
}

interface Piece {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Finds added tokens in a text: the leftmost, and of those the longest. */
class AddedTokenFinder {
  private readonly pattern: RegExp | null;
  private readonly ids = new Map<string, number>();

  constructor(tokens: readonly AddedToken[], spelling: (content: string) => string) {
    for (const { id, content } of tokens) {
      const spelled = spelling(content);
      if (spelled !== '') this.ids.set(spelled, id);
    }
    const longestFirst = [...this.ids.keys()].sort((a, b) => b.length - a.length);
    const escaped = longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.pattern = escaped.length === 0 ? null : new RegExp(escaped.join('|'), 'g');
  }

  get isEmpty(): boolean {
    return this.pattern === null;
  }

  /** Visits the whole text in order: added tokens with their id, what is between with null. */
  forEach(text: string, visit: (start: number, end: number, id: number | null) => void): void {
    let at = 0;
    if (this.pattern !== null) {
      for (const { 0: content, index } of text.matchAll(this.pattern)) {
        if (index > at) visit(at, index, null);
        at = index + content.length;
        visit(index, at, this.ids.get(content)!);
      }
    }
    if (at < text.length) visit(at, text.length, null);
  }
}

function newPieces(): Pieces {
  return { ids: [], starts: [], ends: [], words: [], wordCount: 0 };
}

function addWord(pieces: Pieces, parts: readonly Piece[]): void {
  for (const { id, start, end } of parts) {
    pieces.ids.push(id);
    pieces.starts.push(start);
    pieces.ends.push(end);
    pieces.words.push(pieces.wordCount);
  }
  pieces.wordCount++;
}

function append(target: Pieces, added: Pieces, offset: number): void {
  for (let i = 0; i < added.ids.length; i++) {
    target.ids.push(added.ids[i]!);
    target.starts.push(added.starts[i]! + offset);
    target.ends.push(added.ends[i]! + offset);
    target.words.push(added.words[i]! + target.wordCount);
  }
  target.wordCount += added.wordCount;
}
