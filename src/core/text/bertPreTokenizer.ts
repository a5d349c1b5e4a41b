/** Every punctuation mark is a word; other words are parted by white space. */
const WORD =
  /[^\s\p{P}\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E]+|[\p{P}\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E]/gu;

/** A word's place in normalized text. */
export interface PreToken {
  readonly start: number;
  readonly text: string;
}

/** Parts normalized text into words as `BertPreTokenizer` does. */
export function preTokenizeBert(normalized: string): PreToken[] {
  const words: PreToken[] = [];
  for (const match of normalized.matchAll(WORD)) words.push({ start: match.index, text: match[0] });
  return words;
}
