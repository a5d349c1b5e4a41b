import { isWord, lexemesOf } from './lexemes.js';
import type { CorpusStatistics } from './masker.js';
import type { MaskingPolicy } from './policy.js';

/** Whether rules of a policy need to know of the data as a whole. */
export function needsStatistics({ rules, never }: MaskingPolicy): boolean {
  return [...rules, ...never].some(({ keywords, collocations }) => keywords ?? collocations);
}

/** Counts what rules of a policy need to know of the data as a whole. */
export class CorpusCounter {
  private texts = 0;
  private readonly frequencies = new Map<string, number>();

  constructor(private readonly policy: MaskingPolicy) {}

  add(text: string): void {
    this.texts++;
    for (const word of new Set(lexemesOf(text).words)) {
      if (isWord(word)) this.frequencies.set(word, (this.frequencies.get(word) ?? 0) + 1);
    }
  }

  finish(): CorpusStatistics {
    return { texts: this.texts, documentFrequencies: this.frequencies, collocations: new Map() };
  }
}
