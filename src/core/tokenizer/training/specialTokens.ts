/** RoBERTa's special tokens, in the order of their ids (0 to 4) in new vocabularies. */
export const ROBERTA_SPECIAL_TOKENS = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'] as const;

const idOf = (token: (typeof ROBERTA_SPECIAL_TOKENS)[number]): number =>
  ROBERTA_SPECIAL_TOKENS.indexOf(token);

/** Stages of a `tokenizer.json` that find these tokens in texts and frame sequences with them. */
export function robertaFrame(): Readonly<Record<string, unknown>> {
  const special = (content: string) => ({ SpecialToken: { id: content, type_id: 0 } });
  const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } });
  const [start, end] = ['<s>', '</s>'] as const;
  const single = [special(start), sequence('A'), special(end)];
  const border = (content: typeof start | typeof end): [string, object] => [
    content,
    { id: content, ids: [idOf(content)], tokens: [content] },
  ];
  return {
    added_tokens: ROBERTA_SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      // The mask replaces a word together with the preceding space.
      lstrip: content === '<mask>',
      rstrip: false,
      normalized: false,
      special: true,
    })),
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, special(end), sequence('B'), special(end)],
      special_tokens: Object.fromEntries([border(start), border(end)]),
    },
  };
}
