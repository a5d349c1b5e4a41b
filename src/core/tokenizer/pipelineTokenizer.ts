import { AddedTokenFinder, type AddedToken } from './addedTokens.js';
import { AlignedText } from '../text/alignedText.js';
import type { Framing } from './framing.js';
import type { Model } from './models/tokenizerModel.js';
import { WHOLE_TEXT, noNormalizer, type Edges, type Normalizer } from './normalizers/normalizer.js';
import type { PreTokenizer, Separation } from './preTokenizers/preTokenizer.js';
import type { Spelling } from './spelling.js';
import type { Encoding, FramedSequence, SpecialTokens, Tokenizer } from './tokenizer.js';
import { StretchCache, type Stretch } from './stretchCache.js';
import { TokenBuffer } from './tokenBuffer.js';
import { characterClassifier } from './knownCharacters.js';
import { WordLane } from './wordLane.js';
import { StretchScanner, beginsWord, isWhite, trimmed } from './wordBorders.js';

export interface PipelineOptions {
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
  readonly addedTokens: readonly AddedToken[];
  readonly spelling: Spelling;
  readonly framing: Framing;
  readonly special: SpecialTokens;
  readonly maskToken: string;
  /** White space at which texts can be cut and encoded in parts with the same result. */
  readonly cuts: Separation;
}

const MAX_CACHED_LENGTH = 40;
const BEYOND_ASCII = /[^\0-\x7f]/;
/** Position of a part that reaches neither end of its section. */
const INSIDE: Edges = { start: false, textStart: false, end: false };

/**
 * The pipeline of a `tokenizer.json`: finds added tokens, normalizes the text between them, and
 * splits it into words and tokens with their source ranges. Ids equal those of the reference
 * implementation (Hugging Face's `tokenizers`).
 *
 * Texts are cut at white space that no stage reads across, and the tokens of each part are cached.
 */
