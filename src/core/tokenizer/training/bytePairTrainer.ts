import { BYTE_CHARACTERS } from '../preTokenizers/byteLevel.js';
import { refuseSmallSize } from './alphabet.js';
import { TokenList, mergePairs } from './pairMerges.js';
import { ROBERTA_SPECIAL_TOKENS, robertaFrame } from './specialTokens.js';
import type { Training, VocabularyOptions } from './training.js';
import type { WordCounts } from './wordCounts.js';
import type { StageDefinitions } from './wordStages.js';

const BYTE_LEVEL = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
} as const;

export function bytePairStages({
  lowercase,
}: Pick<VocabularyOptions, 'lowercase'>): StageDefinitions {
  return {
    normalizer: lowercase
      ? { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] }
      : null,
    pre_tokenizer: BYTE_LEVEL,
  };
}

/**
 * Trains byte-level BPE as in GPT-2 and RoBERTa (Radford et al. 2019), with RoBERTa's special
 * tokens, and returns the content of its `tokenizer.json`. Ids: special tokens, then the 256 bytes
 * in the order of their characters, then merges in order. No character is unknown.
 *
 * @throws AppError `UserInput` if the bytes alone exceed the requested size
 */
export function* bytePairTraining(
  { words }: WordCounts,
  options: VocabularyOptions,
): Training<object> {
  const alphabet = [...BYTE_CHARACTERS].sort();
  refuseSmallSize(ROBERTA_SPECIAL_TOKENS.length + alphabet.length, options.vocabularySize);
  const vocabulary = new TokenList();
  for (const token of [...ROBERTA_SPECIAL_TOKENS, ...alphabet]) vocabulary.idOf(token);
  const spelled = Array.from(words, ([word, count]) => ({
    symbols: Array.from(word, (character) => vocabulary.idOf(character)),
    count,
  }));
  const merges = yield* mergePairs(spelled, vocabulary, { ...options, continuationPrefix: '' });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    ...bytePairStages(options),
    ...robertaFrame(),
    decoder: BYTE_LEVEL,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}
