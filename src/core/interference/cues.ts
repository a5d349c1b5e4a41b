import { spacedWordsIn } from '../text/spacedWords.js';
import type { TextRange } from '../text/words.js';

/** Patterns of a text that hold or do not hold, whatever the other texts are. */
export const TEXT_PATTERNS = [
  'digits',
  'markup',
  'url',
  'email',
  'allCaps',
  'capsWord',
  'question',
  'exclamation',
  'noEndMark',
  'severalLines',
  'nonAscii',
] as const;
export type TextPattern = (typeof TEXT_PATTERNS)[number];

/** Lengths in words, relative to the quartiles of the training texts. */
export const LENGTH_PATTERNS = ['shortest', 'longer', 'longest'] as const;
export type LengthPattern = (typeof LENGTH_PATTERNS)[number];

/** A property of a text that may give its label away: a word that occurs in it, or a simple pattern. */
export type Cue =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'pattern'; readonly pattern: TextPattern }
  /** Texts of at most `words` words for `shortest`, and of more for the others. */
  | { readonly kind: 'length'; readonly pattern: LengthPattern; readonly words: number };

/** A text, or one of the two of a pair, with the ranges of personal data whose words are not shown. */
export interface CueText {
  readonly text: string;
  /** In order and without overlap. Default: none. */
  readonly hidden?: readonly TextRange[];
}

/** Cues of one text. */
export interface TextCues {
  /** Distinct whole words in lower case, without personal data. */
  readonly words: ReadonlySet<string>;
  readonly patterns: readonly TextPattern[];
  /** Number of words. */
  readonly length: number;
}

/** Longer words are none, and would fill the memory and the report. */
const LONGEST_WORD = 64;

const PATTERNS: Readonly<Record<TextPattern, (text: string) => boolean>> = {
  digits: (text) => /\p{Nd}/u.test(text),
  markup: (text) =>
    /<\/?[a-z][a-z0-9]*(?:\s[^<>]{0,500})?\/?>|&(?:[a-z]{2,8}|#\d{2,5});/i.test(text),
  url: (text) => /\b(?:https?:\/\/|www\.)\S/i.test(text),
  email: (text) => /[\w.+-]{1,64}@[\w-]{1,64}\.\w/.test(text),
  allCaps: (text) => !/\p{Ll}/u.test(text) && /\p{Lu}\P{Lu}*\p{Lu}/u.test(text),
  capsWord: (text) => /(?<!\p{L})\p{Lu}{3,}(?!\p{L})/u.test(text),
  question: (text) => /[?？]$/u.test(text.trimEnd()),
  exclamation: (text) => /[!！]$/u.test(text.trimEnd()),
  noEndMark: (text) => /[\p{L}\p{N}]$/u.test(text.trimEnd()),
  severalLines: (text) => text.trim().includes('\n'),
  nonAscii: (text) => /\P{ASCII}/u.test(text),
};

/** Words and patterns of a text, or of the texts of a pair. */
export function cuesOf(...texts: readonly CueText[]): TextCues {
  const words = new Set<string>();
  let length = 0;
  for (const { text, hidden = [] } of texts) {
    let veil = 0;
    for (const { start, end } of spacedWordsIn(text)) {
      length++;
      while (veil < hidden.length && hidden[veil]!.end <= start) veil++;
      const isHidden = veil < hidden.length && hidden[veil]!.start < end;
      if (!isHidden && end - start <= LONGEST_WORD) words.add(text.slice(start, end).toLowerCase());
    }
  }
  const patterns = TEXT_PATTERNS.filter((name) => texts.some(({ text }) => PATTERNS[name](text)));
  return { words, patterns, length };
}

/** Whether a text with these cues has a cue. */
export function hasCue({ words, patterns, length }: TextCues, cue: Cue): boolean {
  switch (cue.kind) {
    case 'word':
      return words.has(cue.word);
    case 'pattern':
      return patterns.includes(cue.pattern);
    case 'length':
      return cue.pattern === 'shortest' ? length <= cue.words : length > cue.words;
  }
}

/** Name that tells cues apart. */
export function cueKey(cue: Cue): string {
  return cue.kind === 'word' ? `word ${cue.word}` : `${cue.kind} ${cue.pattern}`;
}
