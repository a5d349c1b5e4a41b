import { NearDuplicates } from './nearDuplicates.js';

/** A text with its content key; of a pair, the key of both and both texts. */
export interface KeyedText {
  readonly key: string;
  readonly text: string;
  readonly pair: string | null;
}

/** Number of texts that are known, with the same content or as a near-duplicate. */
export interface Overlap {
  readonly exact: number;
  readonly near: number;
}

/** Texts of one data set, in which those of another are looked up. */
export class KnownTexts {
  private readonly known = new Set<string>();
  private readonly duplicates = new NearDuplicates();

  add({ key, ...text }: KeyedText): void {
    if (this.known.has(key)) return;
    this.known.add(key);
    this.duplicates.add(joined(text));
  }

  /** Content keys of the texts. */
  get keys(): ReadonlySet<string> {
    return this.known;
  }

  /** Whether a text has the content of a known one or is a near-duplicate of it; `null` if neither. */
  overlapOf({ key, ...text }: KeyedText): 'exact' | 'near' | null {
    if (this.known.has(key)) return 'exact';
    return this.duplicates.find(joined(text)) === null ? null : 'near';
  }
}

function joined({ text, pair }: Pick<KeyedText, 'text' | 'pair'>): string {
  return pair === null ? text : `${text}\n${pair}`;
}
