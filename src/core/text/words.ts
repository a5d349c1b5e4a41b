export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Made with the first text: it takes milliseconds, and a hover needs none. */
let segmenter: Intl.Segmenter | null = null;

/** UTF-16 ranges of the words of a text by Unicode segmentation, including Chinese and Thai. */
export function wordsIn(text: string): TextRange[] {
  const words: TextRange[] = [];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (isWordLike === true) words.push({ start: index, end: index + segment.length });
  }
  return words;
}

/** Search distance for a word, so that a file with one very long line remains cheap. */
const REACH = 256;

/** Word that covers `offset` or ends there; `null` on spaces and punctuation. */
export function wordAt(text: string, offset: number): TextRange | null {
  const from = Math.max(0, offset - REACH);
  const words = wordsIn(text.slice(from, offset + REACH));
  const covers = (word: TextRange): boolean =>
    from + word.start <= offset && offset <= from + word.end;
  // Between two adjacent words, return the one that starts at the offset.
  const word = words.findLast(covers);
  return word === undefined ? null : { start: from + word.start, end: from + word.end };
}
