import { DistinctTexts, FrequentItems } from '../data/streamCounts.js';
import type { DataProfile } from './profile.js';
import { SPLIT_NAMES, type SplitName } from '../data/records.js';

interface Seen {
  count: number;
  /** One bit per split. */
  splits: number;
  readonly label: string;
  isConflicting: boolean;
}

/** Finds near-duplicates among earlier texts. */
export interface NearDuplicateIndex {
  add(text: string): number | null;
  /** Does not add the text. */
  find(text: string): number | null;
}

const DISTINCT_TEXTS = 300_000;
const COMPARED_TEXTS = 50_000;
const EXAMPLES = 500;
const SHOWN = 5;
const EXCERPT = 120;

/** Finds texts that occur more than once, in bounded memory. */
export class DuplicateCounter {
  private readonly distinct = new DistinctTexts<Seen>(DISTINCT_TEXTS);
  private readonly repeated = new FrequentItems(EXAMPLES, () => ({ count: 0 }));
  private near = 0;
  private compared = 0;

  constructor(private readonly nearDuplicates: NearDuplicateIndex | null) {}

  /**
   * Whether an earlier text is the same.
   *
   * @param hash 52 bits of the text's content key
   * @param shown makes the text without personal data; called only if needed
   */
  add(
    text: string,
    {
      hash,
      split,
      labels,
      shown,
    }: {
      hash: number;
      split: SplitName | null;
      labels: readonly string[];
      shown: () => string;
    },
  ): boolean {
    if (!this.distinct.holds(hash)) return false;
    const bit = split === null ? 0 : 1 << SPLIT_NAMES.indexOf(split);
    const label = [...labels].sort().join('\0');
    const before = this.distinct.get(hash);
    if (before !== undefined) {
      before.count++;
      before.splits |= bit;
      if (label !== before.label) before.isConflicting = true;
      this.repeated.add(excerptOf(shown()));
      return true;
    }
    this.distinct.set(hash, { count: 1, splits: bit, label, isConflicting: false });
    if (this.nearDuplicates === null || this.compared >= COMPARED_TEXTS) return false;
    this.compared++;
    if (this.nearDuplicates.add(text) !== null) this.near++;
    return false;
  }

  /** Whether a text of other data is one of the texts added. */
  overlapOf(text: string, hash: number): 'exact' | 'near' | null {
    if (this.distinct.get(hash) !== undefined) return 'exact';
    return (this.nearDuplicates?.find(text) ?? null) === null ? null : 'near';
  }

  finish(): DataProfile['duplicates'] {
    const { share } = this.distinct;
    let records = 0;
    let repeated = 0;
    let acrossSplits = 0;
    let conflicting = 0;
    for (const { count, splits, isConflicting } of this.distinct.values()) {
      records += count;
      repeated += count - 1;
      if ((splits & (splits - 1)) !== 0) acrossSplits++;
      if (isConflicting) conflicting++;
    }
    return {
      exact: Math.round(repeated / share),
      exactShare: records === 0 ? 0 : repeated / records,
      isEstimate: share < 1,
      near: this.near,
      compared: this.compared,
      acrossSplits: Math.round(acrossSplits / share),
      conflictingLabels: Math.round(conflicting / share),
      examples: this.repeated
        .top(SHOWN, ({ count }) => count)
        .map(({ key, item }) => ({ text: key, count: item.count + 1 })),
    };
  }
}

function excerptOf(text: string): string {
  const folded = text.replaceAll(/\s+/g, ' ').trim();
  return folded.length > EXCERPT ? `${folded.slice(0, EXCERPT - 1)}…` : folded;
}
