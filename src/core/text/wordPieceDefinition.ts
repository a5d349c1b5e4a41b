import type { StageDefinitions } from './training/wordStages.js';

/** The special tokens of BERT, in the order of their ids (0 to 4) in vocabularies made here. */
export const BERT_SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;
export const CONTINUATION_PREFIX = '##';

export function wordPieceStages({ lowercase }: { lowercase: boolean }): StageDefinitions {
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
  };
}

/**
 * The content of a `tokenizer.json` (BERT style) for a vocabulary whose ids are its indices, as a
 * `vocab.txt` lists it. The five special tokens must be among them.
 */
export function wordPieceDefinition(
  tokens: readonly string[],
  { lowercase }: { lowercase: boolean },
): object {
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
    ...wordPieceStages({ lowercase }),
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
    decoder: { type: 'WordPiece', prefix: CONTINUATION_PREFIX, cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: CONTINUATION_PREFIX,
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(idOf),
    },
  };
}
