/** Token indices [start, end) in an encoded text. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Tokens of context per prediction, including special tokens. More takes time and adds little
 * information about one word, and most models are trained mainly on sequences of about this length.
 */
const CONTEXT_TOKENS = 128;

/** Maximum number of text tokens in a sequence of a model, without special tokens. */
export function roomOf(
  model: { readonly maxLength: number; readonly tokenizer: { readonly frameSize: number } },
  context = CONTEXT_TOKENS,
): number {
  return Math.min(model.maxLength, context) - model.tokenizer.frameSize;
}

/**
 * Window of `room` tokens centered on `focus`; near an end of the text, it is shifted inward. A
 * focus longer than `room` is truncated at its end.
 */
export function windowAround(tokenCount: number, focus: TokenRange, room: number): TokenRange {
  if (tokenCount <= room) return { start: 0, end: tokenCount };
  const size = Math.min(focus.end - focus.start, room);
  const before = Math.floor((room - size) / 2);
  const start = Math.max(0, Math.min(focus.start - before, tokenCount - room));
  return { start, end: start + room };
}

/** Characters on either side of a place that have more tokens than a window. */
export const BEYOND_WINDOW = 4000;

/**
 * Number of tokens in a window of a text, if the window leaves out some of a stretch of it; `null` if
 * it has all of it.
 */
export function tokensIfCut(
  encoding: { readonly starts: Int32Array; readonly ends: Int32Array },
  window: TokenRange,
  stretch: { readonly start: number; readonly end: number },
): number | null {
  const isCut =
    (window.start > 0 && encoding.ends[window.start - 1]! > stretch.start) ||
    (window.end < encoding.starts.length && encoding.starts[window.end]! < stretch.end);
  return isCut ? window.end - window.start : null;
}

const FIRST_LETTER = /[\p{L}\p{N}]/u;
const LAST_LETTER = /[\p{L}\p{N}]\p{M}*(?=[^\p{L}\p{N}]*$)/u;

/**
 * Range of a text that is masked with a word whose tokens are given: the word with the letters beside it
 * that share a token with it, as in scripts without spaces.
 */
export function lettersOfTokens(
  encoding: { readonly starts: Int32Array; readonly ends: Int32Array },
  tokens: TokenRange,
  { text, word: { start, end } }: { readonly text: string; readonly word: TokenRange },
): TokenRange {
  const first = encoding.starts[tokens.start]!;
  const before = text.slice(first, start).search(FIRST_LETTER);
  const after = LAST_LETTER.exec(text.slice(end, encoding.ends[tokens.end - 1]));
  return {
    start: before < 0 ? start : first + before,
    end: after === null ? end : end + after.index + after[0].length,
  };
}

/** Tokens that share at least one character with [start, end), or `null`. */
export function tokensInRange(
  encoding: { readonly starts: Int32Array; readonly ends: Int32Array },
  range: TokenRange,
): TokenRange | null {
  const { starts, ends } = encoding;
  let first = -1;
  let last = -1;
  for (let i = 0; i < starts.length; i++) {
    if (starts[i]! >= range.end) break;
    if (ends[i]! > range.start && ends[i]! > starts[i]!) {
      if (first < 0) first = i;
      last = i;
    }
  }
  return first < 0 ? null : { start: first, end: last + 1 };
}
