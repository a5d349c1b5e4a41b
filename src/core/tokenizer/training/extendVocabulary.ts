import { problem } from '../../messages/message.js';
import { AlignedText } from '../../text/alignedText.js';
import { WHOLE_TEXT } from '../normalizers/normalizer.js';
import { parseParts, type TokenizerParts } from '../definition/parseTokenizer.js';
import { decodeByteLevel } from '../preTokenizers/byteLevel.js';
import { TokenizerFile } from '../definition/tokenizerError.js';
import type { ModelDefinition, PreTokenizerDefinition } from '../definition/tokenizerSchema.js';
import type { WordStages } from './wordCounts.js';

/** A token added to a vocabulary. */
export interface NewToken {
  readonly token: string;
  readonly id: number;
  /** Ids of the tokens that spelled it before. */
  readonly pieces: readonly number[];
}

export interface ExtendedVocabulary {
  readonly tokenizerJson: object;
  readonly added: readonly NewToken[];
}

/** Rules by which words become tokens of a kind of model, and are written to its file. */
interface Extension {
  readonly candidate: (word: string) => { token: string; letters: string } | null;
  /** Text before a term that places it inside a text. */
  readonly before: string;
  readonly model: (added: readonly NewToken[]) => object;
}

/** Log-probability of a word above its pieces, in nats: it wins, and no other word is affected. */
const MARGIN = 0.1;

/**
 * A vocabulary to which whole words can be added, so that they are one token wherever they occur as
 * words. Ids of all other tokens are unchanged, and so are the tokens of words that do not begin
 * with an added one.
 *
 * - WordPiece: an entry of the vocabulary; greedy matching prefers the longest.
 * - Byte-level BPE: an entry without merges, found because of `ignore_merges`. Merges would need
 * tokens for intermediate steps, and would change words that share a step. The word with and
 * without a preceding space are two entries.
 * - Unigram: a piece with the preceding marker, slightly more likely than its previous pieces.
 *
 * Real added tokens are unsuitable: they match inside other words or leave the preceding space as a
 * separate token, and they ignore case folding.
 */
export class ExtensibleVocabulary {
  readonly stages: WordStages;
  private readonly parts: TokenizerParts;
  private readonly extension: Extension;
  private readonly file: TokenizerFile;

  /** Throws `Model` for an unsupported kind of tokenizer. */
  constructor(
    private readonly tokenizerJson: Readonly<Record<string, unknown>>,
    { path = 'tokenizer.json' } = {},
  ) {
    this.file = new TokenizerFile(path);
    this.parts = parseParts(tokenizerJson, this.file);
    this.stages = this.parts;
    this.extension = this.chooseExtension();
  }

  /** Part of a word from the stages that can become a token. */
  candidate(word: string): { token: string; letters: string } | null {
    return this.extension.candidate(word);
  }

  /** Ids of the tokens that spell a word from the stages. */
  spell(word: string): number[] {
    const ids: number[] = [];
    this.parts.model.tokenize(word, (id) => ids.push(id));
    return ids;
  }

  isUnknown(id: number): boolean {
    const { modelDefinition: model } = this.parts;
    if (model.type === 'Unigram') return id === model.unk_id;
    return model.unk_token != null && this.parts.model.vocabulary.get(model.unk_token) === id;
  }

  /** Spelling of a requested term in this vocabulary, or `null` if it is not a single word. */
  tokenOf(term: string): string | null {
    const { normalizer, preTokenizer } = this.parts;
    const text = AlignedText.of(this.extension.before + term);
    const words = preTokenizer.split([normalizer.normalize(text, WHOLE_TEXT)], {
      isStart: true,
      textStart: true,
    });
    const [word] = words;
    return words.length === 1 && word !== undefined && word.length > 0 ? word.text : null;
  }

  /** Adds words to the vocabulary, after all existing tokens. */
  extended(tokens: readonly string[]): ExtendedVocabulary {
    const first = this.size;
    const added = tokens.map((token, i) => ({ token, id: first + i, pieces: this.spell(token) }));
    return {
      tokenizerJson: { ...this.tokenizerJson, model: this.extension.model(added) },
      added,
    };
  }

  /** First unused id. */
  get size(): number {
    let size = 0;
    for (const id of this.parts.model.vocabulary.values()) size = Math.max(size, id + 1);
    for (const { id } of this.outsideTokens) size = Math.max(size, id + 1);
    return size;
  }

