import { problem } from '../../messages/message.js';
import { AlignedText } from '../../text/alignedText.js';
import { Framing, NO_FRAMING_PARTS, bertFraming, robertaFraming } from '../framing.js';
import type { TemplatePart } from '../framing.js';
import { BytePairModel } from '../models/bytePairEncoding.js';
import type { Model } from '../models/tokenizerModel.js';
import { UnigramModel } from '../models/unigram.js';
import { WordPieceModel } from '../models/wordPiece.js';
import { bertNormalizer } from '../normalizers/bertNormalizer.js';
import {
  lowercaseNormalizer,
  nmtNormalizer,
  stripAccentsNormalizer,
} from '../normalizers/characters.js';
import { prependNormalizer, replaceNormalizer, stripNormalizer } from '../normalizers/edit.js';
import { noNormalizer, normalizerSequence, type Normalizer } from '../normalizers/normalizer.js';
import { precompiledNormalizer } from '../normalizers/precompiled.js';
import { unicodeForm } from '../normalizers/unicodeForm.js';
import { literalRegex, translateRegex } from './oniguruma.js';
import { GPT2_WORDS, byteLevelPreTokenizer } from '../preTokenizers/byteLevel.js';
import { metaspacePreTokenizer } from '../preTokenizers/metaspace.js';
import {
  bertPreTokenizer,
  delimiterSplit,
  digitsSplit,
  punctuationSplit,
  regexSplit,
  whitespacePreTokenizer,
  whitespaceSplit,
} from '../preTokenizers/patterns.js';
import {
  preTokenizerSequence,
  type PreTokenizer,
  type Separation,
} from '../preTokenizers/preTokenizer.js';
import type { TokenizerFile } from './tokenizerError.js';
import type {
  ModelDefinition,
  NormalizerDefinition,
  Pattern,
  PostProcessorDefinition,
  PreTokenizerDefinition,
  TemplateDefinition,
} from './tokenizerSchema.js';

export function buildNormalizer(definition: NormalizerDefinition, file: TokenizerFile): Normalizer {
  switch (definition.type) {
    case 'BertNormalizer':
      return bertNormalizer({
        cleanText: definition.clean_text,
        handleChineseChars: definition.handle_chinese_chars,
        lowercase: definition.lowercase,
        stripAccents: definition.strip_accents ?? definition.lowercase,
      });
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return unicodeForm(definition.type);
    case 'Lowercase':
      return lowercaseNormalizer;
    case 'StripAccents':
      return stripAccentsNormalizer;
    case 'Nmt':
      return nmtNormalizer;
    case 'Replace':
      return replaceNormalizer(compile(definition.pattern, file), {
        content: definition.content,
        isLocal: isLocalReplacement(definition),
      });
    case 'Prepend':
      return prependNormalizer(definition.prepend);
    case 'Strip':
      return stripNormalizer({ left: definition.strip_left, right: definition.strip_right });
    case 'Precompiled':
      return buildPrecompiled(definition.precompiled_charsmap ?? '', file);
    case 'Sequence':
      return normalizerSequence(definition.normalizers.map((part) => buildNormalizer(part, file)));
  }
}

function buildPrecompiled(base64: string, file: TokenizerFile): Normalizer {
  if (base64 === '') return noNormalizer;
  try {
    return precompiledNormalizer(base64);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw file.error(problem('tokenizer.truncatedCharsmap'));
  }
}

/** A regular expression that matches only runs of white space. */
const MATCHES_WHITE_SPACE =
  /^(?:(?: |\\[nrts]|\[(?: |\\[nrts])+\])(?:\{\d+,\}|\+)?(?:\|(?!$)|$))+$/;

/**
 * Whether a replacement is local: of white space by a space or marker, or between texts without
 * white space.
 */
function isLocalReplacement({ pattern, content }: { pattern: Pattern; content: string }): boolean {
  if ('Regex' in pattern) return MATCHES_WHITE_SPACE.test(pattern.Regex) && /^[ ▁]$/.test(content);
  return pattern.String === ' ' ? content !== '' : !/\s/.test(pattern.String + content);
}

