import { isSpaced, isWord, lexemesOf, type Lexemes } from '../annotation/lexemes.js';
import type { Collocation, CorpusStatistics } from '../masker.js';
import type { MaskingPolicy } from '../policy/policy.js';
import { PrunedCounts } from './prunedCounts.js';

/** Whether rules of a policy need statistics of the whole dataset. */
export function needsStatistics({ rules, never }: MaskingPolicy): boolean {
  return [...rules, ...never].some(
    ({ keywords, collocations }) => keywords !== undefined || collocations !== undefined,
  );
}

/** Maximum number of distinct words, and of distinct phrases of each length, to count. */
const MOST_ENTRIES = 300_000;

/**
 * Computes the statistics of a dataset that rules of a policy need, in bounded memory: if there are
 * too many distinct words or phrases, the rarest are dropped (see `PrunedCounts`). Only then does
 * the order of the texts matter.
 */
export class CorpusCounter {
  private texts = 0;
  private words = 0;
  private readonly documentFrequencies: PrunedCounts | null;
  /** Occurrences of phrases of 1, 2, … words; empty if no rule needs them. */
  private readonly phrases: PrunedCounts[] = [];
  private readonly minimumCount: number;

  constructor(policy: MaskingPolicy, { mostEntries = MOST_ENTRIES } = {}) {
    const selectors = [...policy.rules, ...policy.never];
    const asked = selectors.flatMap(({ collocations }) => collocations ?? []);
    const isAsked = selectors.some(({ keywords }) => keywords !== undefined);
    this.documentFrequencies = isAsked ? new PrunedCounts(mostEntries) : null;
    this.minimumCount = Math.min(...asked.map(({ minimumCount }) => minimumCount));
    const longest = Math.max(0, ...asked.map(({ maximumWords }) => maximumWords));
    for (let length = 1; length <= longest; length++) {
      this.phrases.push(new PrunedCounts(mostEntries));
    }
  }

  add(text: string): void {
    this.texts++;
    const lexemes = lexemesOf(text);
    if (this.documentFrequencies) {
      for (const word of new Set(lexemes.words)) {
        if (isWord(word)) this.documentFrequencies.add(word);
      }
    }
    if (this.phrases.length > 0) this.addPhrases(lexemes);
  }

  finish(): CorpusStatistics {
    return {
      texts: this.texts,
      documentFrequencies: this.documentFrequencies?.counts ?? new Map(),
      collocations: this.collocations(),
    };
  }

  private addPhrases(lexemes: Lexemes): void {
    const { words } = lexemes;
    for (let from = 0; from < words.length; from++) {
      let phrase = words[from]!;
      if (!isWord(phrase)) continue;
      this.words++;
      this.phrases[0]!.add(phrase);
      for (let length = 2; length <= this.phrases.length; length++) {
        const next = from + length - 1;
        if (next >= words.length || !isWord(words[next]!)) break;
        phrase += isSpaced(lexemes, next) ? ` ${words[next]!}` : words[next]!;
        this.phrases[length - 1]!.add(phrase);
      }
    }
  }

  private collocations(): Map<string, Collocation> {
    const found = new Map<string, Collocation>();
    for (const { counts } of this.phrases.slice(1)) {
      for (const [phrase, count] of counts) {
        const parts = count < this.minimumCount ? [] : phrase.split(' ');
        if (parts.length < 2) continue;
        const pmi = this.weakestSplit(parts, count);
        if (pmi !== null) found.set(phrase, { count, pmi });
      }
    }
    return found;
  }

  /**
   * PMI of a phrase relative to its most likely split into shorter phrases: minimum over all splits
   * σ of ln(p(w₁…wₙ) / Π p(s), s ∈ σ), so that "in the United States" does not benefit from "United
   * States" (Levine et al. 2021, arXiv:2010.01825, equation 3). `null` if a part was dropped.
   */
  private weakestSplit(words: readonly string[], count: number): number | null {
    const log = (from: number, to: number): number => {
      const part = this.phrases[to - from - 1]!.counts.get(words.slice(from, to).join(' '));
      return part === undefined ? NaN : Math.log(part / this.words);
    };
    // best[i]: highest Σ ln p of a split of the first i words; the whole phrase is not a split.
    const best = [0];
    for (let to = 1; to <= words.length; to++) {
      let most = -Infinity;
      for (let from = 0; from < to; from++) {
        if (to - from === words.length) continue;
        most = Math.max(most, best[from]! + log(from, to));
      }
      best.push(most);
    }
    const pmi = Math.log(count / this.words) - best[words.length]!;
    return Number.isNaN(pmi) ? null : pmi;
  }
}
