import * as z from 'zod';
import { splitBehaviorSchema } from '../preTokenizers/splitting.js';

/** Parts of a `tokenizer.json` that define tokenization; the rest is ignored. */

const patternSchema = z.union([z.object({ Regex: z.string() }), z.object({ String: z.string() })]);
export type Pattern = z.infer<typeof patternSchema>;

const simple = <T extends string>(...types: T[]) => z.object({ type: z.enum(types) });

export const normalizerSchema = z.discriminatedUnion('type', [
  simple('NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents', 'Nmt'),
  z.object({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean().default(true),
    handle_chinese_chars: z.boolean().default(true),
    strip_accents: z.boolean().nullish(),
    lowercase: z.boolean().default(true),
  }),
  z.object({
    type: z.literal('Replace'),
    pattern: patternSchema,
    content: z.string(),
  }),
  z.object({ type: z.literal('Prepend'), prepend: z.string() }),
  z.object({
    type: z.literal('Strip'),
    strip_left: z.boolean().default(true),
    strip_right: z.boolean().default(true),
  }),
  z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.string().nullish() }),
  z.object({
    type: z.literal('Sequence'),
    get normalizers() {
      return z.array(normalizerSchema);
    },
  }),
]);
export type NormalizerDefinition = z.infer<typeof normalizerSchema>;

export const preTokenizerSchema = z.discriminatedUnion('type', [
  simple('BertPreTokenizer', 'Whitespace', 'WhitespaceSplit'),
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean().default(true),
    use_regex: z.boolean().default(true),
  }),
  z.object({
    type: z.literal('Metaspace'),
    replacement: z.string().length(1).default('▁'),
    prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
    add_prefix_space: z.boolean().optional(),
    split: z.boolean().default(true),
  }),
  z.object({
    type: z.literal('Split'),
    pattern: patternSchema,
    behavior: splitBehaviorSchema,
    invert: z.boolean().default(false),
  }),
  z.object({
    type: z.literal('Punctuation'),
    behavior: splitBehaviorSchema.default('Isolated'),
  }),
  z.object({ type: z.literal('Digits'), individual_digits: z.boolean().default(false) }),
  z.object({ type: z.literal('CharDelimiterSplit'), delimiter: z.string() }),
  z.object({
    type: z.literal('Sequence'),
    get pretokenizers() {
      return z.array(preTokenizerSchema);
    },
  }),
]);
export type PreTokenizerDefinition = z.infer<typeof preTokenizerSchema>;

const borderSchema = z.tuple([z.string(), z.int().min(0)]);
const templateSchema = z.array(
  z.union([
    z.object({ SpecialToken: z.object({ id: z.string(), type_id: z.int().min(0) }) }),
    z.object({ Sequence: z.object({ id: z.enum(['A', 'B']), type_id: z.int().min(0) }) }),
  ]),
);
export type TemplateDefinition = z.infer<typeof templateSchema>;

export const postProcessorSchema = z.discriminatedUnion('type', [
  simple('ByteLevel'),
  z.object({ type: z.literal('BertProcessing'), cls: borderSchema, sep: borderSchema }),
  z.object({ type: z.literal('RobertaProcessing'), cls: borderSchema, sep: borderSchema }),
  z.object({
    type: z.literal('TemplateProcessing'),
    single: templateSchema,
    pair: templateSchema.default([]),
    special_tokens: z.record(z.string(), z.object({ ids: z.array(z.int().min(0)) })).default({}),
  }),
  z.object({
    type: z.literal('Sequence'),
    get processors() {
      return z.array(postProcessorSchema);
    },
  }),
]);
export type PostProcessorDefinition = z.infer<typeof postProcessorSchema>;

/**
 * Validated by hand, because a schema would double the parsing time for a quarter of a million
 * entries.
 */
const vocabularySchema = z.custom<Readonly<Record<string, number>>>(
  isVocabulary,
  'is not a table of tokens and ids',
);

function isVocabulary(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const table = value as Readonly<Record<string, unknown>>;
  for (const token in table) {
    const id = table[token];
    if (!Number.isSafeInteger(id) || (id as number) < 0) return false;
  }
  return true;
}

const scoredTokensSchema = z.custom<readonly (readonly [string, number])[]>(
  (value) =>
    Array.isArray(value) &&
    value.every(
      (entry: unknown) =>
        Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number',
    ),
  'is not a list of tokens and scores',
);
const mergesSchema = z.custom<readonly (string | readonly [string, string])[]>(
  (value) =>
    Array.isArray(value) &&
    value.every((merge: unknown) =>
      Array.isArray(merge)
        ? merge.length === 2 && merge.every((part) => typeof part === 'string')
        : typeof merge === 'string' && merge.split(' ').length === 2,
    ),
  'is not a list of pairs',
);

export const modelSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('WordPiece'),
    unk_token: z.string(),
    continuing_subword_prefix: z.string().default('##'),
    max_input_chars_per_word: z.int().positive().default(100),
    vocab: vocabularySchema,
  }),
  z.object({
    type: z.literal('BPE'),
    unk_token: z.string().nullish(),
    continuing_subword_prefix: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
    fuse_unk: z.boolean().nullish(),
    byte_fallback: z.boolean().nullish(),
    ignore_merges: z.boolean().nullish(),
    vocab: vocabularySchema,
    merges: mergesSchema,
  }),
  z.object({
    type: z.literal('Unigram'),
    unk_id: z.int().min(0).nullish(),
    byte_fallback: z.boolean().nullish(),
    vocab: scoredTokensSchema,
  }),
]);
export type ModelDefinition = z.infer<typeof modelSchema>;

const addedTokenSchema = z.object({
  id: z.int().min(0),
  content: z.string(),
  special: z.boolean().default(false),
  normalized: z.boolean().optional(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
});

/** The whole file. Its stages are parsed one by one, so that errors can name unsupported ones. */
export const definitionSchema = z.object({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: z.unknown().optional(),
  pre_tokenizer: z.unknown().optional(),
  post_processor: z.unknown().optional(),
  model: z.looseObject({ type: z.string().optional() }),
  padding: z.object({ pad_token: z.string() }).nullish(),
});
