/** Token indices [start, end) of a stretch of an encoded text. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Tokens of context that a prediction gets, special tokens included. More costs time and tells
 * little about one word, and models are mostly trained on sequences of about this length: their
 * later positions are the ones they know least.
 */
const CONTEXT_TOKENS = 128;

/** Tokens of a text that go into one sequence of a model, the special ones around it not counted. */
export function roomOf(
  model: { readonly maxLength: number; readonly tokenizer: { readonly frameSize: number } },
  context = CONTEXT_TOKENS,
): number {
  return Math.min(model.maxLength, context) - model.tokenizer.frameSize;
}

/**
 * The stretch of `room` tokens with `focus` in its middle; near an end of the text it keeps its
 * size and moves inwards. A focus longer than `room` is cut at its end.
 */
export function windowAround(tokenCount: number, focus: TokenRange, room: number): TokenRange {
  if (tokenCount <= room) return { start: 0, end: tokenCount };
  const size = Math.min(focus.end - focus.start, room);
  const before = Math.floor((room - size) / 2);
  const start = Math.max(0, Math.min(focus.start - before, tokenCount - room));
  return { start, end: start + room };
}

/** Tokens that share at least one character with [start, end); null when there are none. */
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
