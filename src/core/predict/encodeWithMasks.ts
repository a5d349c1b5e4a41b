import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';

/**
 * Encodes a text that holds mask tokens. For tokenizers whose tokens include the preceding space, space
 * tokens before masks are left out, because that space belongs to the word in the place of the mask.
 */
export function encodeWithMasks(tokenizer: Tokenizer, text: string): Encoding {
  const encoding = tokenizer.encode(text);
  if (!tokenizer.marksSpaces) return encoding;
  const { ids } = encoding;
  const isKept = (_: number, i: number): boolean =>
    ids[i + 1] !== tokenizer.special.mask || tokenizer.readable(ids[i]!) !== ' ';
  return {
    ids: ids.filter(isKept),
    starts: encoding.starts.filter(isKept),
    ends: encoding.ends.filter(isKept),
    wordIds: encoding.wordIds.filter(isKept),
  };
}
