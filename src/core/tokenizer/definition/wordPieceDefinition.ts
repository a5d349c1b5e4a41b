import { BYTE_LEVEL_SPACE } from '../preTokenizers/byteLevel.js';
import type { StageDefinitions } from '../training/wordStages.js';

/** Special tokens of BERT, in the order of their ids (0 to 4) in new vocabularies. */
export const BERT_SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;
export const CONTINUATION_PREFIX = '##';

/** Spelling of a WordPiece vocabulary. */
export interface WordPieceSpelling {
  readonly lowercase: boolean;
  /** Whether tokens are spelled in bytes, so that no character is unknown. */
  readonly bytes?: boolean;
}

export function wordPieceStages({ lowercase, bytes = false }: WordPieceSpelling): StageDefinitions {
  const words = { type: 'BertPreTokenizer' } as const;
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: bytes ? { type: 'Sequence', pretokenizers: [words, IN_BYTES] } : words,
  };
}

/** Spells words with one character per byte, without splitting. */
const IN_BYTES = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: false,
} as const;
/** The WordPiece decoder puts spaces between words, which the next decoder reads as bytes. */
const SPACES_IN_BYTES = {
  type: 'Replace',
  pattern: { String: ' ' },
  content: BYTE_LEVEL_SPACE,
} as const;
/**
 * Maximum length of a word; longer ones are unknown. Scripts without spaces have long words in
 * bytes.
 */
const MOST_CHARACTERS = 100;
const MOST_BYTES = 10_000;

/**
 * Content of a BERT-style `tokenizer.json` for a vocabulary whose ids are its indices, as in
 * `vocab.txt`. It must include the five special tokens.
 */
export function wordPieceDefinition(
  tokens: readonly string[],
  spelling: WordPieceSpelling,
): object {
  const wordDecoder = { type: 'WordPiece', prefix: CONTINUATION_PREFIX, cleanup: true };
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const special = (content: string) => ({ SpecialToken: { id: content, type_id: 0 } });
  const first = [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')];
  const border = (content: string): [string, object] => [
    content,
    { id: content, ids: [idOf.get(content)], tokens: [content] },
  ];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: BERT_SPECIAL_TOKENS.map((content) => ({
      id: idOf.get(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    ...wordPieceStages(spelling),
    post_processor: {
      type: 'TemplateProcessing',
      single: first,
      pair: [
        ...first,
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: '[SEP]', type_id: 1 } },
      ],
      special_tokens: Object.fromEntries([border('[CLS]'), border('[SEP]')]),
    },
    decoder:
      spelling.bytes === true
        ? { type: 'Sequence', decoders: [wordDecoder, SPACES_IN_BYTES, IN_BYTES] }
        : wordDecoder,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: CONTINUATION_PREFIX,
      max_input_chars_per_word: spelling.bytes === true ? MOST_BYTES : MOST_CHARACTERS,
      vocab: Object.fromEntries(idOf),
    },
  };
}
