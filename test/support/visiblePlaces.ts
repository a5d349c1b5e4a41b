/**
 * Text whose offsets the reference library reports differently: after control and replacement
 * characters that it drops, for several characters that became one, and for a marker in the text that
 * it takes for a space.
 */
export const PLACED_OTHERWISE = /``|[\u1100-\u11FF\u0E33\uFFFD▁]|(?![\t\n\r])\p{Cc}/u;

const HIDDEN_AT_START = /^[\p{White_Space}\p{M}\p{C}\uFF9E\uFF9F]+/u;
const HIDDEN_AT_END = /[\p{White_Space}\p{M}\p{C}\uFF9E\uFF9F]+$/u;

/** A place without what is not to be seen by itself at its ends; null if nothing is left. */
export function visible(
  text: string,
  start: number,
  end: number,
): { start: number; end: number } | null {
  const rest = text.slice(start, end).replace(HIDDEN_AT_START, '');
  const from = end - rest.length;
  return rest === '' ? null : { start: from, end: from + rest.replace(HIDDEN_AT_END, '').length };
}
