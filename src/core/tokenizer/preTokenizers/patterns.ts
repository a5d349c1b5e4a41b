import {
  BERT_ASCII,
  BETWEEN_SPACES_ASCII,
  WORDS_AND_SIGNS_ASCII,
  type AsciiWords,
} from './asciiWords.js';
import type { PreTokenizer, Separation } from './preTokenizer.js';
import { splitText, type SplitBehavior } from './splitting.js';

const WHITE_SPACE = '\\p{White_Space}';
/**
 * Punctuation for BERT: that of Unicode, and all ASCII characters other than letters and digits.
 */
const PUNCTUATION = '\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E';
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200C\\u200D';

function patternSplit(
  pattern: RegExp,
  options: {
    readonly behavior: SplitBehavior;
    readonly invert?: boolean;
    readonly isLocal?: boolean;
    readonly separates?: Separation;
    readonly ascii?: AsciiWords;
  },
): PreTokenizer {
  const { behavior, invert = false } = options;
  return {
    isLocal: options.isLocal ?? true,
    separates: options.separates ?? 'none',
    ascii: options.ascii ?? null,
    keepsAscii: false,
    split: (parts) => parts.flatMap((part) => splitText(part, pattern, { behavior, invert })),
  };
}

/** Every punctuation mark is a word; other words are separated by white space. */
const BERT_WORDS = new RegExp(`[^${WHITE_SPACE}${PUNCTUATION}]+|[${PUNCTUATION}]`, 'gu');

export const bertPreTokenizer = patternSplit(BERT_WORDS, {
  behavior: 'Removed',
  invert: true,
  separates: 'whiteSpace',
  ascii: BERT_ASCII,
});

/** Words and runs of other characters. */
export const whitespacePreTokenizer = patternSplit(
  new RegExp(`[${WORD}]+|[^${WORD}${WHITE_SPACE}]+`, 'gu'),
  { behavior: 'Removed', invert: true, separates: 'whiteSpace', ascii: WORDS_AND_SIGNS_ASCII },
);

export const whitespaceSplit = patternSplit(new RegExp(WHITE_SPACE, 'gu'), {
  behavior: 'Removed',
  separates: 'whiteSpace',
  ascii: BETWEEN_SPACES_ASCII,
});

export function punctuationSplit(behavior: SplitBehavior): PreTokenizer {
  return patternSplit(new RegExp(`[${PUNCTUATION}]`, 'gu'), {
    behavior,
    isLocal: behavior !== 'MergedWithNext',
  });
}

export function digitsSplit({ individual }: { individual: boolean }): PreTokenizer {
  return patternSplit(/\p{N}/gu, { behavior: individual ? 'Isolated' : 'Contiguous' });
}

export function delimiterSplit(delimiter: RegExp): PreTokenizer {
  return patternSplit(delimiter, { behavior: 'Removed', isLocal: false });
}

/**
 * The `Split` stage of a `tokenizer.json`. Its locality is a parameter because it cannot be derived
 * from a pattern.
 */
export function regexSplit(
  pattern: RegExp,
  options: {
    readonly behavior: SplitBehavior;
    readonly invert: boolean;
    readonly isLocal: boolean;
    readonly separates: Separation;
  },
): PreTokenizer {
  return patternSplit(pattern, options);
}
