import { capitalized } from '../format.js';
import { isSentenceStart } from './sentenceStart.js';

/** Words that languages in which a lone "i" is a word hardly have. */
const ENGLISH =
  /(?<![\p{L}'])(?:the|and|that|with|which|this|you|they|were|would|their|there|what|when|your)(?![\p{L}'])/iu;

/**
 * A predicted word as it is written where it begins in a text: with a capital letter at the start of a
 * sentence, and "I" in English, since uncased models give both in small letters.
 */
export function writtenAt(word: string, text: string, start: number): string {
  return isSentenceStart(text.slice(0, start)) ? capitalized(word) : withPronoun(word, text);
}

/** A word of a text, with a capital letter if it is the pronoun "I" of English text. */
export function withPronoun(word: string, text: string): string {
  return word === 'i' && ENGLISH.test(text) ? 'I' : word;
}
