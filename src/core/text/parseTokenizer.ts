import * as z from 'zod';
import { AppError } from '../errors.js';
import type { SpecialTokens, Tokenizer } from './tokenizer.js';
import { WordPieceTokenizer } from './wordPiece.js';

const addedTokenSchema = z.object({
  id: z.int().min(0),
  content: z.string(),
  special: z.boolean().default(false),
  normalized: z.boolean().optional(),
});

const kindSchema = z.object({
  model: z.looseObject({ type: z.string().optional() }),
  normalizer: z.looseObject({ type: z.string() }).nullish(),
  pre_tokenizer: z.looseObject({ type: z.string() }).nullish(),
});

const bertTokenizerSchema = z.object({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: z
    .object({
      clean_text: z.boolean().default(true),
      handle_chinese_chars: z.boolean().default(true),
      strip_accents: z.boolean().nullish(),
      lowercase: z.boolean().default(true),
    })
    .nullish(),
  padding: z.object({ pad_token: z.string() }).nullish(),
  post_processor: z.looseObject({ type: z.string() }).nullish(),
  model: z.object({
    unk_token: z.string(),
    continuing_subword_prefix: z.string().default('##'),
    max_input_chars_per_word: z.int().positive().default(100),
    vocab: z.record(z.string(), z.int().min(0)),
  }),
});

/** `[CLS]` and `[SEP]` as the two forms of post-processors that BERT models ship with name them. */
const pairSchema = z.object({
  cls: z.tuple([z.string(), z.int()]),
  sep: z.tuple([z.string(), z.int()]),
});
const templateSchema = z.object({
  single: z.array(z.object({ SpecialToken: z.object({ id: z.string() }).optional() })),
});

/**
 * Builds the tokenizer that a `tokenizer.json` of the BERT family describes. `path` names the file
 * in errors. Throws `Model` for another kind of tokenizer and for a file that does not fit.
 */
export function parseTokenizer(
  tokenizerJson: unknown,
  { path = 'tokenizer.json' }: { path?: string } = {},
): Tokenizer {
  const kind = parse(kindSchema, tokenizerJson, path);
  const modelType =
    kind.model.type ?? ('max_input_chars_per_word' in kind.model ? 'WordPiece' : '');
  refuse(modelType === 'WordPiece', `${modelType || 'unnamed'} tokenizer model`, path);
  const normalizerType = kind.normalizer?.type ?? 'BertNormalizer';
  refuse(normalizerType === 'BertNormalizer', `${normalizerType} normalizer`, path);
  const preTokenizerType = kind.pre_tokenizer?.type ?? 'none';
  refuse(preTokenizerType === 'BertPreTokenizer', `${preTokenizerType} pre-tokenizer`, path);

  const definition = parse(bertTokenizerSchema, tokenizerJson, path);
  const { model, normalizer } = definition;
  const addedTokens = definition.added_tokens.map((token) => ({
    ...token,
    normalized: token.normalized ?? !token.special,
  }));
  const vocabulary = new Map(Object.entries(model.vocab));
  for (const { content, id } of addedTokens) vocabulary.set(content, id);
  const maskToken = ['[MASK]', '<mask>'].find((token) => vocabulary.has(token)) ?? '[MASK]';
  return new WordPieceTokenizer({
    vocabulary,
    maskToken,
    continuationPrefix: model.continuing_subword_prefix,
    maxWordCharacters: model.max_input_chars_per_word,
    normalizer: normalizer
      ? {
          cleanText: normalizer.clean_text,
          handleChineseChars: normalizer.handle_chinese_chars,
          lowercase: normalizer.lowercase,
          stripAccents: normalizer.strip_accents ?? normalizer.lowercase,
        }
      : null,
    addedTokens,
    special: specialTokens(definition, vocabulary, { maskToken, path }),
  });
}

function specialTokens(
  { model, padding, post_processor }: z.infer<typeof bertTokenizerSchema>,
  vocabulary: ReadonlyMap<string, number>,
  { maskToken, path }: { maskToken: string; path: string },
): SpecialTokens {
  const borders = borderTokens(post_processor);
  const idOf = (role: string, names: readonly (string | undefined)[]): number => {
    for (const name of names) {
      const id = name === undefined ? undefined : vocabulary.get(name);
      if (id !== undefined) return id;
    }
    throw modelError(path, `has no ${role} token`);
  };
  return {
    pad: idOf('padding', [padding?.pad_token, '[PAD]', '<pad>']),
    unknown: idOf('unknown', [model.unk_token]),
    cls: idOf('[CLS]', [borders.cls, '[CLS]', '<s>']),
    sep: idOf('[SEP]', [borders.sep, '[SEP]', '</s>']),
    mask: idOf('mask', [maskToken]),
  };
}

function borderTokens(postProcessor: unknown): { cls?: string; sep?: string } {
  const pair = pairSchema.safeParse(postProcessor);
  if (pair.success) return { cls: pair.data.cls[0], sep: pair.data.sep[0] };
  const template = templateSchema.safeParse(postProcessor);
  if (!template.success) return {};
  const cls = template.data.single.at(0)?.SpecialToken?.id;
  const sep = template.data.single.at(-1)?.SpecialToken?.id;
  return { ...(cls === undefined ? {} : { cls }), ...(sep === undefined ? {} : { sep }) };
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw modelError(path, `is not a tokenizer definition: ${where} ${issue?.message ?? ''}`);
}

function refuse(isSupported: boolean, what: string, path: string): void {
  if (!isSupported) throw modelError(path, `uses a ${what}, which Masklab cannot read`);
}

function modelError(path: string, problem: string): AppError {
  return new AppError({
    code: 'Model',
    details: {
      path,
      problem,
      remedy:
        'Choose a model of the BERT family with a WordPiece tokenizer (BERT, DistilBERT, ELECTRA, MiniLM).',
    },
  });
}
