import * as z from 'zod';
import { problem } from '../../messages/message.js';
import { AlignedText } from '../../text/alignedText.js';
import type { Framing } from '../framing.js';
import type { Model } from '../models/tokenizerModel.js';
import { noNormalizer, type Normalizer } from '../normalizers/normalizer.js';
import {
  buildFraming,
  buildModel,
  buildNormalizer,
  buildPreTokenizer,
  normalizedInside,
} from './parseStages.js';
import { PipelineTokenizer } from '../pipelineTokenizer.js';
import {
  noPreTokenizer,
  type PreTokenizer,
  type Separation,
} from '../preTokenizers/preTokenizer.js';
import {
  byteContinuationSpelling,
  byteLevelSpelling,
  continuationSpelling,
  endOfWordSpelling,
  metaspaceSpelling,
  type Spelling,
} from '../spelling.js';
import type { SpecialTokens, Tokenizer } from '../tokenizer.js';
import { TokenizerFile } from './tokenizerError.js';
import {
  definitionSchema,
  modelSchema,
  normalizerSchema,
  postProcessorSchema,
  preTokenizerSchema,
  type ModelDefinition,
  type PreTokenizerDefinition,
} from './tokenizerSchema.js';

/** Special token names in `tokenizer_config.json`. */
const configSchema = z.object({
  mask_token: namedTokenSchema(),
  pad_token: namedTokenSchema(),
});

function namedTokenSchema() {
  return z
    .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
    .nullish()
    .catch(null);
}

const MASK_TOKENS = ['[MASK]', '<mask>', '<|mask|>'];
const PAD_TOKENS = ['[PAD]', '<pad>', '<|pad|>', '<|padding|>'];
const CLS_TOKENS = ['[CLS]', '<s>', '<bos>', '<|begin_of_text|>'];
const SEP_TOKENS = ['[SEP]', '</s>', '<eos>', '<|end_of_text|>'];
const UNKNOWN_TOKENS = ['[UNK]', '<unk>'];
const MARKER = '▁';

export interface ParseOptions {
  /** Path of the file in errors. */
  readonly path?: string;
  /** Content of `tokenizer_config.json`, which may name the mask and padding tokens. */
  readonly config?: unknown;
}

/**
 * Tables of tokens are as long as the largest id. Vocabularies have gaps, such as for tokens that were
 * added after a padded table, but no gaps many times as large as they are.
 */
function refuseLargeIds(
  vocabulary: ReadonlyMap<string, number>,
  added: readonly { readonly content: string; readonly id: number }[],
  file: TokenizerFile,
): void {
  const count = vocabulary.size + added.length;
  const limit = 4 * count + 100_000;
  const refuse = (token: string, id: number): void => {
    if (id <= limit) return;
    throw file.error(problem('tokenizer.idTooLarge', { token, id: String(id), count }));
  };
  vocabulary.forEach((id, token) => {
    refuse(token, id);
  });
  for (const { content, id } of added) refuse(content, id);
}

/**
 * Builds the tokenizer of a `tokenizer.json`: WordPiece, byte-level BPE, character BPE with or
 * without byte fallback, or Unigram, with the normalizers, pre-tokenizers and post-processors that
 * encoders use. Throws `Model` for an unsupported tokenizer or a malformed file.
 */
export function parseTokenizer(
  tokenizerJson: unknown,
  { path = 'tokenizer.json', config }: ParseOptions = {},
): Tokenizer {
  const file = new TokenizerFile(path);
  const parts = parseParts(tokenizerJson, file);
  const { definition, modelDefinition, model, normalizer, preTokenizer } = parts;

  const addedTokens = definition.added_tokens.map((token) => ({
    // A token that is also in the model's vocabulary keeps that id.
    id: model.vocabulary.get(token.content) ?? token.id,
    content: token.content,
    special: token.special,
    normalized: token.normalized ?? !token.special,
    singleWord: token.single_word,
    stripsLeft: token.lstrip,
    stripsRight: token.rstrip,
  }));
  refuseLargeIds(model.vocabulary, addedTokens, file);
  const added = new Map(addedTokens.map(({ content, id }) => [content, id]));
  const idOf = (token: string): number | undefined =>
    added.get(token) ?? model.vocabulary.get(token);
  const framing = buildFraming(
    definition.post_processor == null
      ? null
      : file.parse(postProcessorSchema, definition.post_processor, 'post_processor'),
    { idOf, file },
  );
  const names = configSchema.safeParse(config).data;
  const maskToken =
    [names?.mask_token, ...MASK_TOKENS].find(
      (token) => token != null && idOf(token) !== undefined,
    ) ?? MASK_TOKENS[0]!;
  return new PipelineTokenizer({
    normalizer,
    preTokenizer,
    model,
    addedTokens,
    spelling: spellingOf(modelDefinition, parts.preTokenizerDefinition),
    framing,
    special: specialTokens(
      {
        mask: maskToken,
        padding: [names?.pad_token, definition.padding?.pad_token, ...PAD_TOKENS],
        unknown: unknownToken(modelDefinition),
      },
      { framing, idOf, file },
    ),
    maskToken,
    cuts: cutsOf(normalizer, preTokenizer, model),
  });
}

/** Parsed definition of a `tokenizer.json` and the stages built from it. */
export interface TokenizerParts {
  readonly definition: z.infer<typeof definitionSchema>;
  readonly modelDefinition: ModelDefinition;
  readonly normalizer: Normalizer;
  readonly preTokenizerDefinition: PreTokenizerDefinition | null;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
}

