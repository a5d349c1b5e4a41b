import { wordsIn, type TextRange } from './words.js';

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)*/gu;

/** Whether a text is, at least in part, in a script without spaces between words. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/** Words one after the other, without a space where both sides are in a script without them. */
export function joinedWords(words: readonly string[]): string {
  return words.reduce((text, word) => {
    if (text === '') return word;
    const sides = [Array.from(text).at(-1), Array.from(word)[0]];
    const isJoined = sides.every((side) => isUnspaced(side ?? ''));
    return text + (isJoined ? '' : ' ') + word;
  }, '');
}

/** Words of a text, in linear time; by Unicode segmentation if its script has no spaces between them. */
export function spacedWordsIn(text: string): readonly TextRange[] {
  if (isUnspaced(text)) return wordsIn(text);
  const words: TextRange[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    words.push({ start: index, end: index + word.length });
  }
  return words;
}
