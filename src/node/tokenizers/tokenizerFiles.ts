import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { readBytes } from '../files/regularFile.js';

/** Other tokenizer files next to `tokenizer.json`, kept with a model because other tools read them. */
const COMPANIONS = [
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'bpe.codes',
  'sentencepiece.bpe.model',
  'spiece.model',
  'spm.model',
  'tokenizer.model',
];

const MAX_BYTES = 1 << 28;

export async function readTokenizerFiles(folder: string): Promise<Map<string, Uint8Array>> {
  const present = COMPANIONS.filter((name) => fs.existsSync(path.join(folder, name)));
  const read = async (name: string): Promise<[string, Uint8Array]> => [
    name,
    await readBytes(path.join(folder, name), MAX_BYTES),
  ];
  return new Map(await Promise.all(present.map(read)));
}

const tokenizerFactsSchema = z.object({
  normalizer: z.object({ lowercase: z.boolean().optional() }).nullish(),
  pre_tokenizer: z.object({ type: z.string() }).nullish(),
  model: z.object({ type: z.string().optional() }).optional(),
  added_tokens: z.array(z.object({ content: z.string() })).default([]),
});

/** Special tokens by role, as BERT and RoBERTa write them. */
const SPECIAL_TOKENS: Readonly<Record<string, readonly string[]>> = {
  pad_token: ['[PAD]', '<pad>'],
  unk_token: ['[UNK]', '<unk>'],
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  mask_token: ['[MASK]', '<mask>'],
};

/** Content of `tokenizer_config.json`, in which tools such as transformers.js find the mask token. */
export function hubTokenizerConfig(
  {
    tokenizerJson,
    tokenizerConfigJson,
  }: {
    readonly tokenizerJson: unknown;
    readonly tokenizerConfigJson?: Readonly<Record<string, unknown>> | null;
  },
  { maxLength, hasTokenTypes = true }: { maxLength: number; hasTokenTypes?: boolean },
): Record<string, unknown> {
  const facts = tokenizerFactsSchema.parse(tokenizerJson);
  const { normalizer, model, added_tokens: added, pre_tokenizer: words } = facts;
  const contents = new Set(added.map(({ content }) => content));
  const tokens = Object.entries(SPECIAL_TOKENS).flatMap(([role, spellings]) => {
    const token = spellings.find((spelling) => contents.has(spelling));
    return token === undefined ? [] : [[role, token]];
  });
  // BERT's class may override the pre-tokenizer of the file.
  const isWordPiece = (model?.type ?? 'WordPiece') === 'WordPiece';
  const isBert = isWordPiece && (words?.type ?? 'BertPreTokenizer') === 'BertPreTokenizer';
  const kind = isBert
    ? { tokenizer_class: 'BertTokenizer', do_lower_case: normalizer?.lowercase ?? true }
    : { tokenizer_class: 'PreTrainedTokenizerFast' };
  return {
    ...kind,
    model_max_length: maxLength,
    // Without this, the general class passes token types to models that have none.
    ...(isBert || hasTokenTypes ? {} : { model_input_names: ['input_ids', 'attention_mask'] }),
    ...(Object.fromEntries(tokens) as Record<string, unknown>),
    ...tokenizerConfigJson,
  };
}