/**
 * Patterns that split every text before a space after a visible character, without further context.
 */
const KNOWN_PATTERNS: ReadonlyMap<string, Separation> = new Map([
  [GPT2_WORDS, 'whiteSpace'],
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    'space',
  ],
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    'space',
  ],
]);

/** `normalizer` is the normalizer that the texts have passed. */
export function buildPreTokenizer(
  definition: PreTokenizerDefinition,
  { normalizer, file }: { normalizer: Normalizer; file: TokenizerFile },
): PreTokenizer {
  switch (definition.type) {
    case 'BertPreTokenizer':
      return bertPreTokenizer;
    case 'Whitespace':
      return whitespacePreTokenizer;
    case 'WhitespaceSplit':
      return whitespaceSplit;
    case 'ByteLevel':
      return byteLevelPreTokenizer({
        addPrefixSpace: definition.add_prefix_space,
        useRegex: definition.use_regex,
      });
    case 'Metaspace':
      return metaspacePreTokenizer({
        marker: definition.replacement,
        prependScheme:
          definition.add_prefix_space === false ? 'never' : (definition.prepend_scheme ?? 'always'),
        split: definition.split,
      });
    case 'Split':
      return regexSplit(compile(definition.pattern, file), {
        ...definition,
        ...localityOf(definition, normalizer),
      });
    case 'Punctuation':
      return punctuationSplit(definition.behavior);
    case 'Digits':
      return digitsSplit({ individual: definition.individual_digits });
    case 'CharDelimiterSplit':
      return delimiterSplit(literalRegex(definition.delimiter));
    case 'Sequence':
      return preTokenizerSequence(
        definition.pretokenizers.map((part) => buildPreTokenizer(part, { normalizer, file })),
      );
  }
}

function localityOf(
  { pattern, behavior, invert }: Extract<PreTokenizerDefinition, { type: 'Split' }>,
  normalizer: Normalizer,
): { isLocal: boolean; separates: Separation } {
  if ('String' in pattern) {
    // If spaces are already replaced, nothing remains to split at.
    const finds = normalizedInside('a b', normalizer).includes(pattern.String);
    return { isLocal: pattern.String === ' ' && !finds, separates: 'none' };
  }
  const keepsMatches = invert ? behavior === 'Removed' : behavior === 'Isolated';
  const separates = keepsMatches ? KNOWN_PATTERNS.get(pattern.Regex) : undefined;
  return { isLocal: separates !== undefined, separates: separates ?? 'none' };
}

/** Normalizes a text as it would be inside a longer one. */
export function normalizedInside(text: string, normalizer: Normalizer): string {
  const edges = { start: false, textStart: false, end: false };
  return normalizer.normalize(AlignedText.of(text), edges).text;
}

function compile(pattern: Pattern, file: TokenizerFile): RegExp {
  if ('String' in pattern) return literalRegex(pattern.String);
  try {
    return translateRegex(pattern.Regex);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw file.error(problem('tokenizer.unsupportedRegex', { reason: cause.message }));
  }
}

export function buildModel(definition: ModelDefinition, file: TokenizerFile): Model {
  switch (definition.type) {
    case 'WordPiece': {
      const vocabulary = vocabularyOf(definition.vocab);
      const unknownId = vocabulary.get(definition.unk_token);
      if (unknownId === undefined) throw file.error(problem('tokenizer.noUnknownToken'));
      return new WordPieceModel({
        vocabulary,
        unknownId,
        continuationPrefix: definition.continuing_subword_prefix,
        maxWordCharacters: definition.max_input_chars_per_word,
      });
    }
    case 'BPE':
      return buildBytePair(definition, file);
    case 'Unigram': {
      const { vocab, unk_id: unknownId } = definition;
      if (unknownId == null || unknownId >= vocab.length) {
        throw file.error(problem('tokenizer.noUnknownToken'));
      }
      const byteFallback = definition.byte_fallback ?? false;
      return new UnigramModel({ tokens: vocab, unknownId, byteFallback });
    }
  }
}

