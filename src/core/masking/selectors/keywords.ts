import { isWord } from '../annotation/lexemes.js';
import type { CorpusStatistics } from '../masker.js';
import type { Selector } from './selector.js';

/**
 * Finds all occurrences of the `top` words of a text by TF-IDF, tf × ln((1 + N) / (1 + df)), as in
 * MASKER (Moon et al. 2021, arXiv:2012.09392). Of words with equal values, the first one is found.
 */
export function keywordSelector(
  { top }: { readonly top: number },
  { texts, documentFrequencies }: CorpusStatistics,
): Selector {
  return ({ lexemes: { words, starts, ends } }, found) => {
    const counts = new Map<string, number>();
    for (const word of words) if (isWord(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const scored = [...counts].map(([word, count]) => {
      const frequency = documentFrequencies.get(word) ?? 0;
      return { word, score: count * Math.log((1 + texts) / (1 + frequency)) };
    });
    const best = scored
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, top);
    const keywords = new Set(best.map(({ word }) => word));
    words.forEach((word, index) => {
      if (keywords.has(word)) found(starts[index]!, ends[index]!);
    });
  };
}
