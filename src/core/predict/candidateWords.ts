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
