/** Words and signs of a text, independent of any tokenizer. One entry per lexeme. */
export interface Lexemes {
  /** In lowercase, with straight apostrophes. */
  readonly words: readonly string[];
  /** UTF-16 offsets into the text. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const UNSPACED = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}';
const LETTER = `[[\\p{L}\\p{M}\\p{N}]--[${UNSPACED}]]`;
/**
 * A run of letters and digits with apostrophes inside, except for a final 's, which is a separate
 * word: `don't`, `Alice` + `'` + `s`. Each Chinese or Japanese character and each sign is a lexeme.
 */
const LEXEME = new RegExp(`${LETTER}+(?:['’](?!s(?!${LETTER}))${LETTER}+)*|\\S`, 'giv');
const BEYOND_ASCII = /[^\0-\x7f]/;

export function lexemesOf(text: string): Lexemes {
  const words: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  LEXEME.lastIndex = 0;
  for (let match = LEXEME.exec(text); match !== null; match = LEXEME.exec(text)) {
    words.push(folded(match[0]));
    starts.push(match.index);
    ends.push(LEXEME.lastIndex);
  }
  return { words, starts, ends };
}

function folded(word: string): string {
  const lower = word.toLowerCase();
  return BEYOND_ASCII.test(lower) ? lower.normalize('NFC').replaceAll('’', "'") : lower;
}

/** Whether there is text between a lexeme and the previous one. */
export function isSpaced({ starts, ends }: Lexemes, index: number): boolean {
  return index > 0 && starts[index]! > ends[index - 1]!;
}

/** Whether a lexeme is a word, not a sign. */
export function isWord(word: string): boolean {
  return WORD.test(word);
}
const WORD = /^[\p{L}\p{M}\p{N}]/u;
