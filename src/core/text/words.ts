export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** UTF-16 ranges of the words of a text by Unicode segmentation, Chinese and Thai included. */
export function wordsIn(text: string): TextRange[] {
  const words: TextRange[] = [];
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (isWordLike === true) words.push({ start: index, end: index + segment.length });
  }
  return words;
}

/** A word is looked for this far around, so that a file of one endless line stays cheap. */
const REACH = 256;

/** The word that covers `offset` or ends there; null on spaces and punctuation. */
export function wordAt(text: string, offset: number): TextRange | null {
  const from = Math.max(0, offset - REACH);
  const words = wordsIn(text.slice(from, offset + REACH));
  const covers = (word: TextRange): boolean =>
    from + word.start <= offset && offset <= from + word.end;
  // Between two words that touch, the one that starts at the offset is meant.
  const word = words.findLast(covers);
  return word === undefined ? null : { start: from + word.start, end: from + word.end };
}