/** Avoids intermediate arrays for a quarter of a million entries. */
function vocabularyOf(vocab: Readonly<Record<string, number>>): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const token in vocab) vocabulary.set(token, vocab[token]!);
  return vocabulary;
}

function buildBytePair(
  definition: Extract<ModelDefinition, { type: 'BPE' }>,
  file: TokenizerFile,
): Model {
  const vocabulary = vocabularyOf(definition.vocab);
  const unknown = definition.unk_token;
  const unknownId = unknown == null ? null : vocabulary.get(unknown);
  if (unknownId === undefined) {
    throw file.error(problem('tokenizer.missingToken', { token: unknown ?? '' }));
  }
  try {
    return new BytePairModel({
      vocabulary,
      merges: definition.merges.map((merge) =>
        typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge,
      ),
      unknownId,
      fuseUnknown: definition.fuse_unk ?? false,
      byteFallback: definition.byte_fallback ?? false,
      ignoreMerges: definition.ignore_merges ?? false,
      continuationPrefix: definition.continuing_subword_prefix ?? '',
      endOfWordSuffix: definition.end_of_word_suffix ?? '',
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw file.error(problem('tokenizer.invalidMerges', { reason: cause.message }));
  }
}

/**
 * Builds the framing of a post-processor. Files without one (such as old BERT files) get the
 * framing that their special tokens suggest.
 */
export function buildFraming(
  definition: PostProcessorDefinition | null,
  { idOf, file }: { idOf: (token: string) => number | undefined; file: TokenizerFile },
): Framing {
  const stages = definition === null ? [] : flatten(definition);
  const [stage, ...others] = stages.filter(framesTexts);
  if (others.length > 0) throw file.error(problem('tokenizer.severalPostProcessors'));
  if (stage === undefined) return usualFraming(idOf);
  switch (stage.type) {
    case 'BertProcessing':
      return bertFraming(stage.cls[1], stage.sep[1]);
    case 'RobertaProcessing':
      return robertaFraming(stage.cls[1], stage.sep[1]);
    case 'TemplateProcessing': {
      const parts = (template: TemplateDefinition): TemplatePart[] =>
        template.map((part) => {
          if ('Sequence' in part) {
            const { id, type_id: typeId } = part.Sequence;
            return { kind: 'sequence', index: id === 'A' ? 0 : 1, typeId };
          }
          const { id, type_id: typeId } = part.SpecialToken;
          const ids = stage.special_tokens[id]?.ids ?? [idOf(id)];
          const known = ids.filter((tokenId) => tokenId !== undefined);
          if (known.length < ids.length) {
            throw file.error(problem('tokenizer.missingToken', { token: id }));
          }
          return { kind: 'special', ids: known, typeId };
        });
      return new Framing(parts(stage.single), parts(stage.pair));
    }
  }
}

function usualFraming(idOf: (token: string) => number | undefined): Framing {
  const [cls, sep, start, end] = ['[CLS]', '[SEP]', '<s>', '</s>'].map(idOf);
  if (cls !== undefined && sep !== undefined) return bertFraming(cls, sep);
  if (start !== undefined && end !== undefined) return robertaFraming(start, end);
  return new Framing(NO_FRAMING_PARTS, []);
}

type FramingStage = Exclude<PostProcessorDefinition, { type: 'ByteLevel' | 'Sequence' }>;
type SinglePostProcessor = Exclude<PostProcessorDefinition, { type: 'Sequence' }>;

/** The byte-level stage only affects offsets. */
function framesTexts(stage: SinglePostProcessor): stage is FramingStage {
  return stage.type !== 'ByteLevel';
}

function flatten(definition: PostProcessorDefinition): SinglePostProcessor[] {
  return definition.type === 'Sequence' ? definition.processors.flatMap(flatten) : [definition];
}
