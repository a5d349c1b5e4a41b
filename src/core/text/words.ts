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

/** Search distances for a word, so that a file with one very long line remains cheap. */
const REACHES = [256, 4096];
/** Characters from a cut at which words are not certain: it can be within a letter and its marks. */
const UNCERTAIN = 32;

/**
 * Word that covers `offset` or ends there; `null` on spaces and punctuation, and in a run of letters that
 * reaches farther than 4,096 characters.
 */
export function wordAt(text: string, offset: number): TextRange | null {
  for (const reach of REACHES) {
    const from = Math.max(0, offset - reach);
    const to = Math.min(text.length, offset + reach);
    const covers = ({ start, end }: TextRange): boolean =>
      from + start <= offset && offset <= from + end;
    // Between two adjacent words, return the one that starts at the offset.
    const word = wordsIn(text.slice(from, to)).findLast(covers);
    if (word === undefined) return null;
    const [start, end] = [from + word.start, from + word.end];
    const isWholeBefore = from === 0 || start > from + UNCERTAIN;
    const isWholeAfter = to === text.length || end < to - UNCERTAIN;
    if (isWholeBefore && isWholeAfter) return { start, end };
  }
  return null;
}
