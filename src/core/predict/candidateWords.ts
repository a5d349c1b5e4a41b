/** Letters of the longest word of a text that is proposed elsewhere. */
export const MOST_WORD_LENGTH = 40;

const WORD = new RegExp(
  `(?<![\\p{L}\\p{N}_])\\p{L}{3,${MOST_WORD_LENGTH}}(?![\\p{L}\\p{N}_])`,
  'gu',
);

/** The words of a text that can be proposed elsewhere: three letters and more, without digits. */
export function* candidateWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORD)) yield word;
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

const ENDS_IN_WORD = /[\p{L}\p{N}_]$/u;
const BEGINS_IN_WORD = /^[\p{L}\p{N}_]/u;
