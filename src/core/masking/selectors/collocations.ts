import type { CorpusStatistics } from '../masker.js';
import { PhraseIndex } from '../annotation/phraseIndex.js';
import type { MaskingRule } from '../policy/policy.js';
import type { Selector } from './selector.js';

/**
 * Finds collocations, the longest one at each place: of the candidates that are frequent and short
 * enough, the fraction with the highest pointwise mutual information (Levine et al. 2021,
 * arXiv:2010.01825).
 */
export function collocationSelector(
  { minimumCount, maximumWords, share }: NonNullable<MaskingRule['collocations']>,
  { collocations }: CorpusStatistics,
): Selector {
  const candidates = [...collocations].filter(
    ([phrase, { count }]) => count >= minimumCount && phrase.split(' ').length <= maximumWords,
  );
  candidates.sort(([a, { pmi: p }], [b, { pmi: q }]) => q - p || (a < b ? -1 : 1));
  const kept = candidates.slice(0, Math.ceil(share * candidates.length));
  const index = new PhraseIndex(kept.map(([phrase]) => phrase));
  return ({ lexemes }, found) => {
    index.find(lexemes, (from, to) => {
      found(lexemes.starts[from]!, lexemes.ends[to - 1]!);
    });
  };
}