/** Parses and builds the stages of a `tokenizer.json`. Throws `Model` for a malformed file. */
export function parseParts(tokenizerJson: unknown, file: TokenizerFile): TokenizerParts {
  const definition = file.parse(definitionSchema, tokenizerJson);
  const modelDefinition = file.parse(
    modelSchema,
    { ...definition.model, type: definition.model.type ?? impliedType(definition.model) },
    'model',
  );
  const normalizer =
    definition.normalizer == null
      ? noNormalizer
      : buildNormalizer(file.parse(normalizerSchema, definition.normalizer, 'normalizer'), file);
  const preTokenizerDefinition =
    definition.pre_tokenizer == null
      ? null
      : file.parse(preTokenizerSchema, definition.pre_tokenizer, 'pre_tokenizer');
  const preTokenizer =
    preTokenizerDefinition === null
      ? noPreTokenizer
      : buildPreTokenizer(preTokenizerDefinition, { normalizer, file });
  const model = buildModel(modelDefinition, file);
  return { definition, modelDefinition, normalizer, preTokenizerDefinition, preTokenizer, model };
}

/** Early versions of the file format do not name the type of the model. */
function impliedType(model: Readonly<Record<string, unknown>>): string | undefined {
  if ('merges' in model) return 'BPE';
  if ('unk_id' in model) return 'Unigram';
  return 'max_input_chars_per_word' in model ? 'WordPiece' : undefined;
}

function unknownToken(definition: ModelDefinition): string | null {
  if (definition.type === 'Unigram') return definition.vocab[definition.unk_id ?? 0]?.[0] ?? null;
  return definition.unk_token ?? null;
}

function specialTokens(
  names: {
    readonly mask: string;
    readonly padding: readonly (string | null | undefined)[];
    readonly unknown: string | null;
  },
  {
    framing,
    idOf,
    file,
  }: { framing: Framing; idOf: (token: string) => number | undefined; file: TokenizerFile },
): SpecialTokens {
  const find = (tokens: readonly (string | null | undefined)[]): number | undefined =>
    tokens.map((token) => (token == null ? undefined : idOf(token))).find((id) => id !== undefined);
  const require = (role: string, id: number | undefined): number => {
    if (id === undefined) throw file.error(problem('tokenizer.missingRole', { role }));
    return id;
  };
  const { first, last } = framing.borders;
  return {
    pad: require('pad_token', find(names.padding)),
    unknown: find([names.unknown, ...UNKNOWN_TOKENS]) ?? null,
    cls: require('cls_token', first ?? find(CLS_TOKENS)),
    sep: require('sep_token', last ?? find(SEP_TOKENS)),
    mask: require('mask_token', find([names.mask])),
  };
}

function spellingOf(model: ModelDefinition, preTokenizer: PreTokenizerDefinition | null): Spelling {
  const stages = preTokenizer === null ? [] : flatten(preTokenizer);
  if (stages.some(({ type }) => type === 'ByteLevel')) {
    return model.type === 'WordPiece'
      ? byteContinuationSpelling(model.continuing_subword_prefix)
      : byteLevelSpelling;
  }
  for (const stage of stages) {
    if (stage.type === 'Metaspace') return metaspaceSpelling(stage.replacement);
  }
  switch (model.type) {
    case 'WordPiece':
      return continuationSpelling(model.continuing_subword_prefix);
    case 'Unigram':
      return metaspaceSpelling(MARKER);
    case 'BPE':
      if (model.end_of_word_suffix) return endOfWordSpelling(model.end_of_word_suffix);
      return model.continuing_subword_prefix
        ? continuationSpelling(model.continuing_subword_prefix)
        : metaspaceSpelling(MARKER);
  }
}

function flatten(definition: PreTokenizerDefinition): PreTokenizerDefinition[] {
  return definition.type === 'Sequence' ? definition.pretokenizers.flatMap(flatten) : [definition];
}

/** White space at which a text can be cut without affecting any stage. */
function cutsOf(normalizer: Normalizer, preTokenizer: PreTokenizer, model: Model): Separation {
  if (!normalizer.isLocal || !preTokenizer.isLocal) return 'none';
  const normalized = AlignedText.of(normalizedInside('a b', normalizer));
  const [first] = preTokenizer.split([normalized], { isStart: false, textStart: false });
  const isParted = first?.endOf(first.length - 1) === 1;
  if (isParted && preTokenizer.separates === 'whiteSpace') return 'whiteSpace';
  const mayCut =
    preTokenizer.separates === 'none' ? modelParts(first?.text ?? '', model) : isParted;
  if (!mayCut) return 'none';
  const allAreSpaces = normalizedInside('a\tb\nc\rd', normalizer) === 'a b c d';
  return allAreSpaces ? 'whiteSpace' : 'space';
}

/**
 * Whether spaces become a marker that no token has after another character. Text before and after a
 * marker is then tokenized separately, even though it is one word.
 *
 * @param word result of normalizing `a b`
 */
function modelParts(word: string, model: Model): boolean {
  const marker = word[1];
  if (word.length !== 3 || marker === undefined || marker === ' ') return false;
  if (!model.vocabulary.has(marker)) return false;
  for (const token of model.vocabulary.keys()) {
    const last = token.lastIndexOf(marker);
    if (last > 0 && token.slice(0, last) !== marker.repeat(last)) return false;
  }
  return true;
}
