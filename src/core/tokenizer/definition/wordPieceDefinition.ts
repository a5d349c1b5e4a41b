import { BYTE_LEVEL_SPACE } from '../preTokenizers/byteLevel.js';
import type { StageDefinitions } from '../training/wordStages.js';

/** The special tokens of BERT, in the order of their ids (0 to 4) in vocabularies made here. */
export const BERT_SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;
export const CONTINUATION_PREFIX = '##';

/** How a WordPiece vocabulary is spelled. */
export interface WordPieceSpelling {
  readonly lowercase: boolean;
  /** Tokens are spelled in bytes, so that nothing is unknown, whatever the script. */
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

/** Spells words with one character a byte and parts nothing. */
const IN_BYTES = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: false,
} as const;
/** Between words the WordPiece decoder puts spaces, which are bytes to the one behind it. */
const SPACES_IN_BYTES = {
  type: 'Replace',
  pattern: { String: ' ' },
  content: BYTE_LEVEL_SPACE,
} as const;
/** Of a word; longer ones are unknown as a whole. Scripts without spaces have long ones in bytes. */
const MOST_CHARACTERS = 100;
const MOST_BYTES = 10_000;

/**
 * The content of a `tokenizer.json` (BERT style) for a vocabulary whose ids are its indices, as a
 * `vocab.txt` lists it. The five special tokens must be among them.
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
