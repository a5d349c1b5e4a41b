import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Words that are never proposed, in lower case. */
export interface NeverSuggested {
  readonly neverSuggest?: readonly string[] | undefined;
}

/** Test for tokens that may be proposed: those that are none of the words, in any case. */
export function suggestible(
  tokenizer: Tokenizer,
  { neverSuggest = [] }: NeverSuggested,
): (id: number) => boolean {
  if (neverSuggest.length === 0) return () => true;
  const words = new Set(neverSuggest);
  const known = new Map<number, boolean>();
  return (id) => {
    let isSuggested = known.get(id);
    if (isSuggested === undefined) {
      isSuggested = !words.has(tokenizer.readable(id).trim().toLowerCase());
      known.set(id, isSuggested);
    }
    return isSuggested;
  };
}
