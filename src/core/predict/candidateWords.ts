/** UTF-16 units of the longest word of a text that is proposed elsewhere. */
export const MOST_WORD_LENGTH = 40;

/** Marks are parts of letters: accents that are written apart, vowels of Indian scripts. */
const PART = String.raw`[\p{L}\p{M}\p{N}_]`;
const WORD = new RegExp(
  String.raw`(?<!${PART})\p{L}[\p{L}\p{M}]{2,${MOST_WORD_LENGTH - 1}}(?!${PART})`,
  'gu',
);

/** The words of a text that can be proposed elsewhere: three letters and more, without digits. */
export function* candidateWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORD)) if (word.length <= MOST_WORD_LENGTH) yield word;
}

/** Number of times that `candidateWords` gives a word, found without reading all other words. */
export function usesOfWord(text: string, word: string): number {
  let uses = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    if (ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at))) continue;
    if (!BEGINS_IN_WORD.test(text.slice(end, end + 2))) uses++;
  }
  return uses;
}

const ENDS_IN_WORD = new RegExp(`${PART}$`, 'u');
const BEGINS_IN_WORD = new RegExp(`^${PART}`, 'u');