  /** Added tokens; those that are also in the model's vocabulary keep their ids. */
  private get outsideTokens(): readonly { content: string; id: number }[] {
    const { vocabulary } = this.parts.model;
    return this.parts.definition.added_tokens
      .filter(({ content }) => !vocabulary.has(content))
      .sort((a, b) => a.id - b.id);
  }

  private chooseExtension(): Extension {
    const { modelDefinition: model, preTokenizerDefinition } = this.parts;
    const stages = preTokenizerDefinition === null ? [] : flatten(preTokenizerDefinition);
    const inBytes = stages.some(({ type }) => type === 'ByteLevel');
    const rest = this.tokenizerJson['model'] as Readonly<Record<string, unknown>>;
    switch (model.type) {
      case 'WordPiece':
        return {
          candidate: inBytes
            ? (word) => ({ token: word, letters: decodeByteLevel(word) })
            : (word) => ({ token: word, letters: word }),
          before: '',
          model: (added) => ({ ...rest, vocab: this.table(model.vocab, added) }),
        };
      case 'BPE':
        if (!inBytes) {
          throw this.file.error(problem('tokenizer.characterVocabulary'));
        }
        if (model.ignore_merges !== true) this.refuseUnreachable();
        return {
          candidate: (word) => ({ token: word, letters: decodeByteLevel(word).replace(/^ /, '') }),
          before: ' ',
          model: (added) => ({
            ...{ ...rest, type: 'BPE', ignore_merges: true },
            vocab: this.table(model.vocab, added),
          }),
        };
      case 'Unigram': {
        const metaspace = stages.find(({ type }) => type === 'Metaspace');
        if (metaspace?.type !== 'Metaspace') {
          throw this.file.error(problem('tokenizer.unmarkedPieces'));
        }
        const { replacement: marker } = metaspace;
        return {
          candidate: (word) => {
            const [letters = ''] = word.startsWith(marker)
              ? (STARTS_WITH_TERM.exec(word.slice(1)) ?? [])
              : [];
            return letters === '' ? null : { token: marker + letters, letters };
          },
          before: ' ',
          model: (added) => ({
            ...{ ...rest, type: 'Unigram' },
            vocab: this.scoredPieces(model.vocab, added),
          }),
        };
      }
    }
  }

  private table(
    vocab: Readonly<Record<string, number>>,
    added: readonly NewToken[],
  ): Record<string, number> {
    const table = { ...vocab };
    for (const { content, id } of this.outsideTokens) table[content] = id;
    for (const { token, id } of added) table[token] = id;
    return table;
  }

  private scoredPieces(
    vocab: Extract<ModelDefinition, { type: 'Unigram' }>['vocab'],
    added: readonly NewToken[],
  ): (readonly [string, number])[] {
    const pieces = [...vocab];
    for (const { content, id } of this.outsideTokens) {
      if (id !== pieces.length) {
        throw this.file.error(problem('tokenizer.missingId', { id: String(pieces.length) }));
      }
      pieces.push([content, 0]);
    }
    const lowest = vocab.reduce((least, [, score]) => Math.min(least, score), 0);
    for (const { token, pieces: parts } of added) {
      const score = parts.reduce((sum, id) => sum + vocab[id]![1], MARGIN);
      // No score may be below all others, which determine how unlikely an unknown character is.
      pieces.push([token, Math.max(score, lowest)]);
    }
    return pieces;
  }

  /** Refuses tokens that no merges produce, because they would now be spelled differently. */
  private refuseUnreachable(): void {
    const { vocabulary } = this.parts.model;
    const added = new Set(this.parts.definition.added_tokens.map(({ content }) => content));
    for (const token of vocabulary.keys()) {
      if (added.has(token) || this.spell(token).length === 1) continue;
      if (this.tokenOf(decodeByteLevel(token).replace(/^ /, '')) !== token) continue;
      throw this.file.error(problem('tokenizer.unreachableToken', { token }));
    }
  }
}

const STARTS_WITH_TERM = /^[\p{L}\p{M}]+\d*(?![\p{L}\p{M}\p{N}])/u;

function flatten(definition: PreTokenizerDefinition): PreTokenizerDefinition[] {
  return definition.type === 'Sequence' ? definition.pretokenizers.flatMap(flatten) : [definition];
}
