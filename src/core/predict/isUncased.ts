import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Whether a tokenizer gives capital and small letters the same tokens, as uncased models do. */
export function isUncased(tokenizer: Tokenizer): boolean {
  const { ids } = tokenizer.encode('The');
  const small = tokenizer.encode('the').ids;
  const isSame = ids.length === small.length && ids.every((id, i) => id === small[i]);
  return isSame && !ids.some((id) => tokenizer.isSpecial(id));
}