export class PipelineTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  readonly maskToken: string;
  readonly marksSpaces: boolean;
  readonly frameSize: number;
  readonly pairFrameSize: number;
  private readonly tokens: (string | undefined)[] = [];
  private readonly addedIds = new Map<string, number>();
  private readonly addedContents: ReadonlySet<number>;
  private readonly specialIds: ReadonlySet<number>;
  private readonly sourceAdded: AddedTokenFinder;
  private readonly normalizedAdded: AddedTokenFinder;
  private readonly scanner: StretchScanner;
  private readonly buffer = new TokenBuffer();
  /** Caches of parts inside a section, at a section's start, and at the text's start. */
  private readonly inner = new StretchCache();
  private readonly sectionStarts = new StretchCache();
  private readonly textStarts = new StretchCache();
  private readonly lane: WordLane | null;
  private plainTokens: number[] = [];
  private readonly addPlain = (id: number, start: number, end: number): void => {
    this.plainTokens.push(id, start, end, 0);
  };

  constructor(private readonly options: PipelineOptions) {
    const { model, addedTokens, normalizer, framing } = options;
    model.vocabulary.forEach((id, token) => {
      this.tokens[id] = token;
    });
    for (const { content, id } of addedTokens) {
      this.tokens[id] = content;
      this.addedIds.set(content, id);
    }
    this.scanner = new StretchScanner(options.cuts);
    this.vocabularySize = this.tokens.length;
    this.special = options.special;
    this.maskToken = options.maskToken;
    this.marksSpaces = options.spelling.marksSpaces;
    this.lane = this.makeLane();
    this.frameSize = framing.singleSize;
    this.pairFrameSize = framing.pairSize;
    const { pad, unknown, cls, sep, mask } = options.special;
    this.specialIds = new Set([
      ...[pad, cls, sep, mask],
      ...(unknown === null ? [] : [unknown]),
      ...addedTokens.filter(({ special }) => special).map(({ id }) => id),
      ...this.idsWithoutToken(),
    ]);
    this.addedContents = new Set(addedTokens.map(({ id }) => id));
    const isNormalized = (token: AddedToken) => token.normalized && normalizer !== noNormalizer;
    this.sourceAdded = new AddedTokenFinder(
      addedTokens.filter((token) => !isNormalized(token)),
      (content) => content,
    );
    this.normalizedAdded = new AddedTokenFinder(
      addedTokens.filter(isNormalized),
      (content) => normalizer.normalize(AlignedText.of(content), WHOLE_TEXT).text,
    );
  }

  encode(text: string): Encoding {
    const { buffer } = this;
    buffer.clear();
    this.sourceAdded.forEach(text, (start, end, id) => {
      if (id !== null) buffer.addWord(id, ...trimmed(text, start, end));
      else this.encodeSection(text.slice(start, end), start, buffer);
    });
    return buffer.encoding();
  }

  frame(ids: ArrayLike<number>): FramedSequence {
    return this.options.framing.frame(ids);
  }

  framePair(first: ArrayLike<number>, second: ArrayLike<number>): FramedSequence {
    return this.options.framing.frame(first, second);
  }

  tokenToId(token: string): number | undefined {
    return this.addedIds.get(token) ?? this.options.model.vocabulary.get(token);
  }

  idToToken(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) throw new RangeError(`no token has the id ${id}`);
    return token;
  }

  hasToken(id: number): boolean {
    return this.tokens[id] !== undefined;
  }

  isSpecial(id: number): boolean {
    return this.specialIds.has(id);
  }

  isContinuation(id: number): boolean {
    const token = this.idToToken(id);
    return !this.isVerbatim(id) && this.options.spelling.isContinuation(token);
  }

  readable(id: number): string {
    const token = this.idToToken(id);
    return this.isVerbatim(id) ? token : this.options.spelling.readable(token);
  }

  private isVerbatim(id: number): boolean {
    return this.addedContents.has(id) || this.specialIds.has(id);
  }

  private idsWithoutToken(): number[] {
    const { tokens } = this;
    const ids: number[] = [];
    for (let id = 0; id < tokens.length; id++) if (tokens[id] === undefined) ids.push(id);
    return ids;
  }

  private encodeSection(section: string, offset: number, buffer: TokenBuffer): void {
    const textStart = offset === 0;
    if (this.normalizedAdded.isEmpty) {
      const { normalizer } = this.options;
      const edges = { start: true, textStart, end: true };
      this.encodeStretches(AlignedText.of(section, offset), { normalizer, edges }, buffer);
      return;
    }
    const edges = { start: true, textStart, end: true };
    const normalized = this.options.normalizer.normalize(AlignedText.of(section, offset), edges);
    this.normalizedAdded.forEach(normalized.text, (start, end, id) => {
      const part = normalized.slice(start, end);
      if (id !== null) {
        const place = [part.startOf(0) - offset, part.endOf(part.length - 1) - offset] as const;
        const [from, to] = trimmed(section, ...place);
        buffer.addWord(id, from + offset, to + offset);
      } else {
        const partEdges = { start: true, textStart: textStart && start === 0, end: true };
        this.encodeStretches(part, { normalizer: noNormalizer, edges: partEdges }, buffer);
      }
    });
  }

  /** Encodes a text in the parts that it can be cut into. */
  private encodeStretches(
    text: AlignedText,
    { normalizer, edges }: { normalizer: Normalizer; edges: Edges },
    buffer: TokenBuffer,
  ): void {
    const { scanner } = this;
    const uncached = edges.end && normalizer.looksAtEnd ? text.length : Infinity;
    const { plainOffset } = text;
    const lane = plainOffset === null ? null : this.lane;
    let next = 0;
    while (next < text.length) {
      if (lane !== null && (next > 0 || !lane.joinsSpaces)) {
        next = lane.encode(text.text, next, plainOffset!, buffer);
        if (next === text.length) return;
      }
      const at = next;
      next = scanner.next(text.text, at);
      const isCached = next - at <= MAX_CACHED_LENGTH && next !== uncached;
      const cache = at > 0 || !edges.start ? this.inner : this.cacheAt(edges);
      const entry = isCached ? cache.find(text.text, at, next, scanner.hash) : -1;
      if (entry >= 0) {
        buffer.addStretch(cache.tokens, cache.span(entry), { text, at });
        continue;
      }
      const part = text.text.slice(at, next);
      const partEdges = {
        start: edges.start && at === 0,
        textStart: edges.textStart && at === 0,
        end: edges.end && next === text.length,
      };
      const stretch = this.encodeStretch(part, { normalizer, edges: partEdges });
      const { tokens, wordCount } = stretch;
      buffer.addStretch(tokens, { from: 0, to: tokens.length, wordCount }, { text, at });
      if (isCached) cache.add(part, scanner.hash, stretch);
    }
  }

  /** `null` if plain text is not split into words by character classes alone. */
  private makeLane(): WordLane | null {
    const { normalizer, preTokenizer, cuts } = this.options;
    const words = preTokenizer.ascii;
    if (cuts === 'none' || normalizer.ascii === null || words === null) return null;
    const lowercases = normalizer.ascii === 'lowercase';
    const tokenize = (word: string): Stretch => {
      if (BEYOND_ASCII.test(word)) return this.encodeStretch(word, { normalizer, edges: INSIDE });
      const folded = lowercases ? word.toLowerCase() : word;
      if (words.space === null && !this.marksSpaces) return this.tokenizePlain(folded);
      const spelled = words.space === null ? folded : folded.replace(' ', words.space);
      return this.tokenizeWords(word, [AlignedText.of(spelled)]);
    };
    const classify = characterClassifier(normalizer, preTokenizer);
    return new WordLane({ words, lowercases, classify, cuts, tokenize });
  }

  private cacheAt(edges: Edges): StretchCache {
    return edges.textStart ? this.textStarts : this.sectionStarts;
  }

  private encodeStretch(
    text: string,
    { normalizer, edges }: { normalizer: Normalizer; edges: Edges },
  ): Stretch {
    const normalized = normalizer.normalize(AlignedText.of(text), edges);
    if (normalized.length === 0) return { tokens: [], wordCount: 0 };
    const context = { isStart: edges.start, textStart: edges.textStart };
    return this.tokenizeWords(text, this.options.preTokenizer.split([normalized], context));
  }

  /** A word that is the same in the source and the vocabulary. */
  private tokenizePlain(word: string): Stretch {
    this.plainTokens = [];
    this.options.model.tokenize(word, this.addPlain);
    return { tokens: this.plainTokens, wordCount: this.plainTokens.length === 0 ? 0 : 1 };
  }

  private tokenizeWords(source: string, words: readonly AlignedText[]): Stretch {
    const tokens: number[] = [];
    let word = -1;
    for (const aligned of words) {
      let isFirst = true;
      let isBlank = true;
      let reached = 0;
      this.options.model.tokenize(aligned.text, (id, from, to) => {
        const at = aligned.startOf(Math.min(from, aligned.length - 1));
        const [start, end] = trimmed(source, at, to > from ? aligned.endOf(to - 1) : at);
        // If the words of a tokenizer are only separated by spaces, split them further.
        const isNext =
          this.marksSpaces && !isBlank && start >= reached && beginsWord(source, start);
        if (isFirst || isNext) {
          word++;
          isBlank = true;
        }
        tokens.push(id, start, end, word);
        isFirst = false;
        isBlank &&= start === end || isWhite(source.charCodeAt(start));
        reached = end;
      });
    }
    return { tokens, wordCount: word + 1 };
  }
}
