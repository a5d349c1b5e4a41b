import { PhraseIndex } from '../annotation/phraseIndex.js';
import type { Selector } from './selector.js';

/** Finds words and phrases of a list, ignoring case. */
export function wordSelector(words: Iterable<string>): Selector {
  const index = new PhraseIndex(words);
  return ({ lexemes }, found) => {
    index.find(lexemes, (from, to) => {
      found(lexemes.starts[from]!, lexemes.ends[to - 1]!);
    });
  };
}
